import { createHash } from 'node:crypto';
import {
  dataDocumentSchema,
  type ChangeSet,
  type DataDocument,
  type RowChange,
} from '../../contract/basic-data/changes.ts';
import { emptyDataSet, tableNames, type DataSet } from '../../contract/basic-data/tables.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { dataAfter, inOrder } from '../../domain/basic-data/apply.ts';
import { checkData } from '../../domain/basic-data/check.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DataChangeRow, Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';

/** The last good document: of the authority at other windows, a copy for a successor ledger at the authority itself. */
export const DATA_FILE = 'basic-data/last-good.json';

export interface DataBookOptions {
  runtime: Pick<Runtime, 'files' | 'clock' | 'log'>;
  ledger: Pick<Ledger, 'ledgerId' | 'dataChanges' | 'entriesOf'>;
  window: WindowId;
  station: string;
  /** The station's host makes the changes; a window of one never does; a lone window does unless another's data stand here. */
  role: 'alone' | 'host' | 'window';
  /** Journals what the office itself has to say. */
  write: (entries: readonly NewEntry[]) => void;
  /** The document is another one: other windows are told. */
  changed?: () => void;
  /** Other data took effect: the timetable is made again. */
  onChange: () => void;
}

/** Data in effect at one moment. */
export interface DataInForce {
  readonly data: DataSet;
  /** Number of the newest change-set in it; 0 = the station has no data of its own. */
  readonly number: number;
}

export interface DataBook {
  /** Whether changes are made here. Where not, they come as documents. */
  isAuthority(): boolean;
  /** The window that makes changes. */
  authority(): WindowId;
  /** Data as they will be at an instant, with everything that stands now. */
  at(ms: number): DataInForce;
  inForce(): DataInForce;
  /** Change-sets that stand, in the order in which they take effect. */
  standing(): readonly ChangeSet[];
  /** Of the journal of this ledger, also those taken back. */
  history(): readonly DataChangeRow[];
  nextNumber(): number;
  /** The document for other windows; undefined where the station has no data of its own. */
  current(): DataDocument | undefined;
  /** Version of {@link DataBook.current}, without making it; 0 = none. */
  version(): number;
  /** Takes the authority's document in: whole or not at all. The same one again changes nothing. */
  take(document: unknown): Outcome<{ version: number }>;
  /** A command of the desk changed the journal. */
  reload(): void;
  /** Asked before anything that depends on the data: what has become due takes effect. */
  refresh(): void;
}

/** The station's own basic data: folded from the journal here, or taken from the authority. */
export function createDataBook(options: DataBookOptions): DataBook {
  const { runtime, ledger, window, station } = options;
  let base: DataDocument | undefined = readFile();
  let standing: ChangeSet[] = [];
  let history: DataChangeRow[] = [];
  const known = new Map<string, readonly RowChange[]>();
  let inForce: DataInForce = { data: emptyDataSet, number: 0 };
  let nextAt = Number.POSITIVE_INFINITY;

  function readFile(): DataDocument | undefined {
    const text = runtime.files.readText(DATA_FILE);
    if (text === undefined) return undefined;
    try {
      const document = dataDocumentSchema.parse(JSON.parse(text));
      // What this ledger said itself is in its journal; the file is for its successor.
      if (document.issuer.ledgerId === ledger.ledgerId || document.station !== station) return undefined;
      return document;
    } catch {
      runtime.log.error({ file: DATA_FILE }, 'the stored basic data cannot be read');
      return undefined;
    }
  }

  const isAuthority = (): boolean =>
    options.role === 'host' ||
    (options.role === 'alone' && (base === undefined || base.issuer.window === window));

  function fold(): void {
    history = ledger.dataChanges();
    standing = [...(base?.pending ?? [])];
    // What a window once decided for itself waits for the day when it is alone again.
    for (const { changeId, number, commandId, effectiveAtMs, undoneSeq } of isAuthority() ? history : []) {
      if (undoneSeq !== null) continue;
      let changes = known.get(changeId);
      if (!changes) known.set(changeId, (changes = changesOf(commandId)));
      standing.push({ changeId, number, effectiveAt: effectiveAtMs, changes });
    }
    standing = inOrder(standing);
    inForce = at(runtime.clock.nowMs());
    nextAt = nextAfter(runtime.clock.nowMs());
  }

  function changesOf(commandId: string): RowChange[] {
    const changes: RowChange[] = [];
    for (const { kind, body } of ledger.entriesOf(commandId)) {
      if (kind !== 'data.rows') continue;
      const { table, put, remove } = body as { table: RowChange['table']; put: unknown[]; remove: string[] };
      for (const key of remove) changes.push({ table, remove: key } as RowChange);
      for (const row of put) changes.push({ table, put: row } as RowChange);
    }
    return changes;
  }

  function nextAfter(ms: number): number {
    return standing.find(({ effectiveAt }) => effectiveAt > ms)?.effectiveAt ?? Number.POSITIVE_INFINITY;
  }

  function at(ms: number): DataInForce {
    const due = standing.filter(({ effectiveAt }) => effectiveAt <= ms);
    const start = base?.data ?? emptyDataSet;
    let number = base?.dataNumber ?? 0;
    for (const set of due) number = Math.max(number, set.number);
    return { data: dataAfter(start, due), number };
  }

  function nextNumber(): number {
    let number = base?.dataNumber ?? 0;
    for (const set of [...(base?.pending ?? []), ...history]) number = Math.max(number, set.number);
    return number + 1;
  }

  function version(): number {
    const own = isAuthority() ? 2 * history.length - standsOf(history) : 0;
    return (base?.version ?? 0) + own;
  }

  function current(): DataDocument | undefined {
    if (!isAuthority()) return base;
    if (version() === 0) return undefined;
    const nowMs = runtime.clock.nowMs();
    const now = at(nowMs);
    return {
      v: 1,
      version: version(),
      station,
      issuer: { window, ledgerId: ledger.ledgerId },
      issuedAt: nowMs,
      data: now.data as DataDocument['data'],
      dataNumber: now.number,
      pending: standing.filter(({ effectiveAt }) => effectiveAt > nowMs) as DataDocument['pending'],
    };
  }

  function keep(document: DataDocument): void {
    try {
      runtime.files.writeAtomic(DATA_FILE, `${JSON.stringify(document)}\n`);
    } catch (error) {
      runtime.log.error(
        { file: DATA_FILE, code: (error as NodeJS.ErrnoException).code },
        'basic data not kept',
      );
    }
  }

  fold();
  return {
    isAuthority,
    authority: () => (isAuthority() ? window : (base?.issuer.window ?? window)),
    at,
    inForce: () => inForce,
    standing: () => standing,
    history: () => history,
    nextNumber,
    current,
    version,
    take(raw) {
      const parsed = dataDocumentSchema.safeParse(raw);
      if (!parsed.success) {
        const path = parsed.error.issues[0]?.path.map(String).join('.').slice(0, 100) ?? '';
        return refused('data.document', { detail: path });
      }
      const document = parsed.data;
      if (document.station !== station) return refused('data.document', { detail: 'station' });
      const same = base?.issuer.ledgerId === document.issuer.ledgerId;
      if (base && same && document.version < base.version)
        return refused('data.older', { version: document.version });
      if (base && same && document.version === base.version) return accepted({ version: document.version });
      const states = [
        document.data,
        ...inOrder(document.pending).map((_, n, all) => dataAfter(document.data, all.slice(0, n + 1))),
      ];
      const today = businessDateOf(runtime.clock.nowMs());
      for (const data of states) {
        // References and keys must hold; what only time made wrong (a licence that ended) is the manager's to see.
        const wrong = checkData(data, today).found.find(({ problem }) => FATAL.has(problem.code));
        if (wrong)
          return refused('data.document', { detail: `${wrong.problem.key ?? ''} ${wrong.problem.message}` });
      }
      const text = JSON.stringify(document);
      runtime.files.writeAtomic(DATA_FILE, `${text}\n`);
      base = document;
      const hash = createHash('sha256').update(text).digest('hex');
      options.write([
        {
          kind: 'data.taken',
          body: { version: document.version, issuerLedgerId: document.issuer.ledgerId, hash },
        },
      ]);
      fold();
      options.onChange();
      return accepted({ version: document.version });
    },
    reload() {
      const news = ledger.dataChanges();
      // The same command answered again.
      if (news.length === history.length && standsOf(news) === standsOf(history)) return;
      fold();
      const document = current();
      if (document && isAuthority()) keep(document);
      options.changed?.();
      options.onChange();
    },
    refresh() {
      const nowMs = runtime.clock.nowMs();
      if (nowMs < nextAt) return;
      inForce = at(nowMs);
      nextAt = nextAfter(nowMs);
      options.onChange();
    },
  };
}

/** How many of them were not taken back. */
function standsOf(rows: readonly DataChangeRow[]): number {
  return rows.filter(({ undoneSeq }) => undoneSeq === null).length;
}

/** Without these a timetable cannot be made of the data at all. */
const FATAL: ReadonlySet<string> = new Set(['key.repeated', 'valid.date', 'reference.vessel']);

/** Rows of all tables, for a summary. */
export function rowCounts(data: DataSet): { table: (typeof tableNames)[number]; rows: number }[] {
  return tableNames.map((table) => ({ table, rows: data[table].length }));
}
