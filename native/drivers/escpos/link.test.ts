import { expect, test } from 'vitest';
import { printerFaults } from '../../../contract/simulators.ts';
import { systemClock } from '../../clock.ts';
import { PrinterSimulator } from '../../simulators/printer.ts';
import type { Transport } from '../../transports/transport.ts';
import { PrinterLink } from './link.ts';

const NO_FAULTS = printerFaults.parse({});

/** A printer that takes `most` questions of what is written at once and loses the others. */
function linkTo(most: number): { link: PrinterLink; printer: PrinterSimulator; writes: () => number } {
  let listen: (bytes: Uint8Array) => void = () => undefined;
  let writes = 0;
  const nothing = (): void => undefined;
  const printer = new PrinterSimulator(systemClock, {
    send: (bytes) => void setTimeout(() => listen(bytes), 1),
    tape: nothing,
    sheet: nothing,
  });
  const transport: Transport = {
    write: (bytes) => {
      writes += 1;
      printer.receive(bytes.subarray(0, 3 * most));
      return Promise.resolve('written');
    },
    onBytes: (next) => {
      listen = next;
    },
    onClosed: nothing,
    close: () => Promise.resolve(),
  };
  return {
    link: new PrinterLink(transport, systemClock, { baudRate: 115_200 }),
    printer,
    writes: () => writes,
  };
}

test('a printer is asked its four questions at once and each answer is taken for its own', async () => {
  const { link, printer, writes } = linkTo(4);
  expect(await link.status()).toEqual({ trouble: 'none', paper: 'ok' });
  expect(writes()).toBe(1);
  printer.setPaper('nearEnd');
  expect(await link.status()).toEqual({ trouble: 'none', paper: 'nearEnd' });
  printer.setFaults({ ...NO_FAULTS, coverOpen: true });
  expect(await link.status()).toMatchObject({ trouble: 'coverOpen' });
});

test('a printer that loses questions that come together is asked one by one from then on', async () => {
  const { link, printer, writes } = linkTo(1);
  printer.setPaper('nearEnd');
  expect(await link.status()).toEqual({ trouble: 'none', paper: 'nearEnd' });
  expect(writes()).toBe(5);
  expect(await link.status()).toEqual({ trouble: 'none', paper: 'nearEnd' });
  expect(writes()).toBe(9);
});

test('a printer that answers nothing is given up after one time-out', async () => {
  const { link, writes } = linkTo(0);
  expect(await link.status()).toBeUndefined();
  expect(writes()).toBe(1);
});
