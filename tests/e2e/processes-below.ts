import { readdirSync, readFileSync } from 'node:fs';

/** Processes below one, by Linux's own list. */
function below(pid: number): { pid: number; command: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]);
        return [
          {
            pid: Number(name),
            parent,
            command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' '),
          },
        ];
      } catch {
        return []; // ended meanwhile
      }
    });
  const found = all.filter((one) => one.parent === pid);
  return found.flatMap((one) => [one, ...below(one.pid)]);
}

/** Tells the simulated devices of the office with this process id to stand still, or to go on. */
export function signalDevices(office: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const found = below(office).filter((one) => one.command.includes('native/simulators'));
  if (found.length === 0) throw new Error('no simulated devices are running');
  for (const one of found) process.kill(one.pid, signal);
}
