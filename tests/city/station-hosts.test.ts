import { sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { cityMethods, ledgerReadBytes, type CityOutput } from '../../contract/city.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { onBothEngines, refusalOf } from './engines.ts';
import { citizenNumber, KitWindow, saleWeek } from './window-kit.ts';

onBothEngines('hosts of a station', ({ city, newWindow, enrol, take, rpc, keysOf }) => {
  const read = (by: KitWindow, of: KitWindow, after: number, signer = by) => {
    const asked = { by: by.window, window: of.window, ledgerId: of.ledgerId, after };
    const signature = toBase64url(sign(null, ledgerReadBytes(asked), signer.privateKey));
    return rpc('ledger.read', { ...asked, signature });
  };
  const whole = async (by: KitWindow, of: KitWindow, after: number): Promise<CityOutput<'ledger.read'>> => {
    const answer = await read(by, of, after);
    expect(answer).toMatchObject({ ok: true });
    return cityMethods['ledger.read'].output.parse(answer.ok ? answer.result : undefined);
  };
  const besideOf = async (window: KitWindow, number: string): Promise<KitWindow> => {
    const other = new KitWindow(`${window.window.split('/')[0]}/${number}`);
    expect(await enrol(other)).toMatchObject({ ok: true });
    return other;
  };

  it('shows a ledger to another window of its station as it was signed, in pages, and to nobody else', async () => {
    const lost = await newWindow('01');
    const host = await besideOf(lost, '09');
    lost.open();
    // Long enough for three pages.
    for (let n = 0; n < 60; n += 1)
      lost.add('session.signedIn', { clerkNumber: '1001', note: 'x'.repeat(20_000) });
    await take(lost.batch(1, lost.lastSeq));
    const entries: string[] = [];
    let pages = 0;
    for (; entries.length < lost.lastSeq && pages < 10; pages += 1) {
      const page = await whole(host, lost, entries.length);
      expect(page).toMatchObject({ ackSeq: lost.lastSeq, isForked: false });
      entries.push(...page.entries);
    }
    expect(entries).toEqual(lost.lines.map(({ entry }) => entry));
    expect(pages).toBeGreaterThan(1);
    expect((await whole(host, lost, lost.lastSeq)).entries).toEqual([]);
    const stranger = await newWindow('09');
    expect(refusalOf(await read(stranger, lost, 0))).toBe('city.otherStation');
    expect(refusalOf(await read(host, lost, 0, stranger))).toBe('city.signature');
    expect(refusalOf(await read(new KitWindow(`${lost.window.split('/')[0]}/77`), lost, 0))).toBe(
      'city.unknownWindow',
    );
  });

  it('says no to a second host of a station, not to one that takes over, nor to the first one in a new ledger', async () => {
    const linkKey = 'A'.repeat(43);
    const first = await newWindow('01');
    const openAs = async (window: KitWindow, frozenThrough: string | null): Promise<string | undefined> => {
      window.open();
      const seq = window.add('host.opened', { linkKey, frozenThrough });
      const { verdicts } = await take(window.batch(1, window.lastSeq));
      return verdicts.find((one) => one.seq === seq)?.refusal?.code;
    };
    expect(await openAs(first, null)).toBeUndefined();
    expect(await openAs(await besideOf(first, '02'), null)).toBe('city.secondHost');
    expect(await openAs(await newWindow('01'), null)).toBeUndefined();
    const inNewLedger = (ordinal: number): KitWindow =>
      new KitWindow(first.window, { privateKey: first.privateKey, ordinal });
    expect(await openAs(inNewLedger(2), null)).toBeUndefined();
    expect(await openAs(await besideOf(first, '03'), '2027-01-20')).toBeUndefined();
    // It was replaced, and comes back as if nothing had been.
    expect(await openAs(inNewLedger(3), null)).toBe('city.secondHost');
  });

  it('says no to a second host whose opening waits for a week’s key, as to any', async () => {
    const body = { linkKey: 'A'.repeat(43), frozenThrough: null };
    const waits = (window: KitWindow): number => {
      window.open();
      const { row, digest } = window.seal(citizenNumber(1));
      return window.addText(
        jcs(window.envelope('host.opened', body, { identity: { ref: row.ref, digest } })),
        row,
      );
    };
    const first = await newWindow('01');
    waits(first);
    expect((await take(first.batch(1, 2))).verdicts).toMatchObject([{ seq: 2, verdict: 'held' }]);
    const second = await besideOf(first, '02');
    waits(second);
    expect((await take(second.batch(1, 2))).verdicts).toMatchObject([
      { seq: 2, verdict: 'refused', refusal: { code: 'city.secondHost' } },
    ]);
    expect((await take(second.batch(2, 2, keysOf(second, saleWeek)))).verdicts).toMatchObject([
      { seq: 2, verdict: 'refused' },
    ]);
    expect((await take(first.batch(2, 2, keysOf(first, saleWeek)))).verdicts).toMatchObject([
      { seq: 2, verdict: 'accepted' },
    ]);
  });

  it('says no to one of two hosts whose openings come in the same instant', async () => {
    const linkKey = 'A'.repeat(43);
    for (let round = 0; round < 5; round += 1) {
      const first = await newWindow('01');
      const both = [first, await besideOf(first, '02')];
      const answers = await Promise.all(
        both.map((window) => {
          window.open();
          window.add('host.opened', { linkKey, frozenThrough: null });
          return take(window.batch(1, window.lastSeq));
        }),
      );
      const codes = answers.flatMap(({ verdicts }) => verdicts.map(({ refusal }) => refusal?.code));
      expect(codes.filter((code) => code === 'city.secondHost')).toHaveLength(1);
    }
  });

  it('takes another PC for a window that retired with a fresh code, never with the one that the old PC used', async () => {
    const code = await city().makeEnrolmentCode();
    const old = new KitWindow('enrol-e/01');
    await enrol(old, code);
    old.open();
    old.add('window.retired', { clerkNumber: '0301', nextOrdinal: 2, reason: '换机' });
    await take(old.batch(1, 2));
    expect(refusalOf(await enrol(new KitWindow('enrol-e/01'), code))).toBe('city.enrolmentCode');
    expect(await enrol(old, code), 'the old PC may ask again').toMatchObject({ ok: true });
    expect(await enrol(new KitWindow('enrol-e/01'))).toMatchObject({ ok: true });
  });
});
