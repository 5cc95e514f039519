import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, encodeFrame, type Frame } from '../../main/station/frames.ts';

const anyFrame = fc.record({ json: fc.jsonValue(), body: fc.uint8Array({ maxLength: 200 }) });

test('frames cut at any bytes come out as they went in, and a cut-off end gives nothing', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(500)), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(({ json, body }) => encodeFrame(json, body)));
      const reader = createFrameReader();
      const out: Frame[] = [];
      let from = 0;
      for (const cut of [
        ...cuts.map((each) => each % (bytes.length + 1)).toSorted((a, b) => a - b),
        bytes.length,
      ]) {
        out.push(...(reader.take(bytes.subarray(from, cut)) ?? []));
        from = cut;
      }
      expect(out.map(({ json, body }) => [JSON.stringify(json), [...body]])).toEqual(
        frames.map(({ json, body }) => [JSON.stringify(json), [...body]]),
      );
      const short = createFrameReader();
      const whole = (short.take(bytes.subarray(0, bytes.length - 1)) ?? []).length;
      expect(whole).toBe(frames.length - 1);
    }),
  );
});

test('a frame that claims too much, or is no JSON, ends the belief in the other side', () => {
  const huge = new Uint8Array(8).fill(255);
  expect(createFrameReader().take(huge)).toBeUndefined();
  const wrong = encodeFrame('x');
  wrong[8] = 0xff;
  expect(createFrameReader().take(wrong)).toBeUndefined();
});
