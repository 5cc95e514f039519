import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchLimits } from './batch-builder.ts';
import { createBatchSize } from './batch-size.ts';

test('batches grow while all goes well, up to what the city takes', () => {
  const size = createBatchSize();
  const sent: number[] = [];
  for (let n = 0; n < 6; n += 1) {
    sent.push(size.entries());
    size.worked(size.entries());
  }
  expect(sent).toEqual([500, 2_000, 8_000, 8_000, 8_000, 8_000]);
});

test('a batch that was not full says nothing of larger ones', () => {
  const size = createBatchSize();
  size.worked(499);
  expect(size.entries()).toBe(500);
});

test('what does not get through is sent in smaller pieces, down to one entry, and approached again slowly', () => {
  const size = createBatchSize();
  size.failed(500);
  expect(size.entries()).toBe(125);
  size.worked(125);
  expect(size.entries(), 'not what failed a moment ago').toBe(250);
  size.worked(250);
  expect(size.entries()).toBe(313);
  for (let n = 0; n < 9; n += 1) size.failed(size.entries());
  expect(size.entries()).toBe(1);
});

test('whatever happens, a batch has at least one entry and at most what the city takes, and all goes well again in the end', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (ways) => {
      const size = createBatchSize();
      for (const works of ways) {
        if (works) size.worked(size.entries());
        else size.failed(size.entries());
        expect(size.entries()).toBeGreaterThanOrEqual(1);
        expect(size.entries()).toBeLessThanOrEqual(batchLimits.entries);
        expect(size.next()).toBeGreaterThanOrEqual(1);
      }
      for (let n = 0; n < 60; n += 1) size.worked(size.entries());
      expect(size.entries()).toBe(batchLimits.entries);
    }),
  );
});
