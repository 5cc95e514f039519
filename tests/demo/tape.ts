import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { PrintInterpreter, SheetCollector, type Sheet } from '../../native/simulators/sheet-decoder.ts';

const PIECE_BYTES = 1024;

/** Sheets on a printer's tape, read on from where the last look ended: a clerk looks often and the tape is long. */
export class Tape {
  readonly #file: string;
  readonly #interpreter = new PrintInterpreter();
  readonly #collector = new SheetCollector();
  readonly #sheets: Sheet[] = [];
  #readBytes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Everything that was cut by now; what still hangs in the printer is not among it. */
  sheets(): readonly Sheet[] {
    if (!existsSync(this.#file)) return this.#sheets;
    const descriptor = openSync(this.#file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const piece = Buffer.alloc(PIECE_BYTES);
      while (this.#readBytes < size) {
        const got = readSync(descriptor, piece, 0, PIECE_BYTES, this.#readBytes);
        if (got === 0) break;
        this.#readBytes += got;
        this.#interpreter.push(piece.subarray(0, got));
        this.#work();
      }
    } finally {
      closeSync(descriptor);
    }
    return this.#sheets;
  }

  #work(): void {
    for (let step = this.#interpreter.step(); step !== undefined; step = this.#interpreter.step()) {
      const sheet = this.#collector.add(step);
      if (sheet !== undefined) this.#sheets.push(sheet);
    }
  }
}

/** Which copy a sheet says it is: 1 without a mark. */
export function copyOf(sheet: Sheet): number {
  return Number(/补打\s*(\d+)/.exec(sheet.lines.join('\n'))?.[1] ?? 1);
}

/** The ticket number in print; undefined on a torn sheet. */
export function numberInPrint(sheet: Sheet): string | undefined {
  return /票号\s*(\d{20})/.exec(sheet.lines.join('\n'))?.[1];
}
