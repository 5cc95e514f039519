import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { DeviceProcessLauncher, Log } from '../runtime.ts';
import type { Program } from './program.ts';
import type { StartProgram } from './program-starter.ts';
import { createTrialSupervisor, type TrialSupervisor } from './trial-supervisor.ts';

/** The device process as Electron starts it: a utility process, which ends with the program by itself. */
export function utilityDeviceLauncher(program: Program, log: Log): DeviceProcessLauncher {
  return {
    start(onMessage, onExit) {
      const child = utilityProcess.fork(program.file('native/index.mjs'), [], {
        serviceName: 'station-office-devices',
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      if (child.stderr)
        createInterface({ input: child.stderr }).on('line', (line) =>
          log.warn({ line }, 'the device process says'),
        );
      child.on('message', onMessage);
      child.once('exit', (code) => onExit(`exit code ${code}`));
      return {
        send: (message) => child.postMessage(message),
        kill: () => endNow(child),
      };
    },
  };
}

/**
 * The supervisor of a trial inside this process: a packed Electron has no Node to run one, so simulators and gateway are
 * utility processes of Electron itself, which end with the program, however that ends.
 */
export function utilitySupervisorLauncher(program: Program, log: Log): DeviceProcessLauncher {
  return {
    start(onMessage, onExit) {
      let supervisor: TrialSupervisor | undefined = createTrialSupervisor(
        utilityStarter(program, log),
        (answer) => void setImmediate(() => onMessage(answer)),
      );
      return {
        send: (message) => supervisor?.onMessage(message),
        kill() {
          const ending = supervisor;
          supervisor = undefined;
          void ending?.end().finally(() => onExit('ended'));
        },
      };
    },
  };
}

/** Starts a program of lines as a utility process; `utility-program.mjs` makes a standard input of its messages. */
export function utilityStarter(program: Program, log: Log): StartProgram {
  return (path, args, env, events) => {
    const child = utilityProcess.fork(
      program.file('main/shells/utility-program.mjs'),
      ['--program', path, ...args],
      {
        serviceName: 'station-office-trial',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
      },
    );
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (text) => events.line(text));
    if (child.stderr)
      createInterface({ input: child.stderr }).on('line', (line) =>
        log.warn({ line }, 'a process of the trial says'),
      );
    let isEnded = false;
    child.once('exit', (code) => {
      isEnded = true;
      events.ended(`exit code ${code}`);
    });
    const post = (message: { line: string } | { close: true }): void => {
      if (!isEnded) child.postMessage(message);
    };
    return {
      pid: () => child.pid,
      say: (line) => post({ line }),
      close: () => post({ close: true }),
      kill: () => endNow(child),
    };
  };
}

/** `UtilityProcess.kill` asks politely on POSIX; a program that hangs does not hear that. */
function endNow(child: { pid: number | undefined; kill(): boolean }): void {
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill();
    return;
  }
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
