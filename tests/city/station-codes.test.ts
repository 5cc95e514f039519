import { describe, expect, it } from 'vitest';
import type { BatchAnswer } from '../../contract/city.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { onBothEngines } from './engines.ts';
import { citizenNumber, KitWindow, saleWeek } from './window-kit.ts';

onBothEngines('station codes', ({ city, newWindow, enrol, take, keysOf, count }) => {
  const takeAll = (window: KitWindow): Promise<BatchAnswer> =>
    take(window.batch(1, window.lastSeq, keysOf(window, ...window.weekKeys.keys())));
  const codesOf = ({ verdicts }: BatchAnswer): (string | undefined)[] =>
    verdicts.map(({ refusal }) => refusal?.code);
  const isCounted = async (ticketNumber: string): Promise<number> =>
    (await city().store.query('select 1 from counted_tickets where ticket_number = $1', [ticketNumber]))
      .length;

  describe('the station in a ticket number', () => {
    it('is the sender’s own: another one’s is refused, and does not stand in the way of the true sale', async () => {
      const owner = await newWindow('03');
      const sender = await newWindow('03');
      const ticketNumber = owner.ticketNumber();
      sender.open();
      const foreign = sender.sell({ ticketNumber, number: citizenNumber(1) });
      const own = sender.sell({ number: citizenNumber(2) });
      const wrong = await takeAll(sender);
      expect(wrong.verdicts).toMatchObject([
        {
          seq: foreign,
          verdict: 'refused',
          refusal: { code: 'city.stationCode', field: 'body.ticketNumber' },
        },
      ]);
      expect(await count(sender, 'tickets', `seq = ${foreign}`), 'SQL can find it').toBe(1);
      expect(await count(sender, 'counted_tickets', `seq = ${own}`)).toBe(1);
      owner.open();
      owner.sell({ ticketNumber, number: citizenNumber(1) });
      expect((await takeAll(owner)).verdicts).toEqual([]);
      expect(await isCounted(ticketNumber)).toBe(1);
    });

    it('a number of another ledger or window, refused, does not stand in the way of the true sale either', async () => {
      const first = await newWindow('03');
      const second = new KitWindow(first.window, { privateKey: first.privateKey, ordinal: 2 });
      const beside = new KitWindow(`${first.window.split('/')[0]}/04`);
      expect(await enrol(beside)).toMatchObject({ ok: true });
      const ticketNumber = first.ticketNumber();
      for (const other of [second, beside]) {
        other.open();
        other.sell({ ticketNumber, number: citizenNumber(1) });
        // Twice: neither is an earlier sale of the other one.
        other.sell({ ticketNumber, number: citizenNumber(1) });
        expect(codesOf(await takeAll(other))).toEqual(['city.ticketNumber', 'city.ticketNumber']);
      }
      first.open();
      first.sell({ ticketNumber, number: citizenNumber(1) });
      first.sell({ ticketNumber, number: citizenNumber(2) });
      expect(codesOf(await takeAll(first)), 'its own number twice').toEqual(['city.ticketTwice']);
      expect(await isCounted(ticketNumber)).toBe(1);
    });

    it('belongs to the station that came first: the other one’s opening and tickets are refused by name and kept', async () => {
      const first = await newWindow('03');
      first.open();
      await takeAll(first);
      const other = await newWindow('03');
      other.stationCode = first.stationCode;
      other.open();
      const sold = other.sell({ number: citizenNumber(1) });
      const answer = await takeAll(other);
      expect(answer.ackSeq).toBe(other.lastSeq);
      expect(answer.verdicts).toMatchObject([
        { seq: 1, verdict: 'refused', refusal: { code: 'city.stationCode', field: 'body.stationCode' } },
        { seq: sold, verdict: 'refused', refusal: { code: 'city.stationCode' } },
      ]);
      expect(answer.verdicts[0]?.refusal?.message).toContain(first.stationCode);
      expect(await count(other, 'entries')).toBe(other.lastSeq);
      expect(await count(other, 'tickets', `verdict = 'refused'`)).toBe(1);
      // In a later batch as well.
      const later = other.sell({ number: citizenNumber(2) });
      expect((await take(other.batch(later, later + 1))).verdicts).toMatchObject([
        { seq: later, verdict: 'refused', refusal: { code: 'city.stationCode' } },
      ]);
      // What its opening says of the ledger is good: the next one has another ordinal and the right code.
      const hash = Buffer.from(other.hashAt(other.lastSeq)).toString('hex');
      const next = new KitWindow(other.window, { privateKey: other.privateKey, ordinal: 2 });
      next.open({ predecessor: { ledgerId: other.ledgerId, seq: other.lastSeq, hash } });
      next.sell({ number: citizenNumber(3) });
      expect((await takeAll(next)).verdicts).toEqual([]);
      expect(await count(next, 'counted_tickets')).toBe(1);
    });

    it('may be one of several that a station has, never one that nobody has', async () => {
      const window = await newWindow('03');
      window.open();
      await takeAll(window);
      const unheard = new KitWindow('unheard-of/03');
      const beside = new KitWindow(`${window.window.split('/')[0]}/04`, { stationCode: '8890' });
      expect(await enrol(beside)).toMatchObject({ ok: true });
      beside.open();
      beside.sell({ number: citizenNumber(1) });
      expect((await takeAll(beside)).verdicts).toEqual([]);
      // A window of an older program numbers by its station file, which was changed after its ledger had begun.
      window.stationCode = '8890';
      const from = window.sell({ number: citizenNumber(2) });
      const strange = window.sell({ ticketNumber: unheard.ticketNumber(), number: citizenNumber(3) });
      const answer = await take(window.batch(from, window.lastSeq, keysOf(window, saleWeek)));
      expect(answer.verdicts).toMatchObject([{ seq: strange, refusal: { code: 'city.stationCode' } }]);
      expect(await count(window, 'counted_tickets')).toBe(1);
    });

    it('stands in the first ticket where the opening is a newer program’s', async () => {
      const window = await newWindow('03');
      window.addText(jcs({ v: 2, kind: 'ledger.opened', anything: ['else'] }));
      window.sell({ number: citizenNumber(1) });
      expect((await takeAll(window)).verdicts).toMatchObject([
        { seq: 1, verdict: 'held', refusal: { code: 'city.unknownKind' } },
      ]);
      expect(await count(window, 'counted_tickets')).toBe(1);
      const other = await newWindow('03');
      other.stationCode = window.stationCode;
      other.open();
      expect(codesOf(await takeAll(other))).toEqual(['city.stationCode']);
    });

    it('counts once where two stations with one code come in the same instant', async () => {
      for (let round = 0; round < 5; round += 1) {
        const both = [await newWindow('03'), await newWindow('03')];
        const stationCode = both[0]?.stationCode ?? '';
        const ticketNumber = both[0]?.ticketNumber() ?? '';
        const answers = await Promise.all(
          both.map((window) => {
            window.stationCode = stationCode;
            window.open();
            window.sell({ ticketNumber, number: citizenNumber(1) });
            return takeAll(window);
          }),
        );
        expect(answers.flatMap(codesOf)).toEqual(['city.stationCode', 'city.stationCode']);
        expect(await isCounted(ticketNumber)).toBe(1);
      }
    });
  });
});
