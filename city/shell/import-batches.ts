import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { byCarriedOrder, carriedAnswerName } from '../../contract/encoding/carried.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { answerCarried } from '../carried.ts';
import { batchLimits } from '../batch-limits.ts';
import type { OpenCity } from './open-city.ts';

/** What became of one file. `answer` is the file written for the window, beside the batch. */
export type Imported =
  | { file: string; ok: true; ackSeq: number; answer: string }
  | { file: string; ok: false; refusal: Refusal; answer?: string };

/**
 * Takes batches in that came by hand, in the order in which they follow one another. A folder stands for the batches in it. What was
 * taken before is taken again and changes nothing; a bad file is refused by name and keeps no other from being taken.
 */
export async function importBatches(
  city: OpenCity,
  paths: readonly string[],
  tell: (imported: Imported) => void,
): Promise<number> {
  let refused = 0;
  for (const file of paths.flatMap(filesOf).toSorted((a, b) => byCarriedOrder(basename(a), basename(b)))) {
    const imported = await importOne(city, file);
    if (!imported.ok) refused += 1;
    tell(imported);
  }
  return refused;
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.sobatch'));
    return names.map((name) => join(path, name));
  } catch {
    // Said when it is read.
    return [path];
  }
}

async function importOne(city: OpenCity, file: string): Promise<Imported> {
  let bytes: Uint8Array;
  try {
    if (statSync(file).size > batchLimits.gzipBytes)
      return { file, ok: false, refusal: refuse('request.tooLarge') };
    bytes = readFileSync(file);
  } catch (error) {
    const detail = String((error as NodeJS.ErrnoException).code ?? error);
    return { file, ok: false, refusal: refuse('link.folder', { folder: dirname(file), detail }) };
  }
  const { answer, carried } = await answerCarried(city.gateway, city.ring, bytes);
  const written = carried && join(dirname(file), carriedAnswerName(basename(file)));
  if (carried && written !== undefined) {
    try {
      writeDurably(written, `${JSON.stringify(carried)}\n`);
    } catch (error) {
      const detail = String((error as NodeJS.ErrnoException).code ?? error);
      return { file, ok: false, refusal: refuse('link.folder', { folder: dirname(file), detail }) };
    }
  }
  if (!answer.ok)
    return {
      file,
      ok: false,
      refusal: answer.refusal,
      ...(written === undefined ? {} : { answer: written }),
    };
  return { file, ok: true, ackSeq: (answer.result as { ackSeq: number }).ackSeq, answer: written ?? '' };
}

function writeDurably(path: string, text: string): void {
  const draft = `${path}.tmp`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
