import { afterEach, describe, expect, test } from 'vitest';
import { trialFeed } from '../../city/shell/files.ts';
import type { Feed } from '../../contract/feed.ts';
import { onPaper, readEntries } from './books.ts';
import { tableNames } from '../../contract/basic-data/tables.ts';
import type { RowChange } from '../../contract/basic-data/changes.ts';
import { workbookOf } from '../../main/basic-data/files/write-file.ts';
import {
  confirmFile,
  emptyFeed,
  exportFile,
  openStation as openOwnStation,
  ownData,
  signInAs,
  uploadFile,
} from './data-kit.ts';
import { GATE, standAtGate, staffOfAllRoles } from './gate-kit.ts';
import {
  closeOffices,
  expectRefused,
  newId,
  numberOf,
  openOffice,
  restart,
  type OpenOptions,
  type TestOffice,
} from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

/** The island-hopping boat of the trial: 高亭 (88 yuan), 衢山 (126 yuan), 泗礁李柱山 (168 yuan). */
const boat = (date = '2026-11-21'): string => `w-wgz-lzs-h/${date}/1540`;
const GAOTING = 'daishan-gaoting';
const QUSHAN = 'qushan';
const BOSS = 'boss';

async function openStation(options: OpenOptions = {}): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() }, ...options });
  await window.signIn();
  await window.openShift();
  return window;
}

/** Sells full fares to a stop of the boat. */
async function sellTo(window: TestOffice, toStop: string, people: readonly number[], date?: string) {
  const passengers = [];
  for (const n of people) passengers.push({ holderRef: await window.holder(n), ticketClass: 'full' });
  const where = { departureId: boat(date), toStop, passengers };
  const { totalFen, refusal } = await window.ok('sales.quote', where);
  expect(refusal).toBeUndefined();
  return window.ok('sales.sell', { ...where, payment: 'cash', totalFen, tenderedFen: totalFen }, newId());
}

const paperOf = async (window: TestOffice, ticketNumber: string): Promise<string> => {
  const { parts } = await window.ok('sales.paper', { ticketNumber });
  return parts.map((part) => (part.kind === 'line' ? part.text : '')).join('\n');
};
const find = async (window: TestOffice, text: string) => {
  const [ticket] = (await window.ok('tickets.find', { text })).tickets;
  if (!ticket) throw new Error('no ticket');
  return ticket;
};

describe('a departure with stops', () => {
  test('shows them with time and fare, is found by a stop, and every other departure has none', async () => {
    const window = await openStation();
    const stops = [
      { placeId: GAOTING, name: '岱山高亭码头', arriveLocal: '16:40', fullFareFen: 8_800 },
      { placeId: QUSHAN, name: '衢山客运码头', arriveLocal: '17:25', fullFareFen: 12_600 },
    ];
    const { departures } = await window.ok('timetable.departures', { date: '2026-11-21', toPlaceId: QUSHAN });
    expect(departures.find(({ departureId }) => departureId === boat())).toMatchObject({
      toName: '泗礁李柱山码头',
      fullFareFen: 16_800,
      stops,
    });
    const all = (await window.ok('timetable.departures', { date: '2026-11-21' })).departures;
    expect(all.filter((one) => one.stops !== undefined).map(({ departureId }) => departureId)).toEqual([
      boat(),
    ]);
    const { places } = await window.ok('timetable.places');
    expect(places.find(({ placeId }) => placeId === QUSHAN)).toMatchObject({ local: true });
  });

  test('is sold to a stop at its own fares: full, half, free, with its own total', async () => {
    const window = await openStation();
    const [adult, child] = [await window.holder(1), await window.holder(2)];
    const where = {
      departureId: boat(),
      toStop: GAOTING,
      passengers: [
        { holderRef: adult, ticketClass: 'full' },
        { holderRef: child, ticketClass: 'serviceman_half', proof: 'disabledServicemanCard' },
      ],
    };
    const quote = await window.ok('sales.quote', where);
    expect(quote).toMatchObject({ totalFen: 13_200, passengers: [{ fareFen: 8_800 }, { fareFen: 4_400 }] });
    expect(quote.classes.map(({ ticketClass, fareFen }) => [ticketClass, fareFen])).toEqual([
      ['full', 8_800],
      ['child_half', 4_400],
      ['free_child', 0],
      ['serviceman_half', 4_400],
    ]);
    const sell = { ...where, payment: 'cash', totalFen: 13_200, tenderedFen: 15_000 };
    // The total of the whole run is another.
    await expectRefused(window, 'fare.changed', 'sales.sell', {
      ...sell,
      totalFen: 25_200,
      tenderedFen: 30_000,
    });
    const sale = await window.ok('sales.sell', sell, newId());
    expect(sale).toMatchObject({ toStop: { placeId: GAOTING, name: '岱山高亭码头' }, changeFen: 1_800 });
    const sold = readEntries(window.machine.folder).filter(({ kind }) => kind === 'ticket.sold');
    expect(sold.map(({ body }) => body)).toMatchObject([
      { toPlaceId: GAOTING, toStop: { placeId: GAOTING, name: '岱山高亭码头' } },
      { toPlaceId: GAOTING },
    ]);
    // Whoever goes on to the end gets no seat of theirs.
    const { departures } = await window.ok('timetable.departures', { date: '2026-11-21', toPlaceId: QUSHAN });
    expect(departures.find(({ departureId }) => departureId === boat())).toMatchObject({ left: 178 });
  });

  test('is not sold to a place where it does not call, nor to a stop without a fare', async () => {
    const window = await openStation();
    const order = await window.order(boat(), [1]);
    for (const toStop of ['taohua-maocaowu', 'zhujiajian-wugongzhi', 'nowhere'])
      await expectRefused(window, 'stop.notSold', 'sales.sell', { ...order, toStop });
    const { passengers } = order;
    expect(
      await window.ok('sales.quote', { departureId: boat(), toStop: 'nowhere', passengers }),
    ).toMatchObject({ totalFen: 0, passengers: [{ fareFen: null }], refusal: { code: 'stop.notSold' } });
    const { departures } = await window.ok('timetable.departures', {
      date: '2026-11-21',
      lineId: 'w-sjw-gq-g',
    });
    expect(departures.length).toBeGreaterThan(0);
    expect(departures.every((one) => one.stops === undefined)).toBe(true);
  });

  test('named by its end, or by nothing, is the whole run as it always was', async () => {
    const window = await openStation();
    const plain = await window.sell(boat(), [1]);
    const named = await sellTo(window, 'sijiao-lizhushan', [2]);
    expect([plain, named].map(({ totalFen, toStop }) => [totalFen, toStop])).toEqual([
      [16_800, undefined],
      [16_800, undefined],
    ]);
  });

  test('carries vehicles to its end only, unless a row of the table has the stop', async () => {
    const feed = trialFeed();
    const lineId = 'w-wgz-th-g';
    const stopRow = { lineId, toPlaceId: 'putuoshan' };
    const [full] = feed.fares.filter((row) => row.lineId === lineId && row.ticketClass === 'full');
    const [car] = feed.vehicleFares?.filter((row) => row.lineId === lineId) ?? [];
    if (!full || !car) throw new Error('the ferry has fares');
    const withCall: Feed = {
      ...feed,
      calls: [...(feed.calls ?? []), { lineId, placeId: 'putuoshan', minutesFromStart: 10 }],
      fares: [...feed.fares, { ...full, ...stopRow }],
    };
    const order = async (window: TestOffice) => {
      const driver = await window.holder(1);
      return {
        departureId: `${lineId}/2026-11-21/1350`,
        toStop: 'putuoshan',
        passengers: [{ holderRef: driver, ticketClass: 'full' }],
        vehicles: [{ vehicleType: car.vehicleType, lengthCm: 480, plate: '浙L12345', driver }],
      };
    };
    const window = await openStation({ feed: withCall });
    expect((await window.ok('sales.quote', await order(window))).vehicles[0]).toMatchObject({
      fareFen: null,
      refusal: { code: 'vehicle.wholeRun' },
    });
    const vehicleFares = [...(feed.vehicleFares ?? []), { ...car, ...stopRow, fareFen: 900 as never }];
    const other = await openStation({ feed: { ...withCall, vehicleFares } });
    expect((await other.ok('sales.quote', await order(other))).vehicles[0]).toMatchObject({ fareFen: 900 });
  });
});

describe('a ticket to a stop', () => {
  test('says its stop on paper, in the list, after the sale, on the passengers’ screen and after a restart', async () => {
    const window = await openStation();
    const sale = await sellTo(window, QUSHAN, [1]);
    const number = numberOf(sale);
    const paper = await paperOf(window, number);
    expect(paper).toContain('衢山客运码头(途中站)');
    expect(paper).toContain('→ 衢山客运码头');
    expect(paper).toContain('票价 126.00元');
    const toStop = { placeId: QUSHAN, name: '衢山客运码头' };
    expect((await window.ok('sales.list', { limit: 5 })).tickets[0]).toMatchObject({
      toName: '泗礁李柱山码头',
      toStop,
    });
    expect(await find(window, number)).toMatchObject({ toStop, fareFen: 12_600 });
    expect((await window.ok('display.current')).departure).toMatchObject({ toName: '衢山客运码头' });
    const end = numberOf(await window.sell(boat(), [2]));
    expect(await paperOf(window, end)).not.toContain('途中站');

    const again = await restart(window, { config: { staff: await staffOfAllRoles() } });
    await again.signIn();
    expect(await paperOf(again, number)).toContain('衢山客运码头(途中站)');
  });

  test('keeps its stop when it is printed again, issued again, and when the timetable has lost the stop', async () => {
    const window = await openStation();
    const number = numberOf(await sellTo(window, QUSHAN, [1]));
    onPaper(window.machine.folder, number);
    await window.ok('tickets.reprint', { ticketNumber: number, reason: '字迹不清' }, newId());
    expect(await paperOf(window, number)).toContain('衢山客运码头(途中站)');
    const { newTicketNumber } = await window.ok(
      'tickets.reissue',
      { ticketNumber: number, documentShown: true },
      newId(),
    );
    expect(await find(window, newTicketNumber)).toMatchObject({
      toStop: { placeId: QUSHAN },
      fareFen: 12_600,
    });
    const feed = trialFeed();
    const { calls: _calls, ...bare } = feed;
    const without = { ...bare, fares: feed.fares.filter(({ toPlaceId }) => toPlaceId === undefined) };
    const again = await restart(window, { feed: without, config: { staff: await staffOfAllRoles() } });
    await again.signIn();
    expect(await paperOf(again, newTicketNumber)).toContain('衢山客运码头(途中站)');
  });

  test('is refunded at its own fare, and its seat is free for the whole run again', async () => {
    const window = await openStation();
    const sale = await sellTo(window, GAOTING, [1], '2026-11-22');
    const { refund } = await find(window, numberOf(sale));
    expect(refund.feeFen + refund.backFen).toBe(8_800);
    await window.ok(
      'tickets.refund',
      { ticketNumbers: [numberOf(sale)], backFen: refund.backFen, documentShown: true },
      newId(),
    );
    const next = await window.sell(boat('2026-11-22'), [2]);
    expect(next.tickets[0]?.seatNumber).toBe(sale.tickets[0]?.seatNumber);
  });

  test('stands at the gate, on the list and in the day by its stop', async () => {
    const window = await openStation();
    const number = numberOf(await sellTo(window, QUSHAN, [1]));
    const end = numberOf(await window.sell(boat(), [2]));
    const gate = await standAtGate(window);
    await gate.open(boat());
    expect(await gate.present(boat(), number)).toMatchObject({
      admit: true,
      ticket: { toName: '泗礁李柱山码头', toStop: { placeId: QUSHAN, name: '衢山客运码头' } },
    });
    const verdict = await gate.present(boat(), end);
    expect(verdict.ticket).not.toHaveProperty('toStop');
    await window.ok('gate.stopSale', { departureId: boat() }, newId(), GATE);
    await window.ok('gate.close', { departureId: boat() }, newId(), GATE);
    const page = await window.ok('gate.page', { departureId: boat(), reason: '开航' }, undefined, GATE);
    expect(page.rows.map(({ to, toStop }) => [to, toStop])).toEqual([
      ['衢山客运码头', true],
      ['泗礁李柱山码头', undefined],
    ]);
    await as(window, 'manager', BOSS);
    const day = await window.ok('reports.day', { date: '2026-11-21' }, undefined, BOSS);
    expect(day.byLine).toMatchObject([
      {
        lineId: 'w-wgz-lzs-h',
        tickets: 2,
        fen: 29_400,
        stops: [{ name: '衢山客运码头', tickets: 1, fen: 12_600 }],
      },
    ]);
  });
});

describe('when the boat does not sail', () => {
  /** On the 22nd the boat is sold to 高亭 and not to 衢山. */
  const feed = (): Feed => {
    const all = trialFeed();
    return {
      ...all,
      fares: all.fares.map((row) =>
        row.toPlaceId === QUSHAN ? { ...row, validTo: '2026-11-21' as typeof row.validFrom } : row,
      ),
    };
  };
  const cancelled = async (): Promise<{
    window: TestOffice;
    gaoting: string;
    qushan: string;
    end: string;
  }> => {
    const window = await openStation({ feed: feed() });
    const gaoting = numberOf(await sellTo(window, GAOTING, [1]));
    const qushan = numberOf(await sellTo(window, QUSHAN, [2]));
    const end = numberOf(await window.sell(boat(), [3]));
    await as(window, 'manager', BOSS);
    await window.ok(
      'departures.setState',
      { scope: { departures: [boat()] }, state: 'cancelled', reason: '机械故障', orderedBy: null },
      newId(),
      BOSS,
    );
    return { window, gaoting, qushan, end };
  };

  test('a change goes on to the same stop at its fare there, or says that it cannot', async () => {
    const { window, gaoting, qushan, end } = await cancelled();
    const to = boat('2026-11-22');
    const asked = { ticketNumbers: [gaoting], departureId: to };
    expect(await window.ok('tickets.changeQuote', asked)).toMatchObject({
      collectFen: 0,
      tickets: [{ newFareFen: 8_800 }],
    });
    const change = { ...asked, collectFen: 0, backFen: 0, tenderedFen: 0, documentShown: true };
    const { tickets } = await window.ok('tickets.change', change, newId());
    expect(await find(window, tickets[0]?.newTicketNumber ?? '')).toMatchObject({
      toStop: { placeId: GAOTING },
      date: '2026-11-22',
    });
    await expectRefused(window, 'change.noStop', 'tickets.change', { ...change, ticketNumbers: [qushan] });
    await expectRefused(window, 'stop.mixed', 'tickets.change', { ...change, ticketNumbers: [qushan, end] });
  });

  test('moving everybody leaves on the list whom the other departure does not take to their stop', async () => {
    const { window, gaoting, qushan, end } = await cancelled();
    const done = await window.ok(
      'worklist.move',
      {
        departureId: boat(),
        toDepartureId: boat('2026-11-22'),
        secondSignature: of('shiftLeader'),
      },
      newId(),
      BOSS,
    );
    expect(done).toMatchObject({
      moved: 2,
      left: [
        { ticketNumber: qushan, code: 'change.noStop', message: expect.stringContaining('到站') as unknown },
      ],
      departure: { open: 1 },
    });
    expect(await find(window, gaoting)).toMatchObject({ state: 'replaced' });
    expect(await find(window, end)).toMatchObject({ state: 'replaced' });
    expect(await find(window, qushan)).toMatchObject({ state: 'sold', toStop: { placeId: QUSHAN } });
  });
});

describe('what is ordered for a place', () => {
  test('holds for tickets that end there on the way: sale, refund, work list, gate; the rest of the boat goes on', async () => {
    const window = await openStation();
    const qushan = numberOf(await sellTo(window, QUSHAN, [1]));
    const gaoting = numberOf(await sellTo(window, GAOTING, [2]));
    await as(window, 'manager', BOSS);
    await window.ok(
      'departures.setState',
      {
        scope: { toPlaces: [QUSHAN], dates: { from: '2026-11-21', to: '2026-11-21' } },
        state: 'cancelled',
        reason: '衢山码头停靠不安全',
        orderedBy: null,
      },
      newId(),
      BOSS,
    );
    const order = await window.order(boat(), [3]);
    const refusal = await window.refusal('sales.sell', { ...order, toStop: QUSHAN }, newId());
    expect(refusal.code).not.toBe('stop.notSold');
    expect(refusal.message).toMatch(/停/);
    await sellTo(window, GAOTING, [4]);
    await window.sell(boat(), [5]);
    expect((await find(window, qushan)).refund).toMatchObject({ free: true, backFen: 12_600 });
    expect((await find(window, gaoting)).refund).toMatchObject({ free: false });
    const list = await window.ok('worklist.list', {}, undefined, BOSS);
    expect(list.departures.find(({ departureId }) => departureId === boat())).toMatchObject({ open: 1 });
    const gate = await standAtGate(window);
    await gate.open(boat());
    expect(await gate.present(boat(), qushan)).toMatchObject({ admit: false });
    expect(await gate.present(boat(), gaoting)).toMatchObject({ admit: true });

    // Whoever calls the whole boat off calls it off for everybody; lifting it for the stop alone lets nobody aboard.
    const set = (scope: object, state: string) =>
      window.ok('departures.setState', { scope, state, reason: '机械故障', orderedBy: null }, newId(), BOSS);
    await set({ departures: [boat()] }, 'cancelled');
    await set({ toPlaces: [QUSHAN], dates: { from: '2026-11-21', to: '2026-11-21' } }, 'normal');
    for (const toStop of [QUSHAN, GAOTING])
      expect((await window.refusal('sales.sell', { ...order, toStop }, newId())).code).toBe(refusal.code);
  });
});

describe('a station’s own data', () => {
  const put = (station: TestOffice, changes: readonly RowChange[]) =>
    station.ask('data.change', { changes, effectiveAt: null, note: '' }, newId(), 'manager');

  test('sell to stops from a workbook, export the same again, and a stop loses its sale with its fare', async () => {
    const station = await openOwnStation({ feed: emptyFeed() });
    await confirmFile(station, await uploadFile(station, workbookOf(ownData(), tableNames, false)));
    await signInAs(station, 'clerk');
    await station.ok('shifts.open', { floatFen: 50_000 }, newId(), 'clerk');
    const stopsNow = async () => {
      const { departures } = await station.ok(
        'timetable.departures',
        { date: '2026-11-21', lineId: 'w-wgz-lzs-h' },
        undefined,
        'clerk',
      );
      return departures[0]?.stops?.map(({ placeId, fullFareFen }) => [placeId, fullFareFen]) ?? [];
    };
    expect(await stopsNow()).toEqual([
      [GAOTING, 8_800],
      [QUSHAN, 12_600],
    ]);
    const again = await uploadFile(station, await exportFile(station, { format: 'xlsx' }), {
      mode: 'replace',
    });
    expect(again.report).toMatchObject({ errors: 0, counts: { added: 0, changed: 0, removed: 0 } });

    const call = ownData().calls.find(
      ({ lineId, placeId }) => lineId === 'w-wgz-lzs-h' && placeId === QUSHAN,
    );
    if (!call) throw new Error('the boat calls there');
    const marked: RowChange = { table: 'calls', put: { ...call, sold: true } };
    const removed: RowChange = { table: 'fares', remove: `w-wgz-lzs-h|full|2020-01-01|${QUSHAN}` };
    expect(await put(station, [marked, removed])).toMatchObject({
      ok: false,
      refusal: { code: 'data.wrong' },
    });
    expect(await put(station, [marked])).toMatchObject({ ok: true });
    expect(await stopsNow()).toHaveLength(2);
    expect(await put(station, [{ table: 'calls', put: { ...call, sold: false } }])).toMatchObject({
      ok: true,
    });
    expect(await stopsNow()).toEqual([[GAOTING, 8_800]]);
  });
});
