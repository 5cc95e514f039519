import { describe, expect, it } from 'vitest';
import type { BatchAnswer } from '../../contract/city.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { onBothEngines } from './engines.ts';
import { citizenNumber, KitWindow, saleWeek } from './window-kit.ts';

onBothEngines('verdicts', ({ city, newWindow, take, keysOf, count }) => {
  describe('verdicts: nothing waits behind a refused entry', () => {
    /** Opens a ledger, lets `write` add entries, then a good sale; gives the verdicts told. */
    const judged = async (
      write: (window: KitWindow) => void,
    ): Promise<{ window: KitWindow; answer: BatchAnswer }> => {
      const window = await newWindow();
      window.open();
      write(window);
      window.sell({ number: citizenNumber(900) });
      const keys = keysOf(window, ...window.weekKeys.keys());
      const answer = await take(window.batch(1, window.lastSeq, keys));
      expect(answer.ackSeq).toBe(window.lastSeq);
      expect(
        await count(window, 'counted_tickets', `seq = ${window.lastSeq - 1}`),
        'the sale behind it counts',
      ).toBe(1);
      return { window, answer };
    };
    const sold = (
      window: KitWindow,
      change: (body: Record<string, unknown>) => object,
      more: object = {},
    ): void => {
      const { row, digest } = window.seal(citizenNumber(7));
      const entry = window.envelope('ticket.sold', change(window.soldBody()), {
        identity: { ref: row.ref, digest },
        ...more,
      });
      window.addText(jcs(entry), row);
    };

    it('keeps the queue number of a ticket for the day, and who is aboard what', async () => {
      const day = { lineId: 'w-sample', date: '2026-11-20', queueNumber: 9_150_302 };
      let number = '';
      const { window } = await judged((w) => {
        sold(w, (body) => {
          number = String(body['ticketNumber']);
          return { ...body, rolling: day };
        });
        const at = { departureId: 'w-sample/2026-11-20/0930', gate: '1' };
        w.add('ticket.boarded', { ticketNumber: number, ...at, method: 'typed' });
        w.add('ticket.unboarded', { ticketNumber: number, ...at, reason: '样例' });
        w.add('ticket.boarded', { ticketNumber: number, ...at, method: 'typed' });
      });
      expect(await count(window, 'counted_tickets', 'queue_number = 9150302')).toBe(1);
      expect(await count(window, 'counted_tickets', 'queue_number is null')).toBe(1);
      expect(await count(window, 'boardings', `departure_id = 'w-sample/2026-11-20/0930'`)).toBe(1);
      expect(await count(window, 'boardings', `ticket_number = '${number}'`)).toBe(1);
    });

    it.each(['ticket.refunded', 'kind.ofTomorrow'])(
      'refuses a %s that is nested deeper than anybody can follow, and goes on',
      async (kind) => {
        const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
        const { window, answer } = await judged((w) => {
          w.addText(jcs(w.envelope(kind, { x: 'DEEP' })).replace('"DEEP"', deep));
        });
        expect(answer.verdicts).toMatchObject([
          { seq: 2, verdict: 'refused', refusal: { code: 'city.entryShape' } },
        ]);
        // What reads entries as JSON in the database does not meet it.
        expect(await count(window, 'fees_at_fault')).toBe(0);
      },
    );

    it('keeps the stop on the way where a ticket ends, and adds up what a line sells to each', async () => {
      const toStop = { placeId: 'qushan', name: '衢山客运码头' };
      const { window } = await judged((w) => {
        for (let n = 0; n < 2; n += 1)
          sold(w, (body) => ({ ...body, toPlaceId: 'qushan', toStop, fareFen: 1_260 }));
      });
      expect(await count(window, 'counted_tickets', `to_stop_name = '衢山客运码头'`)).toBe(2);
      expect(
        await count(window, 'holding_tickets', `to_stop_name is null and to_place_id = 'putuoshan'`),
      ).toBe(1);
      const rows = await city().store.query<{ tickets: unknown; fen: unknown }>(
        `select tickets, fen from sales_by_stop where to_place_id = 'qushan'`,
      );
      expect(rows.map(({ tickets, fen }) => [Number(tickets), Number(fen)])).toEqual([[2, 2_520]]);
    });

    it('knows what became of tickets, and finds one that ended twice or kept a fee at the carrier’s fault', async () => {
      const numbers: string[] = [];
      const { window } = await judged((w) => {
        for (let n = 0; n < 3; n += 1)
          sold(w, (body) => {
            numbers.push(String(body['ticketNumber']));
            return body;
          });
        const common = {
          departureId: 'w-sample/2026-11-20/0930',
          payment: 'cash',
          fee: null,
          because: ['a-1'],
          requestId: null,
          batchId: null,
          countersignedBy: null,
          leaseId: 'c'.repeat(32),
          seatNumber: null,
          shiftId: null,
        };
        const refunded = { ...common, subject: 'passenger', fareFen: 3_000, feeFen: 0, backFen: 3_000 };
        w.add('ticket.refunded', { ...refunded, ticketNumber: numbers[0], owed: true });
        w.add('refund.paid', {
          ticketNumber: numbers[0],
          departureId: common.departureId,
          backFen: 3_000,
          requestId: null,
          shiftId: 'b'.repeat(32),
        });
        w.add('ticket.refunded', { ...refunded, ticketNumber: numbers[1] });
        // Planted: the same refund again, and a fee where a right was given.
        w.add('ticket.refunded', { ...refunded, ticketNumber: numbers[1], feeFen: 300, backFen: 2_700 });
      });
      expect(await count(window, 'holding_tickets', `ticket_number = '${numbers[2]}'`)).toBe(1);
      expect(
        await count(window, 'holding_tickets', `ticket_number in ('${numbers[0]}', '${numbers[1]}')`),
      ).toBe(0);
      expect(
        await count(window, 'after_sale', `what = 'refunded' and owed and ticket_number = '${numbers[0]}'`),
      ).toBe(1);
      expect(await count(window, 'after_sale', `what = 'paid' and back_fen = 3000`)).toBe(1);
      expect(await count(window, 'fees_at_fault', 'fee_fen = 300')).toBe(1);
      expect(
        await count(
          window,
          'after_sale',
          `exists (select 1 from ended_twice d where d.ticket_number = after_sale.ticket_number)`,
        ),
      ).toBe(2);
    });

    it.each<[string, string, (window: KitWindow) => void]>([
      ['a text that is no JSON', 'city.entryShape', (w) => w.addText('no json')],
      ['an envelope without a kind', 'city.entryShape', (w) => w.addText(jcs({ v: 1, seq: 2 }))],
      ['a body that lacks a field', 'city.entryShape', (w) => w.add('session.signedIn', {})],
      [
        'a number beyond any column',
        'city.entryShape',
        (w) => sold(w, (body) => ({ ...body, fareFen: 9e15 })),
      ],
      [
        'JSON that is not canonical',
        'city.entryShape',
        (w) => w.addText(` ${jcs(w.envelope('session.signedIn', { clerkNumber: '1001' }))}`),
      ],
      [
        'a wrong seq inside',
        'city.entryShape',
        (w) => w.add('session.signedIn', { clerkNumber: '1001' }, { seq: 77 }),
      ],
      [
        'another window inside',
        'city.entryShape',
        (w) => w.add('session.signedIn', { clerkNumber: '1001' }, { window: 'other/01' }),
      ],
      [
        'a part beyond its count',
        'city.entryShape',
        (w) => w.add('session.signedIn', { clerkNumber: '1001' }, { part: { n: 2, of: 1 } }),
      ],
      ['an opening in the middle', 'city.entryShape', (w) => w.open()],
      [
        'a wrong check digit in the ticket number',
        'city.ticketNumber',
        (w) => sold(w, (body) => ({ ...body, ticketNumber: '30902611200301999991' })),
      ],
      [
        'a ticket number of another window',
        'city.ticketNumber',
        (w) =>
          sold(w, (body) => ({
            ...body,
            ticketNumber: new KitWindow(w.window.replace(/03$/, '07')).ticketNumber(5),
          })),
      ],
      [
        'a ticket number of another station',
        'city.stationCode',
        (w) => sold(w, (body) => ({ ...body, ticketNumber: new KitWindow('x/03').ticketNumber(5) })),
      ],
      [
        'a ticket number of another ledger',
        'city.ticketNumber',
        (w) =>
          sold(w, (body) => ({
            ...body,
            ticketNumber: new KitWindow(w.window, { ordinal: 9 }).ticketNumber(5),
          })),
      ],
      ['a ticket without identity', 'city.identityMissing', (w) => w.add('ticket.sold', w.soldBody())],
      [
        'an identity without its row',
        'city.identityMissing',
        (w) => {
          sold(w, (body) => body);
          const line = w.lines.at(-1);
          if (line) delete line.row;
        },
      ],
      [
        'somebody else’s row',
        'city.identityDigest',
        (w) => {
          sold(w, (body) => body);
          const line = w.lines.at(-1);
          if (line) line.row = w.seal(citizenNumber(8)).row;
        },
      ],
      [
        'a row that was changed',
        'city.identityDigest',
        (w) => {
          sold(w, (body) => body);
          const row = w.lines.at(-1)?.row;
          if (row) row.sealed = `${row.sealed.startsWith('A') ? 'B' : 'A'}${row.sealed.slice(1)}`;
        },
      ],
      [
        'a digest of something else',
        'city.identityDigest',
        (w) => {
          const { row } = w.seal(citizenNumber(7));
          w.addText(
            jcs(
              w.envelope('ticket.sold', w.soldBody(), { identity: { ref: row.ref, digest: 'c'.repeat(64) } }),
            ),
            row,
          );
        },
      ],
      [
        'a stop that is not where the ticket ends',
        'city.entryShape',
        (w) => sold(w, (body) => ({ ...body, toStop: { placeId: 'qushan', name: '衢山' } })),
      ],
      [
        'a ticket to the stop where it begins',
        'city.entryShape',
        (w) =>
          sold(w, (body) => ({
            ...body,
            toPlaceId: body['fromPlaceId'],
            toStop: { placeId: body['fromPlaceId'], name: '朱家尖' },
          })),
      ],
      [
        'another document kind than sealed',
        'city.identityDigest',
        (w) => sold(w, (body) => ({ ...body, documentKind: '553' })),
      ],
      [
        'a citizen number with a wrong check character',
        'city.identityNumber',
        (w) => w.sell({ number: '330902199001010000' }),
      ],
      [
        'a citizen number with an impossible birth date',
        'city.identityNumber',
        (w) => w.sell({ number: '330902199002300011' }),
      ],
    ])('%s is refused', async (_what, code, write) => {
      const { window, answer } = await judged((w) => write(w));
      const refusals = answer.verdicts.filter((verdict) => verdict.verdict === 'refused');
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toMatchObject({ seq: 2, refusal: { code } });
      expect(refusals[0]?.refusal?.message).toMatch(/[一-鿿]/);
      expect(await count(window, 'entries')).toBe(window.lastSeq);
    });

    it('a kind or version not known is kept and held', async () => {
      const { window, answer } = await judged((w) => {
        w.add('boarding.dreamt', { gate: 4 });
        w.addText(jcs({ v: 2, anything: ['else'] }));
      });
      expect(answer.verdicts).toMatchObject([
        { seq: 2, verdict: 'held', refusal: { code: 'city.unknownKind' } },
        { seq: 3, verdict: 'held', refusal: { code: 'city.unknownKind' } },
      ]);
      expect(await count(window, 'entries', `kind = 'boarding.dreamt'`)).toBe(1);
    });

    it('a ticket number that comes twice is refused the second time, and SQL can count it', async () => {
      const { window, answer } = await judged((w) => {
        const ticketNumber = w.ticketNumber();
        w.sell({ ticketNumber, number: citizenNumber(1) });
        w.sell({ ticketNumber, number: citizenNumber(2) });
      });
      expect(answer.verdicts).toMatchObject([
        { seq: 4, verdict: 'refused', refusal: { code: 'city.ticketTwice' } },
      ]);
      const twice = await city().store.query(
        'select ticket_number from tickets where window_id = $1 group by ticket_number having count(*) > 1',
        [window.window],
      );
      expect(twice).toHaveLength(1);
      expect(await count(window, 'counted_tickets')).toBe(2);
    });

    it('two ledgers of a window may not share an ordinal', async () => {
      const { window } = await judged(() => {});
      const second = new KitWindow(window.window, { privateKey: window.privateKey, ordinal: 1 });
      second.open();
      expect((await take(second.batch(1, 1))).verdicts).toMatchObject([
        { seq: 1, verdict: 'refused', refusal: { code: 'city.ordinal' } },
      ]);
      const third = new KitWindow(window.window, { privateKey: window.privateKey, ordinal: 2 });
      third.open();
      expect(await take(third.batch(1, 1))).toEqual({ ackSeq: 1, verdicts: [], weekKeys: [] });
    });

    it('nor may two that come in the same instant, and no ticket of theirs counts twice', async () => {
      for (let round = 0; round < 5; round += 1) {
        const first = await newWindow();
        const second = new KitWindow(first.window, { privateKey: first.privateKey });
        const ticketNumber = first.ticketNumber();
        const answers = await Promise.all(
          [first, second].map((window) => {
            window.open();
            window.sell({ ticketNumber, number: citizenNumber(1) });
            return take(window.batch(1, 3, keysOf(window, saleWeek)));
          }),
        );
        const codes = answers.flatMap(({ verdicts }) => verdicts.map(({ refusal }) => refusal?.code));
        expect(codes).toHaveLength(2);
        expect(new Set(codes)).toEqual(new Set(['city.ordinal', 'city.ticketTwice']));
        expect(await count(first, 'tickets')).toBe(2);
        expect(await count(first, 'counted_tickets')).toBe(1);
      }
    });
  });
});
