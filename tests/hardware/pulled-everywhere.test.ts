/** One running reader and one running printer whose port is pulled at every byte, in each place in several ways. */
import { expect, test } from 'vitest';
import { pullPrinterAt, pullReaderAt, READER_STRETCHES, SHEET_BYTES } from './pulled.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_unused, n) => n);

test.each([0, 1, 2, 3, 4, 5])('the reader, while it greets: back within two seconds (%i)', async (turn) => {
  expect(await pullReaderAt('greeting', upTo(READER_STRETCHES.greeting), turn)).toEqual([]);
});

test.each([0, 7])(
  'the reader, at every byte of a card: back within two seconds, read whole, once (%i)',
  async (turn) => {
    expect(await pullReaderAt('card', upTo(READER_STRETCHES.card), turn)).toEqual([]);
  },
);

test.each([0, 3, 7])(
  'the printer, at every byte of a sheet: back within two seconds, unknown, none twice (%i)',
  async (turn) => {
    expect(await pullPrinterAt(upTo(SHEET_BYTES + 1), turn)).toEqual([]);
  },
);
