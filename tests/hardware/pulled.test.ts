/** A sample of the bytes at which a port is pulled; `pulled-everywhere.test.ts` takes every one. */
import { expect, test } from 'vitest';
import { pullPrinterAt, pullReaderAt, READER_STRETCHES, SHEET_BYTES } from './pulled.ts';

/** Odd, so that each kind of pull has its turn. */
const STEP = 17;
const sampled = (bytes: number): number[] =>
  Array.from({ length: Math.ceil((bytes + 1) / STEP) }, (_unused, n) => Math.min(bytes, n * STEP));

test('a running reader whose port is pulled while it greets is back within two seconds of the port, and the card is read', async () => {
  expect(await pullReaderAt('greeting', [0, 5, 10, 11, 12, 20, 37])).toEqual([]);
});

test('a running reader whose port is pulled in the middle of a card is back within two seconds of the port, and the card is read whole, once', async () => {
  expect(await pullReaderAt('card', sampled(READER_STRETCHES.card - 1))).toEqual([]);
});

test('a running printer whose port is pulled in the middle of a sheet is back within two seconds of the port; that sheet is unknown, none comes twice', async () => {
  expect(await pullPrinterAt(sampled(SHEET_BYTES))).toEqual([]);
});
