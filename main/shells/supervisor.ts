/**
 * The supervisor of a trial as a process of its own: it ends with everything it started as soon as the office that
 * started it is gone, however that ended.
 */
import { startNodeProgram } from './program-starter.ts';
import { createTrialSupervisor } from './trial-supervisor.ts';

const supervisor = createTrialSupervisor(startNodeProgram, (answer) => {
  if (process.connected) process.send?.(answer, undefined, undefined, () => undefined);
});

if (process.send) {
  process.on('message', supervisor.onMessage);
  // The office is gone: nobody may outlive it.
  process.on('disconnect', () => void supervisor.end().finally(() => process.exit(0)));
} else {
  process.stderr.write('The supervisor is started by the office; it has nobody to talk to.\n');
  process.exit(1);
}
