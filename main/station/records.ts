import { toBase64url } from '../../contract/encoding/bytes.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { entryBodies, isKnownKind, type EntryEnvelope } from '../../contract/entries.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import {
  carriedKinds,
  carriedRecordBytes,
  carriedRecordSchema,
  MOST_RECORDS,
  type CarriedKind,
  type CarriedRecord,
  type StationRecord,
} from '../../contract/station-records.ts';
import type { KeptRecord, RecordPage } from '../ledger/carried-records.ts';
import { LedgerWriteError, type Ledger } from '../ledger/types.ts';
import type { Log, Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { isSigned } from './batch-intake.ts';
import { linkTrouble } from './link-trouble.ts';

/**
 * A part of the office follows a record of another one. It is durable already; it comes again after a crash in between, so following
 * twice is following once. Refused: it does not count, for good. One that cannot be followed for a defect is refused too and told with its
 * incident: thrown on, it would end every contact, and every writing here, at the same place for ever.
 */
export type FollowRecord = (record: CarriedRecord) => Outcome<unknown>;

/** Entries that every office of the station hears of, on their way between this office and the others. */
export interface Records {
  /** Names who follows records of these kinds. What came before is followed at the next `look`. */
  hear(kinds: readonly CarriedKind[], follow: FollowRecord): void;
  /** Something may have been appended here: new entries of the carried kinds become records. Cheap. */
  look(): void;
  /** Records of another office: judged, kept, followed. Those that are no true records are left out and told. Throws when the disk does not keep them. */
  take(records: readonly StationRecord[], from: LedgerId): void;
  /** What came after a place of this office's, for an office with that ledger. */
  after(place: number, butOf: LedgerId): RecordPage;
  mark(peer: LedgerId): { got: number; gave: number };
  setMark(peer: LedgerId, mark: { got: number; gave: number }): void;
  /** This window's host is the office of that ledger: what it signs for the station counts. Durable. */
  meetHost(host: LedgerId): void;
  /** Ledgers of all hosts that this office was ever a window of. */
  hosts(): LedgerId[];
  /** Hears of everything that is new here: `own` was written here, else another office gave it. */
  onFresh(hear: (fresh: readonly KeptRecord[], from: LedgerId | undefined) => void): void;
  /** Raw key of the office of a ledger, as far as this office knows it. */
  keyOf(ledgerId: string): string | undefined;
  /** Every office of the station of which this one has heard: its newest ledgers and their keys, this one too. */
  offices(): { ledgerId: LedgerId; window: WindowId; key: string }[];
  /** Records that came and do not count, since the start. */
  refused(): readonly { readonly what: string; readonly refusal: Refusal }[];
}

const MOST_REFUSED = 50;

/**
 * A record counts when it was signed with the key of its ledger: this office's own one, that with which a window enrolled at this
 * host, else the first one that was heard of that ledger over a link whose other side is known by its key. What does not count is
 * not kept and not passed on, so it cannot stand in the way of the true one.
 */
export function createRecords(parts: {
  ledger: Pick<Ledger, 'ledgerId' | 'station'>;
  vault: Pick<Vault, 'publicKey' | 'sign'>;
  window: WindowId;
  log: Log;
  random: Runtime['random'];
  /** Alone, there is nobody to carry anything to. */
  isAlone: boolean;
}): Records {
  const { ledger, vault, window, log } = parts;
  const books = ledger.station.carried;
  const followers = new Map<string, FollowRecord>();
  const listeners: Parameters<Records['onFresh']>[0][] = [];
  const refusals: { what: string; refusal: Refusal }[] = [];
  let isFollowing = false;

  function refuseRecord(what: string, refusal: Refusal): void {
    log.warn({ what, code: refusal.code }, 'a record of another office does not count');
    refusals.push({ what, refusal });
    if (refusals.length > MOST_REFUSED) refusals.shift();
  }

  function write({ window: of, ledgerId, seq, at, kind, actor, body }: EntryEnvelope): string {
    const record = {
      v: 1 as const,
      window: of,
      ledgerId,
      seq,
      at,
      kind,
      actor,
      body,
      key: vault.publicKey,
      alg: 'Ed25519' as const,
    };
    return jcs({ ...record, signature: toBase64url(vault.sign(carriedRecordBytes(record))) });
  }

  function keyOf(ledgerId: string): string | undefined {
    if (ledgerId === ledger.ledgerId) return vault.publicKey;
    const enrolled = ledger.station.windows().find((row) => row.ledgerId === ledgerId);
    return enrolled?.signingKey ?? books.keyOf(ledgerId);
  }

  const windowOfLedger = (ledgerId: string): WindowId | undefined =>
    ledger.station.windows().find((row) => row.ledgerId === ledgerId)?.window ?? books.windowOf(ledgerId);

  /** Who gave something, as people know it. */
  const windowOf = (from: LedgerId): string =>
    ledger.station.windows().find((row) => row.ledgerId === from)?.window ?? from;

  /** The record when it is what it says it is. */
  function opened({ issuer, n, text }: StationRecord): CarriedRecord | undefined {
    const parsed = carriedRecordSchema.safeParse(parsedJson(text));
    if (!parsed.success) return undefined;
    const record = parsed.data;
    const { signature, ...signed } = record;
    const isNamed = record.ledgerId === issuer && record.seq === n && jcs(record) === text;
    const isOfStation = record.window.split('/')[0] === window.split('/')[0];
    // A ledger is one window's: nobody speaks in another one's name.
    const isOthers = (windowOfLedger(issuer) ?? record.window) !== record.window;
    if (!isNamed || !isOfStation || isOthers) return undefined;
    if ((keyOf(issuer) ?? record.key) !== record.key) return undefined;
    return isSigned(record.key, carriedRecordBytes(signed), signature) ? record : undefined;
  }

  function follow({ issuer, n, place, text }: KeptRecord): void {
    const record = carriedRecordSchema.parse(parsedJson(text));
    const { kind, body } = record;
    const followRecord = followers.get(kind);
    if (!followRecord) return;
    const isShaped = isKnownKind(kind) && entryBodies[kind].safeParse(body).success;
    const followed = isShaped
      ? unlessDefect(() => followRecord(record))
      : refused('host.rubbish', { detail: kind });
    if (!followed.ok) refuseRecord(`${issuer}-${n}`, followed.refusal);
    books.settle(place, followed.ok ? 'followed' : 'refused');
  }

  function unlessDefect(work: () => Outcome<unknown>): Outcome<unknown> {
    try {
      return work();
    } catch (error) {
      if (error instanceof LedgerWriteError) throw error;
      return { ok: false, refusal: linkTrouble(error, parts) };
    }
  }

  function followAll(): void {
    // Following writes entries, and whatever is written is looked at here.
    if (isFollowing) return;
    isFollowing = true;
    try {
      for (;;) {
        const waiting = books.unfollowed([...followers.keys()], MOST_RECORDS);
        for (const kept of waiting) follow(kept);
        if (waiting.length < MOST_RECORDS) return;
      }
    } finally {
      isFollowing = false;
    }
  }

  /** What is not written now is written at the next look. */
  function unlessDiskFails(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof LedgerWriteError)) throw error;
      log.error({ code: error.message }, 'disk failed');
    }
  }

  const tell = (fresh: readonly KeptRecord[], from?: LedgerId): void => {
    if (fresh.length > 0) for (const hear of listeners) hear(fresh, from);
  };

  return {
    hear(kinds, followRecord) {
      for (const kind of kinds) followers.set(kind, followRecord);
    },
    look: () =>
      unlessDiskFails(() => {
        if (parts.isAlone) return;
        tell(books.collect(carriedKinds, write));
        followAll();
      }),
    take(records, from) {
      const good: (StationRecord & { kind: string })[] = [];
      for (const record of records) {
        const known = record.issuer === ledger.ledgerId ? undefined : opened(record);
        if (known) {
          if (keyOf(record.issuer) === undefined) books.keepKey(record.issuer, known.window, known.key);
          good.push({ ...record, kind: known.kind });
        } else if (record.issuer !== ledger.ledgerId)
          refuseRecord(
            `${record.issuer}-${record.n}`,
            refuse('record.signature', { issuer: windowOf(from) }),
          );
      }
      tell(books.keep(good, from), from);
      unlessDiskFails(followAll);
    },
    after: (place, butOf) => books.after(place, MOST_RECORDS, butOf),
    mark: books.mark,
    setMark: books.setMark,
    meetHost(host) {
      if (!books.peers().includes(host)) books.setMark(host, books.mark(host));
    },
    hosts: books.peers,
    onFresh: (hear) => void listeners.push(hear),
    keyOf,
    offices: () => [
      { ledgerId: ledger.ledgerId, window, key: vault.publicKey },
      ...ledger.station.windows().map(({ ledgerId, window: of, signingKey: key }) => ({
        ledgerId,
        window: of,
        key,
      })),
      ...books.keys(),
    ],
    refused: () => refusals,
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
