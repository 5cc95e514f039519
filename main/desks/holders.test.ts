import { expect, test } from 'vitest';
import { seededRandom } from '../../tests/support/machine.ts';
import { createHolderBook, HOLDER_LIFE_MS, holderView, type Holder } from './holders.ts';

const values: Omit<Holder, 'ref' | 'keptSinceMs'> = {
  documentKind: '111',
  kindName: '居民身份证',
  name: '测试甲',
  number: '330999198001010113',
  birthDate: '1980-01-01',
  validTo: null,
  capture: 'typed',
  masked: '330999********0113',
  token: new Uint8Array(16),
};

function book(seed = 1) {
  const clock = { steadyMs: 0 };
  const holders = createHolderBook({ nowMs: () => 0, monotonicMs: () => clock.steadyMs }, seededRandom(seed));
  return { clock, holders };
}

test('a holder is found for ten minutes by the steady clock, and then never again', () => {
  const { clock, holders } = book();
  const { ref } = holders.keep(values);
  clock.steadyMs = HOLDER_LIFE_MS - 1;
  expect(holders.find(ref, 'x')).toMatchObject({ ok: true, value: { number: values.number } });
  clock.steadyMs = HOLDER_LIFE_MS;
  expect(holders.find(ref, 'passengers.0')).toMatchObject({
    ok: false,
    refusal: { code: 'holder.gone', field: 'passengers.0' },
  });
  holders.sweep();
  expect(holders.size()).toBe(0);
});

test('the same document typed twice has two references; dropping one leaves the other', () => {
  const { holders } = book();
  const [first, second] = [holders.keep(values), holders.keep(values)];
  expect(first.ref).not.toBe(second.ref);
  holders.drop([first.ref, 'unknown']);
  expect([holders.find(first.ref, 'x').ok, holders.find(second.ref, 'x').ok]).toEqual([false, true]);
});

test('what a page sees of a holder has no number, no birth date and no token', () => {
  const { holders } = book();
  const kept = holders.keep(values);
  expect(holderView(kept)).toEqual({
    holderRef: kept.ref,
    documentKind: '111',
    kindName: '居民身份证',
    name: '测试甲',
    masked: '330999********0113',
    capture: 'typed',
  });
});

test('a page that never drops anybody cannot fill the memory: the oldest go first', () => {
  const { holders } = book();
  const refs = Array.from({ length: 600 }, () => holders.keep(values).ref);
  expect(holders.size()).toBe(500);
  expect(holders.find(refs[99] ?? '', 'x').ok).toBe(false);
  expect(holders.find(refs[100] ?? '', 'x').ok).toBe(true);
});
