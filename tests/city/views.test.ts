import { expect, it } from 'vitest';
import type { BatchAnswer } from '../../contract/city.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { onBothEngines, refusalOf } from './engines.ts';
import { citizenNumber, KitWindow, saleInstantMs } from './window-kit.ts';

const AT = { departureId: 'w-sample/2026-11-20/0930', gate: '1' };
const HOUR_MS = 3_600_000;

onBothEngines('what SQL shows', ({ city, newWindow, enrol, take, send, rpc, keysOf, count }) => {
  const takeAll = (window: KitWindow): Promise<BatchAnswer> =>
    take(window.batch(1, window.lastSeq, keysOf(window, ...window.weekKeys.keys())));
  const boarded = (window: KitWindow, ticketNumber: string, more: object = {}): number =>
    window.add('ticket.boarded', { ticketNumber, ...AT, method: 'typed' }, more);
  const unboarded = (window: KitWindow, ticketNumber: string, more: object = {}): number =>
    window.add('ticket.unboarded', { ticketNumber, ...AT, reason: '样例', ...more });
  const refunded = (ticketNumber: string, more: object = {}): object => ({
    ticketNumber,
    departureId: AT.departureId,
    subject: 'passenger',
    fareFen: 3_000,
    feeFen: 0,
    backFen: 3_000,
    payment: 'cash',
    fee: null,
    because: [],
    requestId: null,
    batchId: null,
    countersignedBy: null,
    leaseId: 'c'.repeat(32),
    seatNumber: null,
    shiftId: null,
    ...more,
  });

  it('who is aboard: what the city refused, or has not whole, lets nobody aboard and takes nobody back', async () => {
    const window = await newWindow();
    const [refusedOne, half, stands, back] = [1, 2, 3, 4].map((n) => window.ticketNumber(n)) as [
      string,
      string,
      string,
      string,
    ];
    window.open();
    boarded(window, refusedOne, { body: { ticketNumber: refusedOne, ...AT, method: 'waved through' } });
    boarded(window, half, { part: { n: 1, of: 2 } });
    boarded(window, stands);
    unboarded(window, stands, { reason: '' });
    boarded(window, back);
    unboarded(window, back);
    const { verdicts } = await takeAll(window);
    expect(verdicts.map(({ seq, verdict }) => [seq, verdict])).toEqual([
      [2, 'refused'],
      [3, 'held'],
      [5, 'refused'],
    ]);
    expect(await count(window, 'boardings')).toBe(1);
    expect(await count(window, 'boardings', `ticket_number = '${stands}' and gate = '1'`)).toBe(1);
  });

  it('who is aboard: a boarding that another office of the station took back is none, its own stays', async () => {
    const window = await newWindow('03');
    const other = new KitWindow(`${window.window.split('/')[0]}/04`);
    expect(await enrol(other)).toMatchObject({ ok: true });
    const ticketNumber = window.ticketNumber();
    window.open();
    const seq = boarded(window, ticketNumber);
    await takeAll(window);
    other.open();
    boarded(other, ticketNumber);
    unboarded(other, ticketNumber, { of: { window: window.window, ledgerId: window.ledgerId, seq } });
    expect((await takeAll(other)).verdicts).toEqual([]);
    expect(await count(window, 'boardings')).toBe(0);
    expect(await count(other, 'boardings')).toBe(1);
  });

  it('a U+0000 in a text keeps nothing from being shown, in the whole city', async () => {
    const window = await newWindow();
    window.open();
    const ticketNumber = window.ticketNumber();
    // Escaped itself: these six signs are no U+0000.
    const gate = '\0\0门\\u0000\\\0';
    window.add('ticket.boarded', { ticketNumber, ...AT, gate, method: 'typed' });
    window.add('ticket.refunded', refunded(ticketNumber, { because: ['a\0b'], feeFen: 300, backFen: 2_700 }));
    expect((await takeAll(window)).verdicts).toEqual([]);
    const rows = await city().store.query<{ gate: string }>(
      'select gate from boardings where window_id = $1',
      [window.window],
    );
    expect(rows).toEqual([{ gate: '��门\\u0000\\�' }]);
    expect(await count(window, 'after_sale', `because = '["a�b"]'`)).toBe(1);
    expect(await count(window, 'fees_at_fault')).toBe(1);
    expect(await count(window, 'holding_tickets')).toBe(0);
  });

  it('nor does anything that was refused', async () => {
    const window = await newWindow();
    window.open();
    const rubbish = { feeFen: 'much', backFen: 1e15 + 0.5, because: 'who knows' };
    window.addText(
      jcs(window.envelope('ticket.refunded', {})).replace('"body":{}', `"body":${JSON.stringify(rubbish)}`),
    );
    window.addText(
      jcs(window.envelope('refund.paid', {})).replace('"body":{}', '"body":{"backFen":1e999999}'),
    );
    window.addText(
      jcs(window.envelope('ticket.boarded', {})).replace('"body":{}', '"body":{"gate":"\\ud800"}'),
    );
    window.add('totals.compared', { differences: 'many' });
    expect((await takeAll(window)).verdicts.map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 4 }, () => 'refused'),
    );
    for (const view of ['boardings', 'after_sale', 'fees_at_fault', 'holding_tickets', 'totals_differing'])
      expect(await count(window, view)).toBe(0);
    expect(await city().store.query('select 1 from fees_at_fault where fee_fen = 1')).toEqual([]);
    expect(await city().store.query('select 1 from ended_twice where back_fen = 1')).toEqual([]);
  });

  it('nor a U+0000 on a ticket of a copy that wrote on', async () => {
    const toStop = { placeId: 'qushan', name: '衢山\0' };
    const sold = (window: KitWindow, seatNumber: number, atMs: number): void => {
      window.at = atMs;
      const { row, digest } = window.seal(citizenNumber(seatNumber));
      const body = { ...window.soldBody({ seatNumber }), toPlaceId: 'qushan', toStop };
      window.addText(
        jcs(window.envelope('ticket.sold', body, { actor: '1001', identity: { ref: row.ref, digest } })),
        row,
      );
    };
    const first = await newWindow();
    first.open();
    await takeAll(first);
    const next = new KitWindow(first.window, { privateKey: first.privateKey, ordinal: 2 });
    next.at = saleInstantMs + HOUR_MS;
    const hash = Buffer.from(first.hashAt(1)).toString('hex');
    next.open({ predecessor: { ledgerId: first.ledgerId, seq: 1, hash } });
    sold(next, 3, saleInstantMs + 2 * HOUR_MS);
    sold(first, 3, saleInstantMs + 3 * HOUR_MS);
    await take(first.batch(1, 2, keysOf(first, ...first.weekKeys.keys())));
    await takeAll(next);
    sold(first, 4, saleInstantMs + 4 * HOUR_MS);
    expect(refusalOf(await send(first.batch(3, 3)))).toBe('city.fork');
    expect(await rpc('window.forks', { window: first.window })).toMatchObject({
      ok: true,
      result: {
        tickets: [
          { seatNumber: 3, actor: '1001', meets: [{ by: 'seat', actor: '1001' }] },
          { seatNumber: 4, meets: [] },
        ],
      },
    });
  });
});
