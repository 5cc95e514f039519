import { createPublicKey, verify } from 'node:crypto';
import type { CityKeys } from '../../contract/city.ts';
import {
  byCarriedOrder,
  carriedAnswerBytes,
  carriedAnswerFileSchema,
  carriedBatchName,
  carriedPrefix,
  type CarriedAnswer,
} from '../../contract/encoding/carried.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import type { WindowId } from '../../contract/ids.ts';
import type { OfficeOutput } from '../../contract/office.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { Ledger } from '../ledger/types.ts';
import type { CarriedFolder, Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { draftBatch, sealBatch } from './batch-builder.ts';
import { readCityFile } from './city-file.ts';

/** Of one file: small enough that a stick pulled too early costs little. */
const FILE_LIMITS = { entries: 4_000, bytes: 6 * 1024 * 1024 } as const;
const OUTBOX = 'outbox';

/** Batches that go to the city, and its answers that come back, by hand. */
export interface CarriedBatches {
  /** Writes everything after `ackSeq`. The same batch has the same name; a file that a longer one takes the place of is removed. */
  export(folder: string | undefined): Promise<Outcome<OfficeOutput<'link.export'>>>;
  /** Takes answers in, in the order of their batches. */
  import(folder: string | undefined): Outcome<OfficeOutput<'link.import'>>;
}

export function createCarriedBatches(parts: {
  runtime: Pick<Runtime, 'files' | 'log' | 'openFolder' | 'timers'>;
  ledger: Pick<Ledger, 'ledgerId' | 'window' | 'entriesAfter' | 'uploadState' | 'recordAnswer'>;
  vault: Pick<Vault, 'sign' | 'weeks' | 'weekKeySealedToCity'>;
  window: WindowId;
  /** `city.url` of `station.json`; undefined when this window has no city. */
  url: string | undefined;
  /** False once the office stops: nothing is touched any more. */
  isOpen: () => boolean;
}): CarriedBatches {
  const { runtime, ledger, vault, window, url } = parts;
  const { files, log } = runtime;

  const breathe = (): Promise<boolean> =>
    new Promise((resolve) => void runtime.timers.setTimeout(() => resolve(parts.isOpen()), 0));

  /** The city's keys, as enrolment brought them: without them nothing can be sealed to it or believed of it. */
  function cityKeys(): CityKeys | undefined {
    return url === undefined ? undefined : readCityFile(files, log, url, window)?.keys;
  }

  function open(folder: string | undefined): Outcome<CarriedFolder> {
    const path = folder ?? `${files.folder}/${OUTBOX}`;
    if (!runtime.openFolder || !/^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path))
      return folderRefusal(path, '不是完整路径');
    try {
      return accepted(runtime.openFolder(path, { make: folder === undefined }));
    } catch (error) {
      return folderRefusal(path, diskCode(error));
    }
  }

  async function writeAll(
    carried: CarriedFolder,
    keys: CityKeys,
  ): Promise<OfficeOutput<'link.export'>['files']> {
    const written: OfficeOutput<'link.export'>['files'] = [];
    const { ackSeq, ackedWeeks } = ledger.uploadState();
    const pendingWeeks = vault.weeks().filter((week) => !ackedWeeks.includes(week));
    for (let after = ackSeq; parts.isOpen();) {
      const draft = await draftBatch(ledger, after, FILE_LIMITS, breathe);
      if (!draft) break;
      // Every file has the keys: which of them arrives, and when, nobody knows.
      const { head, gzip } = sealBatch(vault, ledger, draft, pendingWeeks, keys.sealing);
      const name = carriedBatchName(head);
      carried.write(name, gzip);
      written.push({ name, from: head.from, to: head.to });
      after = head.to;
    }
    for (const name of carried.list()) if (isSuperseded(name, written)) carried.remove(name);
    return written;
  }

  /** A batch of this ledger that lies whole within one just written. */
  function isSuperseded(name: string, written: OfficeOutput<'link.export'>['files']): boolean {
    const found = /-(\d+)-(\d+)\.sobatch$/.exec(name);
    if (!found || !name.startsWith(carriedPrefix(ledger))) return false;
    const [from, to] = [Number(found[1]), Number(found[2])];
    return written.some((other) => other.name !== name && other.from <= from && other.to >= to);
  }

  function takeIn(
    carried: CarriedFolder,
    name: string,
    keys: CityKeys,
  ): OfficeOutput<'link.import'>['files'][number] {
    const read = readAnswer(carried, name, keys);
    if (!read.ok) return { name, outcome: 'refused', refusal: read.refusal };
    const { from, to, hash, outcome } = read.value;
    if (read.value.window !== window || read.value.ledgerId !== ledger.ledgerId)
      return { name, outcome: 'refused', refusal: refuse('link.answerForeign') };
    const known = ledger.uploadState();
    if (!outcome.ok) {
      if (outcome.have !== undefined && outcome.have < known.ackSeq && from === known.ackSeq + 1)
        goBack(outcome.have, known.ackSeq);
      return { name, outcome: 'refused', refusal: outcome.refusal };
    }
    if (to <= known.ackSeq) return { name, outcome: 'known' };
    if (from > known.ackSeq + 1)
      return { name, outcome: 'refused', refusal: refuse('link.answerEarly', { have: known.ackSeq, from }) };
    const own = ledger.entriesAfter(to - 1, 1, 1)[0];
    if (!own || own.seq !== to || Buffer.from(own.hash).toString('hex') !== hash)
      return { name, outcome: 'refused', refusal: refuse('link.answerForeign') };
    const { ackSeq, verdicts, weekKeys } = outcome.result;
    if (ackSeq < to || verdicts.some(({ seq }) => seq > ackSeq))
      return { name, outcome: 'refused', refusal: refuse('link.answerBad', { detail: 'ackSeq' }) };
    // What lies beyond the batch was said of other entries: only its own answer says what became of those.
    ledger.recordAnswer({
      ackSeq: to,
      verdicts: verdicts.filter(({ seq }) => seq <= to),
      // All that the city has. A week that it had and gave up is among them no more, and its key goes with the next file.
      weekKeys,
    });
    return { name, outcome: 'taken' };
  }

  /**
   * The city misses what it had, as it says of the very batch that follows: it was restored from an older copy. The next files begin where it
   * stands, with every key. Said long ago, it costs no more than that the same is carried once more.
   */
  function goBack(have: number, knownAckSeq: number): void {
    log.warn({ ackSeq: have, knownAckSeq }, 'the city lost entries; they are to be carried again');
    ledger.recordAnswer({ ackSeq: have, verdicts: [], weekKeys: [] });
  }

  return {
    async export(folder) {
      const keys = cityKeys();
      if (!keys) return refused('city.notEnrolled');
      const carried = open(folder);
      if (!carried.ok) return carried;
      try {
        const written = await writeAll(carried.value, keys);
        log.info({ files: written.length }, 'batches written to be carried by hand');
        return accepted({ folder: carried.value.path, files: written });
      } catch (error) {
        return folderRefusal(carried.value.path, diskCode(error));
      }
    },
    import(folder) {
      const keys = cityKeys();
      if (!keys) return refused('city.notEnrolled');
      const carried = open(folder);
      if (!carried.ok) return carried;
      let names: string[];
      try {
        names = carried.value.list();
      } catch (error) {
        return folderRefusal(carried.value.path, diskCode(error));
      }
      const taken = names
        .filter((name) => name.endsWith('.soanswer'))
        .toSorted(byCarriedOrder)
        .map((name) => takeIn(carried.value, name, keys));
      for (const { name, outcome, refusal } of taken)
        log.info({ name, outcome, ...(refusal ? { code: refusal.code } : {}) }, 'a carried answer');
      return accepted({ folder: carried.value.path, files: taken, ackSeq: ledger.uploadState().ackSeq });
    },
  };
}

function readAnswer(carried: CarriedFolder, name: string, keys: CityKeys): Outcome<CarriedAnswer> {
  const bad = (detail: string) => refused('link.answerBad', { detail });
  let bytes: Uint8Array;
  try {
    bytes = carried.read(name);
  } catch (error) {
    return bad(diskCode(error));
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return bad('内容不全或不是 JSON');
  }
  const parsed = carriedAnswerFileSchema.safeParse(json);
  if (!parsed.success) return bad(parsed.error.issues[0]?.path.map(String).join('.').slice(0, 100) ?? '');
  const { answer, signature } = parsed.data;
  if (answer.keyId !== keys.signing.keyId) return bad('密钥');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: keys.signing.key }, format: 'jwk' });
  try {
    return verify(null, carriedAnswerBytes(answer), key, fromBase64url(signature))
      ? accepted(answer)
      : bad('签名');
  } catch (error) {
    // Letters of base64url that are no bytes, or half a character: nobody has signed that.
    if (error instanceof TypeError) return bad('签名');
    throw error;
  }
}

function folderRefusal(folder: string, detail: string): { ok: false; refusal: Refusal } {
  return refused('link.folder', { folder, detail }, 'folder');
}

/** What the file system said. @throws what is no word of a file system: a defect */
function diskCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^E[A-Z0-9]+$/.test(code)) throw error;
  return code;
}
