import { beforeEach, describe, expect, it } from 'vitest';
import { forkLines } from '../../city/fork-lines.ts';
import { onBothEngines, refusalOf } from './engines.ts';
import { KitWindow, saleInstantMs, saleWeek } from './window-kit.ts';

const HOUR_MS = 3_600_000;

onBothEngines('two copies of one key', ({ city, rpc, newWindow, send, take, keysOf, count }) => {
  /** Each test has a departure and serials of its own: seats and numbers are compared over all windows. */
  let tests = 0;
  let coach = '';
  const serial = (n: number): number => tests * 100 + n;
  beforeEach(() => {
    tests += 1;
    coach = `w-coach/2026-11-20/10${String(10 + tests)}`;
  });

  const listed = async (window: KitWindow): Promise<any> => {
    const answer: any = await rpc('window.forks', { window: window.window });
    expect(answer).toMatchObject({ ok: true });
    return answer.result;
  };

  describe('both sell after a copy was made', () => {
    it('lists both tickets of a seat sold twice, and counts only what was taken first', async () => {
      const window = await newWindow();
      window.open();
      const clone = window.clone();
      const kept = window.sell({ departureId: coach, seatNumber: 7, serial: serial(11) });
      clone.sell({ departureId: coach, seatNumber: 8, serial: serial(21) });
      const other = clone.sell({ departureId: coach, seatNumber: 7, serial: serial(22) });
      await take(window.batch(1, 3, keysOf(window, saleWeek)));
      expect(await listed(window)).toEqual({ forks: [], tickets: [] });
      expect(refusalOf(await send(clone.batch(1, 5)))).toBe('city.fork');
      expect(await listed(window)).toMatchObject({
        forks: [{ ledgerId: window.ledgerId, kind: 'fork', seq: 2, otherTickets: 2 }],
        tickets: [
          {
            seq: other,
            ticketNumber: clone.ticketNumber(serial(22)),
            departureId: coach,
            seatNumber: 7,
            actor: '1001',
            meets: [{ by: 'seat', seq: kept, ticketNumber: window.ticketNumber(serial(11)), seatNumber: 7 }],
          },
          { ticketNumber: clone.ticketNumber(serial(21)), seatNumber: 8, meets: [] },
        ],
      });
      expect(await count(window, 'counted_tickets')).toBe(1);
      const lines = await forkLines(city().store, [window.window]);
      expect(lines).toHaveLength(4);
      expect(lines.join('\n')).toContain(`同座:票 ${window.ticketNumber(serial(11))}`);
      expect(lines.join('\n')).not.toContain('测试');
    });

    it('keeps what either copy sends afterwards, once, and lists a seat that both sold then', async () => {
      const window = await newWindow();
      window.open();
      const clone = window.clone();
      window.sell({ serial: serial(11) });
      clone.sell({ serial: serial(21) });
      await take(window.batch(1, 3, keysOf(window, saleWeek)));
      expect(refusalOf(await send(clone.batch(1, 3)))).toBe('city.fork');
      window.sell({ departureId: coach, seatNumber: 9, serial: serial(12) });
      clone.sell({ departureId: coach, seatNumber: 9, serial: serial(22) });
      for (const batch of [clone.batch(4, 5), window.batch(4, 5), clone.batch(4, 5), clone.batch(1, 5)])
        expect(refusalOf(await send(batch))).toBe('city.fork');
      const { forks, tickets } = await listed(window);
      expect(forks).toMatchObject([{ seq: 2, otherTickets: 3 }]);
      const metBy = new Map(
        tickets.map((ticket: any) => [ticket.ticketNumber, ticket.meets[0]?.ticketNumber]),
      );
      expect(metBy).toEqual(
        new Map([
          [window.ticketNumber(serial(12)), clone.ticketNumber(serial(22))],
          [clone.ticketNumber(serial(21)), undefined],
          [clone.ticketNumber(serial(22)), window.ticketNumber(serial(12))],
        ]),
      );
    });

    it('keeps nothing that is not signed, or does not follow what is known', async () => {
      const window = await newWindow();
      window.open();
      const clone = window.clone();
      window.sell({ serial: serial(1) });
      clone.sell({ serial: serial(2) });
      clone.sell({ serial: serial(3) });
      await take(window.batch(1, 3, keysOf(window, saleWeek)));
      expect(refusalOf(await send(clone.batch(1, 3)))).toBe('city.fork');
      const stranger = new KitWindow('fork-x/01');
      expect(refusalOf(await send(clone.batch(4, 5, [], { key: stranger.privateKey })))).toBe(
        'city.signature',
      );
      const another = clone.clone();
      another.lines = clone.lines.slice(0, 1);
      for (let n = 0; n < 3; n += 1) another.sell({ serial: serial(50 + n) });
      expect(refusalOf(await send(another.batch(6, 7)))).toBe('city.fork');
      expect(await count(window, 'fork_entries')).toBe(2);
    });

    it('a window that nobody enrolled has no list', async () => {
      expect(refusalOf(await rpc('window.forks', { window: 'fork-none/01' }))).toBe('city.unknownWindow');
    });
  });

  describe('a ledger that writes on after its successor opened', () => {
    const laterSale = (window: KitWindow, number: number, atMs: number): void => {
      window.at = atMs;
      window.sell({ departureId: coach, seatNumber: 3, serial: number });
    };
    const succeed = (first: KitWindow, seq: number): KitWindow => {
      const next = new KitWindow(first.window, { privateKey: first.privateKey, ordinal: 2 });
      next.at = saleInstantMs + HOUR_MS;
      next.open({
        predecessor: { ledgerId: first.ledgerId, seq, hash: Buffer.from(first.hashAt(seq)).toString('hex') },
      });
      return next;
    };

    it('is fenced, what it wrote before is taken, and what it wrote since is listed beside the seat it meets', async () => {
      const first = await newWindow();
      first.open();
      first.sell({ serial: serial(1) });
      await take(first.batch(1, 3, keysOf(first, saleWeek)));
      first.sell({ serial: serial(2) });
      const next = succeed(first, 3);
      laterSale(next, serial(1), saleInstantMs + 2 * HOUR_MS);
      await take(next.batch(1, 3, keysOf(next, saleWeek)));
      laterSale(first, serial(3), saleInstantMs + 3 * HOUR_MS);
      expect(refusalOf(await send(first.batch(4, 7)))).toBe('city.fork');
      expect(
        await count(first, 'counted_tickets', `ledger_id = '${first.ledgerId}'`),
        'a passenger holds the ticket from before',
      ).toBe(2);
      expect(await listed(first)).toMatchObject({
        forks: [{ ledgerId: first.ledgerId, kind: 'wentOn', seq: 6, otherTickets: 1 }],
        tickets: [
          {
            ledgerId: first.ledgerId,
            seq: 6,
            seatNumber: 3,
            meets: [{ by: 'seat', ledgerId: next.ledgerId, ticketNumber: next.ticketNumber(serial(1)) }],
          },
        ],
      });
      laterSale(next, serial(2), saleInstantMs + 4 * HOUR_MS);
      expect((await take(next.batch(4, 5))).ackSeq, 'the successor goes on').toBe(5);
    });

    it('is found also when its entries came before the successor opened here', async () => {
      const first = await newWindow();
      first.open();
      first.sell({ serial: serial(1) });
      const next = succeed(first, 3);
      laterSale(first, serial(2), saleInstantMs + 2 * HOUR_MS);
      await take(first.batch(1, 5, keysOf(first, saleWeek)));
      laterSale(next, serial(1), saleInstantMs + 3 * HOUR_MS);
      await take(next.batch(1, 3, keysOf(next, saleWeek)));
      expect(await listed(first)).toMatchObject({
        forks: [{ ledgerId: first.ledgerId, kind: 'wentOn', seq: 4 }],
        tickets: [{ ledgerId: first.ledgerId, seq: 4, meets: [{ by: 'seat', ledgerId: next.ledgerId }] }],
      });
      first.sell({ serial: serial(9) });
      expect(refusalOf(await send(first.batch(6, 7)))).toBe('city.fork');
    });

    it('its lost end that turns up late, written before the successor opened, is taken as ever', async () => {
      const first = await newWindow();
      first.open();
      first.sell({ serial: serial(1) });
      const next = succeed(first, 3);
      await take(first.batch(1, 3, keysOf(first, saleWeek)));
      await take(next.batch(1, 1));
      first.sell({ serial: serial(2) });
      expect((await take(first.batch(4, 5))).ackSeq).toBe(5);
      expect(await listed(first)).toEqual({ forks: [], tickets: [] });
    });
  });
});
