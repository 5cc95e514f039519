/** Starts what an office starts for its devices, says its process ids and folder, and waits to be killed. */
import { startRig } from './rig.ts';

const rig = await startRig();
await rig.until('reader', 'ready');
await rig.until('printer', 'ready');
const ready = rig.simulators.events.all.find(({ event }) => event === 'ready');
const helpers = ready?.event === 'ready' ? ready.pids : [];
const pids = [...rig.pids, rig.simulators.child.pid, ...helpers];
process.stdout.write(`${JSON.stringify({ pids, folder: rig.folder })}\n`);
