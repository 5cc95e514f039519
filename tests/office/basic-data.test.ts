import { afterEach, describe, expect, test } from 'vitest';
import { emptyDataSet, tableNames } from '../../contract/basic-data/tables.ts';
import { dataDocumentSchema, type RowChange } from '../../contract/basic-data/changes.ts';
import { defaultDocumentKinds, documentKindsWith } from '../../contract/document-kinds.ts';
import type { Fen } from '../../contract/ids.ts';
import { mergeFeed } from '../../domain/basic-data/merge.ts';
import { workbookOf } from '../../main/basic-data/files/write-file.ts';
import { DATA_FILE } from '../../main/basic-data/book.ts';
import { makeMachine, MORNING_MS } from '../support/machine.ts';
import {
  confirmFile,
  emptyFeed,
  everybody,
  exportFile,
  openStation,
  ownData,
  signInAs,
  uploadFile,
} from './data-kit.ts';
import { readEntries } from './books.ts';
import { closeOffices, expectChinese, ferry, newId, restart, type TestOffice } from './kit.ts';

afterEach(closeOffices);

const DAY_MS = 86_400_000;
const change = (station: TestOffice, changes: readonly RowChange[], effectiveAt: number | null = null) =>
  station.ok('data.change', { changes, effectiveAt, note: '' }, newId(), 'manager');

/** A station whose own data were imported from one workbook. */
async function importedStation(): Promise<TestOffice> {
  const station = await openStation();
  await confirmFile(station, await uploadFile(station, workbookOf(ownData(), tableNames, false)));
  return station;
}

const fareOf = async (station: TestOffice, departureId: string) => {
  const [, date] = departureId.split('/');
  const { departures } = await station.ok('timetable.departures', { date }, undefined, 'manager');
  return departures.find((each) => each.departureId === departureId)?.fullFareFen;
};

const fare = (fareFen: number, validFrom = '2020-01-01', validTo: string | null = null): RowChange =>
  ({
    table: 'fares',
    put: {
      lineId: 'w-wgz-pts',
      ticketClass: 'full',
      fareFen,
      ruleId: 'FULL',
      validFrom,
      validTo,
      mark: 'S1',
      source: '',
    },
  }) as unknown as RowChange;

describe('a station from an empty folder', () => {
  test('has nothing to sell, takes its data from a workbook, and sells', async () => {
    const station = await openStation();
    await signInAs(station, 'clerk');
    const { departures } = await station.ok(
      'timetable.departures',
      { date: '2026-11-21' },
      undefined,
      'clerk',
    );
    expect(departures).toEqual([]);

    const upload = await uploadFile(station, workbookOf(ownData(), tableNames, false));
    expect(upload.report.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const rows = Object.values(ownData()).reduce((sum, { length }) => sum + length, 0);
    expect(upload.report.counts).toEqual({ added: rows, changed: 0, removed: 0 });
    expect(upload.report.tables.map(({ table }) => table)).toContain('timetable');
    const accepted = await confirmFile(station, upload);
    expect(accepted.number).toBe(1);

    await station.signIn();
    await station.openShift();
    const sale = await station.sell(ferry(), [1]);
    const { tickets } = await station.ok('sales.list', { limit: 1 });
    expect(tickets[0]?.ticketNumber).toBe(sale.tickets[0]?.ticketNumber);
    expect(station.books().verified).toMatchObject({ ok: true });
  });

  test('a sold ticket keeps the version of the data that it was sold under', async () => {
    const station = await importedStation();
    await station.signIn();
    await station.openShift();
    await station.sell(ferry(), [1]);
    await change(station, [fare(3_500)]);
    await station.sell(ferry(), [2]);
    const sold = readEntries(station.machine.folder)
      .filter(({ kind }) => kind === 'ticket.sold')
      .map(({ body }) => [body['fareFen'], body['dataVersion']]);
    expect(sold).toEqual([
      [3_000, 1],
      [3_500, 2],
    ]);
  });

  test('data and their pending changes survive a restart', async () => {
    let station = await importedStation();
    await change(station, [fare(4_000)], MORNING_MS + DAY_MS);
    const before = await station.ok('data.overview', {}, undefined, 'manager');
    station = await restart(station, { config: { staff: await everybody() }, feed: emptyFeed() });
    await signInAs(station, 'manager');
    expect(await station.ok('data.overview', {}, undefined, 'manager')).toEqual(before);
    station.machine.pass(DAY_MS);
    expect(await fareOf(station, ferry('1220', '2026-11-22'))).toBe(4_000);
    expect(before.changes.map(({ state }) => state)).toEqual(['pending', 'inEffect']);
    expect(before.number).toBe(1);
  });
});

describe('changes', () => {
  test('take effect at their time, not before, also while the office stands still', async () => {
    const station = await importedStation();
    await change(station, [fare(4_000)], MORNING_MS + 3_600_000);
    expect(await fareOf(station, ferry())).toBe(3_000);
    station.machine.pass(3_599_000);
    expect(await fareOf(station, ferry())).toBe(3_000);
    station.machine.pass(1_000);
    expect(await fareOf(station, ferry())).toBe(4_000);
  });

  test('can be taken back before they take effect, never after', async () => {
    const station = await importedStation();
    const { changeId } = await change(station, [fare(4_000)], MORNING_MS + 3_600_000);
    await station.ok('data.undo', { changeId }, newId(), 'manager');
    station.machine.pass(3_600_000);
    expect(await fareOf(station, ferry())).toBe(3_000);
    const again = await station.refusal('data.undo', { changeId }, newId(), 'manager');
    expect(again.code).toBe('data.undoneBefore');

    const done = await change(station, [fare(4_100)]);
    const refusal = await station.refusal('data.undo', { changeId: done.changeId }, newId(), 'manager');
    expect(refusal.code).toBe('data.inEffect');
    expectChinese(refusal);
  });

  test('are refused whole when one row is wrong, and nothing is written', async () => {
    const station = await importedStation();
    const before = station.books();
    const params = {
      changes: [fare(4_000), { table: 'lines', remove: 'w-pts-wgz' }],
      effectiveAt: null,
      note: '',
    };
    const report = await station.ok(
      'data.check',
      { changes: params.changes, effectiveAt: null },
      undefined,
      'manager',
    );
    expect(report.errors).toBeGreaterThan(0);
    expect(report.problems[0]).toMatchObject({
      severity: 'error',
      code: 'reference.line',
      heading: '航线编号',
    });
    const refusal = await station.refusal('data.change', params, newId(), 'manager');
    expect(refusal.code).toBe('data.wrong');
    expectChinese(refusal);
    expect(station.books()).toEqual(before);
    expect(await fareOf(station, ferry())).toBe(3_000);
  });

  test('taking back one that a later one leans on is refused', async () => {
    const station = await importedStation();
    const stop = { id: 'new-pier', name: '新码头', initials: 'xmt', pinyin: 'xinmatou', aliases: [] };
    const first = await change(station, [{ table: 'stops', put: stop }], MORNING_MS + DAY_MS);
    const line = {
      id: 'w-new',
      mode: 'water',
      name: '新航线',
      fromPlaceId: 'zhujiajian-wugongzhi',
      toPlaceId: 'new-pier',
      durationMin: 10,
    };
    await change(station, [{ table: 'lines', put: line } as RowChange], MORNING_MS + 2 * DAY_MS);
    const refusal = await station.refusal('data.undo', { changeId: first.changeId }, newId(), 'manager');
    expect(refusal.code).toBe('data.wrong');
  });

  test('a departure that was sold cannot be taken out of the timetable, nor shrink below what was sold', async () => {
    const station = await importedStation();
    await station.signIn();
    await station.openShift();
    await station.sell(ferry(), [1, 2]);
    const { rows } = await station.ok(
      'data.rows',
      { table: 'timetable', query: 'w-wgz-pts', limit: 500 },
      undefined,
      'manager',
    );
    const sold = rows.find(({ row }) => row['departLocal'] === '12:20');
    const refusal = await station.refusal(
      'data.change',
      { changes: [{ table: 'timetable', remove: sold?.key }], effectiveAt: null },
      newId(),
      'manager',
    );
    expect(refusal.code).toBe('data.wrong');
    const vessel = ownData().vessels.find(({ name }) => name === sold?.row['vesselName']);
    const report = await station.ok(
      'data.check',
      { changes: [{ table: 'vessels', put: { ...vessel, capacity: 1 } }], effectiveAt: null },
      undefined,
      'manager',
    );
    expect(report.problems[0]?.code).toBe('run.soldMore');
  });

  test('a smaller vessel freezes the sale of its departure and lists who is too many, newest first', async () => {
    const station = await importedStation();
    await station.signIn();
    await station.openShift();
    const first = await station.sell(ferry(), [1, 2]);
    const last = await station.sell(ferry(), [3]);
    const ship = ownData().vessels.find(({ mode }) => mode === 'water');
    await change(station, [{ table: 'vessels', put: { ...ship, name: '小艇', capacity: 2 } }] as RowChange[]);
    const row = {
      lineId: 'w-wgz-pts',
      date: '2026-11-21',
      departLocal: '12:20',
      extra: 0,
      vesselName: '小艇',
    };
    await change(station, [
      { table: 'substitutes', put: { ...row, reason: '机器故障' } },
    ] as unknown as RowChange[]);

    const surplus = await station.ok('data.surplus', { departureId: ferry() }, undefined, 'manager');
    expect(surplus).toMatchObject({ vesselName: '小艇', capacity: 2, heads: 3, saleEnded: true });
    expect(surplus.surplus.map(({ ticketNumber }) => ticketNumber)).toEqual([last.tickets[0]?.ticketNumber]);
    const refusal = await station.refusal('sales.sell', await station.order(ferry(), [4]), newId());
    expect(refusal.code).toBe('departure.saleStopped');
    expect(first.tickets).toHaveLength(2);
    // The next day goes on the ship of the timetable.
    expect(
      (await station.ok('data.surplus', { departureId: ferry('1220', '2026-11-22') }, undefined, 'manager'))
        .saleEnded,
    ).toBe(false);
  });

  test('the past, the far future and what changes nothing are refused by name', async () => {
    const station = await importedStation();
    const codes: string[] = [];
    for (const [row, at] of [
      [fare(4_000), MORNING_MS - 1],
      [fare(4_000), MORNING_MS + 1_000 * DAY_MS],
      [fare(3_000), null],
    ] as const) {
      const params = { changes: [row], effectiveAt: at };
      codes.push((await station.refusal('data.change', params, newId(), 'manager')).code);
    }
    expect(codes).toEqual(['data.past', 'data.tooFar', 'data.nothing']);
  });

  test('are the manager’s alone; the auditor reads', async () => {
    const station = await importedStation();
    await signInAs(station, 'auditor');
    await signInAs(station, 'clerk');
    const params = { changes: [fare(4_000)], effectiveAt: null };
    for (const role of ['auditor', 'clerk'])
      expect((await station.refusal('data.change', params, newId(), role)).code).toBe('access.role');
    expect((await station.ok('data.overview', {}, undefined, 'auditor')).number).toBe(1);
    expect((await station.refusal('data.rows', { table: 'fares' }, undefined, 'clerk')).code).toBe(
      'access.role',
    );
  });
});

describe('what stands where the station has no rows of its own', () => {
  const rowsOf = async (station: TestOffice, table: string) =>
    (await station.ok('data.rows', { table, limit: 500 }, undefined, 'manager')).rows;
  const unproven = async (station: TestOffice, table: string) =>
    (await station.ok('data.overview', {}, undefined, 'manager')).tables.find((each) => each.table === table)
      ?.unproven;

  test('kinds of documents and vehicles are shown with mark and source, and what nobody verified is counted', async () => {
    const station = await openStation();
    const kinds = await rowsOf(station, 'documentKinds');
    expect(kinds).toHaveLength(defaultDocumentKinds.length);
    expect(kinds.find(({ key }) => key === '511')).toMatchObject({
      from: 'program',
      row: { name: '台湾居民来往大陆通行证', masks: ['########'], mark: 'M0', source: '程序自带' },
    });
    const doubtful = defaultDocumentKinds.filter(({ mark }) => mark === 'M0').length;
    expect(doubtful).toBeGreaterThan(0);
    expect(await unproven(station, 'documentKinds')).toBe(doubtful);
    expect(await unproven(station, 'stops')).toBe(0);
    const types = await rowsOf(station, 'vehicleTypes');
    expect(types.map(({ row }) => row['mark'])).toContain('M0');
    expect(await unproven(station, 'vehicleTypes')).toBe(
      types.filter(({ row }) => row['mark'] === 'M0').length,
    );
  });

  test('settings that no row says are shown with their mark, those of the fees too', async () => {
    const station = await openStation();
    const shown = await rowsOf(station, 'settings');
    for (const [name, value] of [
      ['feeRoundToFen', 10],
      ['feeRoundWay', 0],
      ['changeTimes', 1],
    ] as const)
      expect(shown.filter(({ row }) => row['name'] === name)).toMatchObject([
        { from: 'program', row: { value, mark: 'D', source: '程序自带' } },
      ]);
    const put = { name: 'changeTimes', lineId: null, value: 2, mark: 'S1', source: '本站公告' };
    await change(station, [{ table: 'settings', put } as unknown as RowChange]);
    const after = (await rowsOf(station, 'settings')).filter(({ row }) => row['name'] === 'changeTimes');
    expect(after).toMatchObject([{ from: 'own', row: { value: 2, mark: 'S1' } }]);
  });

  test('a row that was verified becomes the station’s own and is counted no more; what a row cannot say stays', async () => {
    const station = await openStation();
    const before = (await unproven(station, 'documentKinds')) ?? 0;
    const permit = (await rowsOf(station, 'documentKinds')).find(({ key }) => key === 'hkmt-permit');
    const put = { ...permit?.row, mark: 'S1', source: '公安机关样例函' };
    await change(station, [{ table: 'documentKinds', put } as unknown as RowChange]);
    expect(await unproven(station, 'documentKinds')).toBe(before - 1);
    const rows = await rowsOf(station, 'documentKinds');
    expect(rows).toHaveLength(defaultDocumentKinds.length);
    expect(rows[0]).toMatchObject({ key: 'hkmt-permit', from: 'own', row: { source: '公安机关样例函' } });
    // Its own provinces are asked for as before.
    const { feed } = mergeFeed(
      undefined,
      { ...emptyDataSet, documentKinds: [rows[0]?.row as never] },
      1,
      's',
      0,
    );
    expect(documentKindsWith(feed.documentKinds).find(({ code }) => code === 'hkmt-permit')?.format).toEqual({
      rule: 'citizen',
      prefixes: ['81', '82', '83'],
    });
  });
});

describe('files', () => {
  test('what is exported imports back to the same data, as a workbook and table by table', async () => {
    const station = await importedStation();
    const { report } = await uploadFile(station, await exportFile(station, { format: 'xlsx' }), {
      mode: 'replace',
    });
    expect(report.counts).toEqual({ added: 0, changed: 0, removed: 0 });
    expect(report.errors).toBe(0);
    for (const table of tableNames) {
      const csv = await exportFile(station, { format: 'csv', table });
      const isEmpty = ownData()[table].length === 0;
      const again = await uploadFile(station, csv, { mode: 'replace', table });
      expect(again.report.counts).toEqual({ added: 0, changed: 0, removed: 0 });
      expect(again.report.problems.map(({ code }) => code).includes('sheet.empty')).toBe(isEmpty);
    }
  });

  test('a file that was previewed before somebody else changed the data is not confirmed', async () => {
    const station = await importedStation();
    const data = ownData();
    const dearer = {
      ...data,
      fares: data.fares.map((row) => ({ ...row, fareFen: (row.fareFen + 100) as Fen })),
    };
    const upload = await uploadFile(station, workbookOf(dearer, ['fares'], false));
    expect(upload.report.counts.changed).toBe(data.fares.length);
    await change(station, [fare(3_100)]);
    const params = { importId: upload.importId, digest: upload.report.digest, effectiveAt: null };
    const refusal = await station.refusal('data.importConfirm', params, newId(), 'manager');
    expect(refusal.code).toBe('data.previewOld');
    const { rows } = await station.ok('data.rows', { table: 'fares', limit: 500 }, undefined, 'manager');
    const was = data.fares.filter(({ fareFen }) => fareFen === 3_100).length;
    expect(rows.filter(({ row }) => row['fareFen'] === 3_100)).toHaveLength(was + 1);
  });

  test('the same confirmation asked twice is one change-set', async () => {
    const station = await openStation();
    const { importId, report } = await uploadFile(station, workbookOf(ownData(), tableNames, false));
    const params = { importId, digest: report.digest, effectiveAt: null };
    const commandId = newId();
    const first = await station.ok('data.importConfirm', params, commandId, 'manager');
    expect(await station.ok('data.importConfirm', params, commandId, 'manager')).toEqual(first);
    expect((await station.ok('data.overview', {}, undefined, 'manager')).changes).toHaveLength(1);
  });

  test('a part out of order, or one too many, drops the file', async () => {
    const station = await openStation();
    const begin = () => station.ok('data.importBegin', { bytes: 3 }, undefined, 'manager');
    const base64 = Buffer.from('abcd').toString('base64');
    for (const n of [0, 1]) {
      const { importId } = await begin();
      const refusal = await station.refusal('data.importPart', { importId, n, base64 }, undefined, 'manager');
      expect(refusal.code).toBe('data.importOrder');
      expectChinese(refusal);
    }
  });
});

test('the document for other windows is whole, keeps what is pending, and is taken once', async () => {
  const host = await importedStation();
  await change(host, [fare(4_000)], MORNING_MS + DAY_MS);
  const text = host.machine.runtime.files.readText(DATA_FILE) ?? '';
  const document = dataDocumentSchema.parse(JSON.parse(text));
  expect(document.pending).toHaveLength(1);
  expect(document.data.fares).toHaveLength(ownData().fares.length);
  expect(document.version).toBe(2);

  // Another window that finds it as its last good one sells by it, changes over by itself, and changes nothing in it.
  const machine = makeMachine({ seed: 2 });
  machine.runtime.files.writeAtomic(DATA_FILE, text);
  const window = await openStation({ machine, feed: emptyFeed(), config: { window: 4 } });
  expect(await fareOf(window, ferry())).toBe(3_000);
  const refusal = await window.refusal(
    'data.change',
    { changes: [fare(1)], effectiveAt: null },
    newId(),
    'manager',
  );
  expect(refusal.code).toBe('data.notAuthority');
  machine.pass(DAY_MS);
  expect(await fareOf(window, ferry('1220', '2026-11-23'))).toBe(4_000);
});
