/**
 * Sells tickets into the ledger of the folder given until it is killed or the disk refuses, and says each command on stdout
 * once it is durable. Run as a process of its own: `ledger-writer.ts FOLDER`.
 */
import { writeSync } from 'node:fs';
import { lockDataFolder } from '../../main/ledger/lock.ts';
import { LedgerWriteError } from '../../main/ledger/types.ts';
import { realMachine } from '../support/machine.ts';
import { departureOn, openWindow } from '../support/window.ts';

const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const machine = realMachine(process.argv[2] ?? '');
const locked = lockDataFolder(machine.runtime, { pid: process.pid });
if (!locked.ok) throw new Error(locked.refusal.message);
const window = await openWindow(machine);
const { ledger } = window;
if (!ledger.openShift()) window.openShift();
const departure = departureOn('2026-11-21', '1130');
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

for (let sale = 0; ; sale += 1) {
  const held = ledger.heldByDeparture([departure]).get(departure) ?? { total: 0, sold: 0 };
  try {
    if (held.total - held.sold < 5)
      window.takeLease(departure, { ranges: [[held.total + 1, held.total + 40]] });
    const { commandId } = window.sell(departure, sale % 3 === 0 ? [sale, sale + 1, sale + 2] : [sale]);
    say({ commandId, lastSeq: ledger.head().seq });
    const [queued] = ledger.queuedPrints();
    if (queued) ledger.markSending(queued.effectId);
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    say({ failed: error.sqliteCode, headSeq: ledger.head().seq, verify: ledger.verify() });
    break;
  }
  await turn();
}
// Nothing is closed: the process ends as it stands.
process.exit(0);
