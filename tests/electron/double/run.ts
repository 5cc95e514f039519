/**
 * Runs the program's entry (the first argument) with the double in Electron's place, as the main process would be, and
 * obeys the test over the process channel.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

Object.defineProperty(process.versions, 'electron', { value: '45.4.1', configurable: true });
const doubleUrl = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: doubleUrl, shortCircuit: true } : next(specifier, context),
});
const double = await import('./electron.ts');
const { calls } = await import('./strict.ts');
const { settings } = await import('./state.ts');
const { world, windows } = await import('./windows.ts');
const { obeyTest } = await import('./orders.ts');

const send = process.send?.bind(process);
if (!send) throw new Error('this is started by a test');
process.on('message', (order) => {
  obeyTest(order, { double, calls, settings, world, windows }).then(
    ([id, value]) => void send({ id, ok: true, value }),
    (error: unknown) =>
      void send({
        id: (order as { id: number }).id,
        ok: false,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
process.on('disconnect', () => process.exit(3));
const entry = process.argv[2];
if (entry === undefined) throw new Error('no entry was given');
await import(pathToFileURL(entry).href);
