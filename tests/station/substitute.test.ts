import { afterEach, expect, test } from 'vitest';
import type { RowChange } from '../../contract/basic-data/changes.ts';
import { tableNames } from '../../contract/basic-data/tables.ts';
import { workbookOf } from '../../main/basic-data/files/write-file.ts';
import { confirmFile, emptyFeed, ownData, uploadFile } from '../office/data-kit.ts';
import { closeOffices, ferry, newId, type TestOffice } from '../office/kit.ts';
import { openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

async function ferryAt(office: TestOffice) {
  const { departures } = await office.ok('timetable.departures', { date: '2026-11-21' });
  return departures.find(({ departureId }) => departureId === ferry());
}

test('a smaller vessel put in at the host takes back at once what windows hold of its departure, and the sold ones stay', async () => {
  const station = await openHost({ feed: emptyFeed() });
  const { host } = station;
  await confirmFile(host, await uploadFile(host, workbookOf(ownData(), tableNames, false)));
  const window = await openWindowAt(station, 2, { feed: emptyFeed() });
  await until(() => ferryAt(window), 'the host’s data at the window');
  const sale = await window.sell(ferry(), [1, 2]);
  expect((await ferryAt(window))?.held).toBeGreaterThan(0);

  const change = (changes: unknown) =>
    host.ok(
      'data.change',
      { changes: changes as RowChange[], effectiveAt: null, note: '' },
      newId(),
      'manager',
    );
  const ship = ownData().vessels.find(({ mode }) => mode === 'water');
  await change([{ table: 'vessels', put: { ...ship, name: '小艇', capacity: 1 } }]);
  expect((await ferryAt(window))?.held).toBeGreaterThan(0);
  const row = { lineId: 'w-wgz-pts', date: '2026-11-21', departLocal: '12:20', extra: 0 };
  await change([{ table: 'substitutes', put: { ...row, vesselName: '小艇', reason: '机器故障' } }]);

  await until(async () => ((await ferryAt(window))?.held === 0 ? true : undefined), 'the seats given back');
  expect(window.books().kinds.filter((kind) => kind === 'lease.returned')).toHaveLength(1);
  expect(host.books().kinds.filter((kind) => kind === 'departure.leasesClosed')).toHaveLength(1);
  const passengers = [{ holderRef: await window.holder(3), ticketClass: 'full' }];
  const order = { departureId: ferry(), passengers, payment: 'cash', totalFen: 3_000, tenderedFen: 3_000 };
  expect((await window.refusal('sales.sell', order, newId())).code).toBe('seat.noneHeld');
  const surplus = await until(async () => {
    const now = await host.ok('data.surplus', { departureId: ferry() }, undefined, 'manager');
    return now.heads === 2 ? now : undefined;
  }, 'the window’s sales at the host');
  expect(surplus).toMatchObject({ vesselName: '小艇', capacity: 1, saleEnded: true });
  expect(surplus.surplus.map(({ ticketNumber }) => ticketNumber)).toEqual([sale.tickets[1]?.ticketNumber]);
});
