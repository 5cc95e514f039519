/** Takes the lock of the folder given, says so, and holds it until it is ended. Run as a process of its own. */
import { folderStore } from '../../main/shells/file-store.ts';
import { machineClock } from '../../main/shells/clock.ts';
import { lockDataFolder } from '../../main/ledger/lock.ts';

const folder = process.argv[2] ?? '';
const locked = lockDataFolder(
  { files: folderStore(folder), clock: machineClock() },
  { pid: process.pid, address: 'http://127.0.0.1:4000' },
);
process.stdout.write(
  `${JSON.stringify(locked.ok ? { held: true } : { held: false, refusal: locked.refusal })}\n`,
);
if (locked.ok) {
  // Stays until its parent goes away or kills it.
  process.stdin.on('end', () => process.exit(0));
  process.stdin.resume();
}
