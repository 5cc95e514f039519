import { fork } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ForkOptions, UtilityProcess } from 'electron';
import { phase } from './state.ts';
import { DoubleError, Events, onlyKnown, strict } from './strict.ts';

const options = ['serviceName', 'stdio', 'env'] satisfies (keyof ForkOptions)[];
const portShim = fileURLToPath(new URL('parent-port.mjs', import.meta.url));
let count = 0;

/** A real process under Node that sees what a utility process sees: a `parentPort`, no standard input, no IPC of Node. */
export function forkUtility(path: string, args: string[] = [], given: ForkOptions = {}): UtilityProcess {
  if (!phase.isReady) throw new DoubleError('a utility process before the app is ready');
  onlyKnown('ForkOptions', given, options);
  const stdio = given.stdio ?? ['ignore', 'inherit', 'inherit'];
  if (!Array.isArray(stdio) || stdio[0] !== 'ignore')
    throw new DoubleError('the standard input of a utility process can only be ignored');
  const name = `utilityProcess#${(count += 1)}`;
  const events = new Events(name, ['message', 'exit']);
  const child = fork(path, args, {
    execArgv: ['--import', pathToFileURL(portShim).href],
    stdio: [...stdio, 'ipc'],
    serialization: 'advanced',
    env: (given.env ?? process.env) as NodeJS.ProcessEnv,
  });
  child.on('message', (message) => events.emit('message', message));
  let isEnded = false;
  child.once('exit', (code) => {
    isEnded = true;
    events.emit('exit', code ?? 1);
  });
  return strict<UtilityProcess>(name, {
    get pid() {
      return isEnded ? undefined : child.pid;
    },
    stdout: child.stdout,
    stderr: child.stderr,
    on: events.listen<UtilityProcess['on']>('on'),
    once: events.listen<UtilityProcess['once']>('once'),
    postMessage(message: unknown) {
      if (child.connected) child.send(message as object, () => undefined);
    },
    kill: () => child.kill('SIGTERM'),
  });
}
