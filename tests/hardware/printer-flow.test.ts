/** A printer that holds little and is slow, behind a real port: who holds the sender back, and what is said when nobody does. */
import { afterEach, expect, test } from 'vitest';
import type { ListSheet } from '../../contract/device.ts';
import { eventually, startRig, type Rig } from './rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

const ROWS = Array.from(
  { length: 150 },
  (_unused, n) => `${String(n + 1).padStart(3, '0')} 样例旅客 110105********002X 全票`,
);
/** Twice what the printer holds. */
const LONG_LIST: ListSheet = { kind: 'list', title: '旅客名单', fields: [], rows: ROWS, foot: ['完'] };
/** The list is twenty times as fast on the wire as on paper. */
const SMALL_AND_SLOW = { bufferBytes: 4096, lineMs: 25 };
const BAUD = 38_400;

const rowsOnPaper = (): string[] =>
  rig.paper().flatMap(({ lines }) => lines.filter((line) => /^\d{3} /.test(line)));

test('with xonxoff a long sheet through a 4 kB buffer is whole, and confirmed', async () => {
  rig = await startRig({ devices: ['printer'], printer: { baudRate: BAUD, flow: 'xonxoff' } });
  await rig.until('printer', 'ready');
  await rig.simulators.printerFaults({ ...SMALL_AND_SLOW, xonXoff: true });
  expect(await rig.printSheet(LONG_LIST)).toEqual({ outcome: 'confirmed', reason: undefined });
  expect(rowsOnPaper()).toEqual(ROWS);
  expect(rig.paper()).toMatchObject([{ cut: true }]);
});

test('without flow control the same printer loses rows: not confirmed, and the full buffer is named', async () => {
  rig = await startRig({ devices: ['printer'], printer: { baudRate: BAUD } });
  await rig.until('printer', 'ready');
  await rig.simulators.printerFaults({ ...SMALL_AND_SLOW, xonXoff: true });
  expect(await rig.printSheet(LONG_LIST)).toEqual({ outcome: 'unknown', reason: 'bufferFull' });
  expect(rowsOnPaper().length).toBeLessThan(ROWS.length);
});

test('a printer that says nothing when its buffer is full: what was lost is not confirmed either, and nothing of it hangs on the next', async () => {
  rig = await startRig({ devices: ['printer'], printer: { baudRate: BAUD } });
  await rig.until('printer', 'ready');
  await rig.simulators.printerFaults(SMALL_AND_SLOW);
  expect(await rig.printSheet(LONG_LIST)).toEqual({ outcome: 'unknown', reason: 'confirmTimeout' });
  await rig.simulators.printerFaults({});
  await eventually('it answers in order again', () => rig.desk.statuses()[0]?.text === '', 20_000);
  expect(await rig.print({ qr: 'SO1.next' })).toMatchObject({ outcome: 'confirmed' });
  expect(rig.paper().at(-1)).toMatchObject({ qr: ['SO1.next'], cut: true });
});
