import { join } from 'node:path';
import type { DeviceSettings } from '../../contract/device.ts';
import { simulatedPerson, type PrinterFaults, type SimulatedPerson } from '../../contract/simulators.ts';
import { systemClock } from '../../native/clock.ts';
import { IdReaderSimulator } from '../../native/simulators/id-reader.ts';
import { PrinterSimulator } from '../../native/simulators/printer.ts';
import { openPtyEnd, type PtyEnd } from '../../native/transports/pty.ts';
import { adult } from '../support/people.ts';

/** Answers shorter than this carry no card: the text block alone has 256 bytes. */
const CARD_ANSWER_BYTES = 1_000;

/** The far ends of a reader and a printer in the bench's own process, so that it knows when each byte passed. Real ptys. */
export interface SimulatedDevices {
  settings: DeviceSettings[];
  reader: IdReaderSimulator;
  /** When the last answer with a card was handed to the wire; `performance.now()` of this process. */
  cardSentAt(): number;
  /** When the printer began to work on a sheet: its first byte that is neither a status question nor the wake-up. */
  nextSheetByte(): Promise<number>;
  /** Sheets that were cut. */
  sheets(): number;
  setPrinterFaults(faults: PrinterFaults): void;
  plug(device: 'reader' | 'printer'): Promise<void>;
  pull(device: 'reader' | 'printer'): Promise<void>;
  stop(): Promise<void>;
}

export async function simulateDevices(folder: string): Promise<SimulatedDevices> {
  const links = { reader: join(folder, 'reader'), printer: join(folder, 'printer') };
  const ends: { reader?: PtyEnd; printer?: PtyEnd } = {};
  let cardSentAt = Number.NaN;
  let sheets = 0;
  let heard: ((at: number) => void) | undefined;
  const reader = new IdReaderSimulator(systemClock, (bytes) => {
    if (bytes.length > CARD_ANSWER_BYTES) cardSentAt = performance.now();
    ends.reader?.send(bytes);
  });
  const printer = new PrinterSimulator(systemClock, {
    send: (bytes) => ends.printer?.send(bytes),
    tape: () => {
      heard?.(performance.now());
      heard = undefined;
    },
    sheet: () => {
      sheets += 1;
    },
  });
  const plug = async (device: 'reader' | 'printer'): Promise<void> => {
    const end = await openPtyEnd(links[device], systemClock);
    end.onBytes((bytes) => (device === 'reader' ? reader : printer).receive(bytes));
    ends[device] = end;
  };
  const pull = async (device: 'reader' | 'printer'): Promise<void> => {
    const end = ends[device];
    delete ends[device];
    await end?.close();
  };
  await plug('reader');
  await plug('printer');
  return {
    settings: [
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: links.reader, baudRate: 115_200 },
      { id: 'printer', kind: 'printer', driver: 'escpos', path: links.printer, baudRate: 115_200 },
    ],
    reader,
    cardSentAt: () => cardSentAt,
    nextSheetByte: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
    sheets: () => sheets,
    setPrinterFaults: (faults) => printer.setFaults(faults),
    plug,
    pull,
    async stop() {
      reader.stop();
      await Promise.all([pull('reader'), pull('printer')]);
    },
  };
}

/** The card of the `n`-th person of the crowd. */
export function cardOf(n: number): SimulatedPerson {
  const { name, number } = adult(n);
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  return simulatedPerson.parse({ kind: 'residentId', name, number, birthDate });
}
