import { expect, test } from 'vitest';
import { choosePin } from './pin-rules.ts';

const about = { number: '0107' };

test.each(['246801', '902714', '１９０２７１', '314159', '582069471'])('%s may be chosen', (pin) => {
  const chosen = choosePin(pin, about);
  expect(chosen).toMatchObject({ ok: true });
  expect(chosen.ok && /^\d+$/.test(chosen.value)).toBe(true);
});

test.each([
  ['111111', 'one digit'],
  ['123456', 'counting up'],
  ['987654', 'counting down'],
  ['890123', 'counting over nine'],
  ['246802', 'counting by two'],
  ['121212', 'two digits'],
  ['112211', 'two digits mixed'],
  ['135135', 'a group twice'],
  ['010783', 'the own number at the start'],
  ['930107', 'the own number at the end'],
])('%s is too simple: %s', (pin) => {
  expect(choosePin(pin, about)).toMatchObject({
    ok: false,
    refusal: { code: 'pin.trivial', field: 'newPin' },
  });
});

test.each(['', '24680', '2468013579024', '24680a', '24 801', '-24681'])(
  '"%s" is no PIN: six to twelve digits',
  (pin) => {
    expect(choosePin(pin, about)).toMatchObject({ ok: false, refusal: { code: 'pin.length' } });
  },
);

test('a station may ask for more digits, never for fewer than six', () => {
  expect(choosePin('246801', { ...about, least: 8 })).toMatchObject({ refusal: { code: 'pin.length' } });
  expect(choosePin('24680', { ...about, least: 4 })).toMatchObject({ refusal: { code: 'pin.length' } });
});

test('no refusal repeats the PIN', () => {
  for (const pin of ['111111', '24680']) expect(JSON.stringify(choosePin(pin, about))).not.toContain(pin);
});
