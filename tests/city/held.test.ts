import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { SealedWeekKey } from '../../contract/encoding/batch.ts';
import { onBothEngines } from './engines.ts';
import { citizenNumber, saleWeek, type KitWindow } from './window-kit.ts';

onBothEngines('what is held', ({ newWindow, take, count, keysOf }) => {
  it('holds the parts of a command until all are there', async () => {
    const window = await newWindow();
    window.open();
    const commandId = window.commandId();
    window.addTicket({}, { commandId, part: { n: 1, of: 3 } });
    window.addTicket({ number: citizenNumber(501) }, { commandId, part: { n: 2, of: 3 } });
    window.addMoney(2, { commandId, part: { n: 3, of: 3 } });
    expect(await take(window.batch(1, 2, keysOf(window, saleWeek)))).toMatchObject({
      ackSeq: 2,
      verdicts: [{ seq: 2, verdict: 'held' }],
    });
    expect(await count(window, 'counted_tickets')).toBe(0);
    expect((await take(window.batch(3, 3))).verdicts).toEqual([{ seq: 3, verdict: 'held' }]);
    const last = window.batch(4, 4);
    const answer = await take(last);
    expect(answer.verdicts).toEqual(
      [
        { seq: 2, verdict: 'accepted' },
        { seq: 3, verdict: 'accepted' },
      ].concat(answer.verdicts.slice(2) as never),
    );
    expect(answer.verdicts.every((verdict) => verdict.verdict === 'accepted')).toBe(true);
    expect(await count(window, 'counted_tickets')).toBe(2);
    expect(await take(last), 'told again when the answer was lost').toEqual(answer);
  });

  it('holds a command of more parts than there can be, and settles those beside it', async () => {
    const window = await newWindow();
    window.open();
    const endless = window.addMoney(1, { commandId: window.commandId(), part: { n: 1, of: 1_000_000_000 } });
    const commandId = window.commandId();
    const first = window.addMoney(1, { commandId, part: { n: 1, of: 2 } });
    expect((await take(window.batch(1, first))).verdicts).toEqual([
      { seq: endless, verdict: 'held' },
      { seq: first, verdict: 'held' },
    ]);
    const second = window.addMoney(1, { commandId, part: { n: 2, of: 2 } });
    expect((await take(window.batch(second, second))).verdicts).toEqual([
      { seq: first, verdict: 'accepted' },
      { seq: second, verdict: 'accepted' },
    ]);
  });

  it('settles held rows when the week’s key comes later', async () => {
    const window = await newWindow();
    window.open();
    const good = window.sell();
    const wrong = window.sell({ number: '330902199001010000' });
    const held = await take(window.batch(1, 5));
    expect(held.verdicts).toMatchObject([
      { seq: good, verdict: 'held', refusal: { code: 'city.weekKeyMissing' } },
      { seq: wrong, verdict: 'held', refusal: { code: 'city.weekKeyMissing' } },
    ]);
    expect(held.weekKeys).toEqual([]);
    expect(await count(window, 'counted_tickets')).toBe(0);
    const later = window.batch(5, 5, keysOf(window, saleWeek));
    const settled = await take(later);
    expect(settled.weekKeys).toEqual([saleWeek]);
    expect(settled.verdicts).toMatchObject([
      { seq: good, verdict: 'accepted' },
      { seq: wrong, verdict: 'refused', refusal: { code: 'city.identityNumber' } },
    ]);
    expect(await count(window, 'counted_tickets')).toBe(1);
    expect(await take(later), 'told again when the answer was lost').toEqual(settled);
  });

  /** Another key of that week, sealed to the city by whoever holds the file: no part of a batch that is signed names the keys. */
  const forgedKey = (window: KitWindow): { copy: KitWindow; key: SealedWeekKey } => {
    const copy = window.clone();
    copy.weekKeys.set(saleWeek, randomBytes(32));
    const [key] = keysOf(copy, saleWeek);
    if (!key) throw new Error('no key was sealed');
    return { copy, key };
  };

  it('keeps no key that opens none of its week’s rows: what waits for the right one is settled when it comes', async () => {
    const window = await newWindow();
    window.open();
    const sold = window.sell();
    const forged = await take(window.batch(1, 3, [forgedKey(window).key]));
    expect(forged.verdicts).toMatchObject([
      { seq: sold, verdict: 'held', refusal: { code: 'city.weekKeyMissing' } },
    ]);
    expect(forged.weekKeys, 'so the window sends it again').toEqual([]);
    const settled = await take(window.batch(3, 3, keysOf(window, saleWeek)));
    expect(settled.weekKeys).toEqual([saleWeek]);
    expect(settled.verdicts).toMatchObject([{ seq: sold, verdict: 'accepted' }]);
    expect(await count(window, 'counted_tickets')).toBe(1);
  });

  it('finds the right key among several, and keeps it whatever comes afterwards', async () => {
    const window = await newWindow();
    window.open();
    window.sell();
    const forged = forgedKey(window).key;
    const [right] = keysOf(window, saleWeek);
    expect(await take(window.batch(1, 3, right ? [forged, right] : []))).toEqual({
      ackSeq: 3,
      verdicts: [],
      weekKeys: [saleWeek],
    });
    window.sell({ number: citizenNumber(5) });
    const bent = window.sell({ number: citizenNumber(6) });
    const row = window.lines[bent - 1]?.row;
    if (row) row.sealed = `${row.sealed.startsWith('A') ? 'B' : 'A'}${row.sealed.slice(1)}`;
    expect((await take(window.batch(4, 7, [forged]))).verdicts).toMatchObject([
      { seq: bent, verdict: 'refused', refusal: { code: 'city.identityDigest' } },
    ]);
    expect(await count(window, 'counted_tickets')).toBe(2);
  });

  it.each([
    ['with the rows', true],
    ['when it was asked for again', false],
  ])(
    'gives up a key that came before its rows once they do not open: the right one comes %s',
    async (_how, atOnce) => {
      const window = await newWindow();
      window.open();
      window.weekKeys.set(saleWeek, randomBytes(32));
      const { key } = forgedKey(window);
      expect((await take(window.batch(1, 1, [key]))).weekKeys, 'nothing says against it').toEqual([saleWeek]);
      const sold = window.sell();
      const answer = await take(window.batch(2, 3, atOnce ? keysOf(window, saleWeek) : []));
      if (!atOnce) {
        expect(answer.weekKeys).toEqual([]);
        expect(answer.verdicts).toMatchObject([{ seq: sold, verdict: 'held' }]);
        expect((await take(window.batch(3, 3, keysOf(window, saleWeek)))).weekKeys).toEqual([saleWeek]);
      }
      expect(await count(window, 'counted_tickets')).toBe(1);
    },
  );

  it('believes no key for a row that was put beside an entry with it', async () => {
    const window = await newWindow();
    window.open();
    const sold = window.sell();
    const { copy, key } = forgedKey(window);
    const line = copy.lines[sold - 1];
    if (!line?.row) throw new Error('no row');
    copy.lines[sold - 1] = { ...line, row: copy.seal(citizenNumber(9), saleWeek, '111', line.row.ref).row };
    expect(await take(copy.batch(1, 3, [key]))).toMatchObject({
      verdicts: [{ seq: sold, verdict: 'held' }],
      weekKeys: [],
    });
  });
});
