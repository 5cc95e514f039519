import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBackOff } from './back-off.ts';

test('waits grow from half a second to half a minute, never march in step, and begin anew after success', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { minLength: 12, maxLength: 12 }), (chance) => {
      const drawn = chance.map(([high, low]) => new Uint8Array([high, low]));
      const backOff = createBackOff({ bytes: () => drawn.shift() ?? new Uint8Array(2) });
      for (let n = 0; n < 10; n += 1) {
        const stepMs = Math.min(500 * 2 ** n, 30_000);
        const delayMs = backOff.nextDelayMs();
        expect(delayMs).toBeGreaterThanOrEqual(stepMs * 0.75);
        expect(delayMs).toBeLessThanOrEqual(stepMs * 1.25);
      }
      backOff.reset();
      expect(backOff.nextDelayMs()).toBeLessThanOrEqual(625);
    }),
  );
});

test('two windows wait differently', () => {
  const waits = [0, 128, 255].map((high) =>
    createBackOff({ bytes: () => new Uint8Array([high, 0]) }).nextDelayMs(),
  );
  expect(new Set(waits).size).toBe(3);
});
