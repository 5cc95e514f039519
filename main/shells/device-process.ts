import { spawn, type ChildProcess } from 'node:child_process';
import type { DeviceProcessLauncher } from '../runtime.ts';

/** How the device process is started under Node. */
export interface ChildDeviceLauncherOptions {
  /** Path of `native/index.mjs`, or of its bundle. */
  entryPath: string;
  /** The program that runs it; this one's own unless said otherwise. */
  execPath?: string;
  /** One line that the process wrote to stderr. */
  onLog?: (line: string) => void;
  /** Process id of each process started, for whoever wants to watch it from outside. */
  onPid?: (pid: number) => void;
}

/**
 * Starts the device process as a child of this one and speaks with it over its IPC channel. The child ends by itself when
 * the channel closes, so it never outlives this process.
 */
export function childDeviceLauncher(options: ChildDeviceLauncherOptions): DeviceProcessLauncher {
  return {
    start(onMessage, onExit) {
      const child = spawn(options.execPath ?? process.execPath, [options.entryPath], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        serialization: 'json',
        windowsHide: true,
      });
      if (child.pid !== undefined) options.onPid?.(child.pid);
      passLines(child, options.onLog);
      let ended = false;
      const end = (why: string): void => {
        if (ended) return;
        ended = true;
        onExit(why);
      };
      child.on('message', onMessage);
      child.on('error', (error) => end(`cannot be started: ${error.message}`));
      child.on('exit', (code, signal) =>
        end(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`),
      );
      return {
        send: (message) => {
          // The callback takes the error of a channel that closes meanwhile; `exit` tells the rest.
          if (child.connected) child.send(message as object, () => undefined);
        },
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}

function passLines(child: ChildProcess, onLog: ((line: string) => void) | undefined): void {
  let rest = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLog?.(line);
  });
}
