/**
 * Runs a program that speaks by lines on standard input and output as a utility process of Electron, which has no
 * standard input: the lines come as messages of the parent and are given to the program as its stdin.
 * `utility-program.mjs --program PATH ARGUMENTS…`
 */
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';

const at = process.argv.indexOf('--program');
const program = process.argv[at + 1];
const { parentPort } = process;
if (at < 0 || program === undefined || !parentPort) {
  process.stderr.write('This is started by Electron, with --program PATH.\n');
  process.exit(1);
}
const stdin = new PassThrough();
Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
process.argv = [process.argv[0], program, ...process.argv.slice(at + 2)];
parentPort.on('message', ({ data }) => {
  if (typeof data?.line === 'string') stdin.write(`${data.line}\n`);
  else if (data?.close === true) stdin.end();
});
await import(pathToFileURL(program).href);
