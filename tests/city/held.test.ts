import { expect, it } from 'vitest';
import { onBothEngines } from './engines.ts';
import { citizenNumber, saleWeek } from './window-kit.ts';

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
});
