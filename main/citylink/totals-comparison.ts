import { z } from 'zod';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { dayTotalsSchema, type DayTotals } from '../../contract/city.ts';
import { ledgerIdSchema, type BusinessDate } from '../../contract/ids.ts';
import type { LinkStatus } from '../../contract/office.ts';
import { refuse, yuan, type Refusal } from '../../contract/refusals.ts';
import { businessDateOf } from '../../domain/time.ts';
import { countEntries, type TotalsByDate } from '../ledger/control-totals.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { CityClient } from './city-client.ts';

const FILE = 'totals.json';
/** Finished dates that are compared each time, the newest. */
const MOST_DATES = 31;
const SLICE_ENTRIES = 250;
const SLICE_BYTES = 1024 * 1024;
/** Slices counted in one step: a sale that was just made does not wait long to be sent. */
const STEP_SLICES = 20;

/** `totals.json`: how far the journal was counted. Made again from the journal when it is gone. */
const totalsFileSchema = z.strictObject({
  v: z.literal(1),
  ledgerId: ledgerIdSchema,
  countedTo: z.int().min(0),
  days: z.array(dayTotalsSchema),
});

/** Compares the control totals of finished business dates with the city's. */
export interface TotalsComparison {
  /** A new contact: everything finished is compared once more when all is sent. */
  begin(): void;
  /** After {@link begin}, and once on each new business date. */
  isDue(): boolean;
  /**
   * One step: counts some of what was appended since the last time; once all is counted, asks the city and keeps what
   * differs. Still due afterwards when more is to be counted. A city that is silent is asked again at the next contact.
   */
  step(city: CityClient): Promise<void>;
  /** Undefined before the first comparison. */
  last(): LinkStatus['totals'];
}

export function createTotalsComparison(parts: {
  runtime: Pick<Runtime, 'clock' | 'files' | 'log'>;
  ledger: Pick<Ledger, 'ledgerId' | 'window' | 'entriesAfter' | 'head' | 'uploadState' | 'latest'>;
  /** Appends to the journal, durably. */
  write: (entries: NewEntry[]) => void;
  /** Every answer passes here: it throws when the office has stopped meanwhile. */
  heard: <T>(answer: Promise<T>) => Promise<T>;
  /** Lets sales through between two slices; false = the office stops, touch nothing any more. */
  breathe: () => Promise<boolean>;
}): TotalsComparison {
  const { runtime, ledger, write, heard, breathe } = parts;
  const { clock, files, log } = runtime;
  let days: TotalsByDate | undefined;
  let countedTo = 0;
  let comparedOn: BusinessDate | undefined;
  let last: LinkStatus['totals'];

  function readFile(): TotalsByDate {
    const counted: TotalsByDate = new Map();
    try {
      const stored = totalsFileSchema.parse(JSON.parse(files.readText(FILE) ?? 'null'));
      if (stored.ledgerId === ledger.ledgerId && stored.countedTo <= ledger.head().seq) {
        countedTo = stored.countedTo;
        for (const day of stored.days) counted.set(day.businessDate, { ...day });
      }
    } catch {
      // Not there, or not readable: counted anew.
    }
    return counted;
  }

  /** Counts on. Undefined when the end of the journal is not reached, or the office stops. */
  async function count(): Promise<TotalsByDate | undefined> {
    const counting = (days ??= readFile());
    const before = countedTo;
    for (let slices = 0; ; slices += 1) {
      if (slices === STEP_SLICES) return undefined;
      const slice = ledger.entriesAfter(countedTo, SLICE_ENTRIES, SLICE_BYTES);
      const end = slice.at(-1);
      if (!end) break;
      countEntries(counting, slice);
      countedTo = end.seq;
      if (end.seq < ledger.head().seq && !(await breathe())) return undefined;
    }
    if (countedTo !== before) {
      const file = { v: 1, ledgerId: ledger.ledgerId, countedTo, days: [...counting.values()] };
      files.writeAtomic(FILE, `${JSON.stringify(file)}\n`);
    }
    return counting;
  }

  /** Who reads journal or city later sees it too; the same difference of every contact is written once. */
  function keep(differing: readonly { here: DayTotals; there: DayTotals | undefined }[]): void {
    const differences = differing.map(({ here, there }) => ({
      businessDate: here.businessDate,
      here: countsOf(here),
      there: there ? countsOf(there) : null,
    }));
    const before = ledger.latest('totals.compared')?.body as EntryBody<'totals.compared'> | undefined;
    if (jcs(differences) === jcs(before?.differences ?? [])) return;
    write([{ kind: 'totals.compared', body: { differences } }]);
  }

  return {
    begin() {
      comparedOn = undefined;
    },
    isDue: () => comparedOn !== businessDateOf(clock.nowMs()),
    async step(city) {
      const today = businessDateOf(clock.nowMs());
      const counted = await count();
      if (!counted) return;
      const { ackSeq } = ledger.uploadState();
      const finished = [...counted.values()]
        .filter(({ businessDate, lastSeq }) => businessDate < today && lastSeq <= ackSeq)
        .toSorted((a, b) => (a.businessDate < b.businessDate ? -1 : 1))
        .slice(-MOST_DATES);
      comparedOn = today;
      if (finished.length === 0) return;
      const dates = finished.map(({ businessDate }) => businessDate);
      const { window, ledgerId } = ledger;
      const result = await heard(city.call('ledger.totals', { window, ledgerId, dates }));
      if (result.kind !== 'answer') {
        log.warn({ code: result.refusal.code }, 'the city gives no control totals');
        return;
      }
      const theirs = new Map(result.value.days.map((day) => [day.businessDate, day]));
      const differing = finished.flatMap((here) => {
        const there = theirs.get(here.businessDate);
        return isSame(here, there) ? [] : [{ here, there }];
      });
      if (differing.length > 0)
        log.error(
          { dates: differing.map(({ here }) => here.businessDate) },
          'control totals differ from the city',
        );
      const differences = differing.map(({ here, there }) => ({
        businessDate: here.businessDate,
        refusal: saidInWords(here, there),
      }));
      last = { checkedAt: clock.nowMs(), dates, differences };
      keep(differing);
    },
    last: () => last,
  };
}

const COUNTS = ['tickets', 'fen', 'identities', 'entries', 'firstSeq', 'lastSeq'] as const;

const isSame = (here: DayTotals, there: DayTotals | undefined): boolean =>
  there !== undefined && COUNTS.every((name) => here[name] === there[name]);

function countsOf(day: DayTotals): Omit<DayTotals, 'businessDate'> {
  const { tickets, fen, identities, entries, firstSeq, lastSeq } = day;
  return { tickets, fen, identities, entries, firstSeq, lastSeq };
}

function saidInWords(here: DayTotals, there: DayTotals | undefined): Refusal {
  return refuse('city.totalsDiffer', {
    date: here.businessDate,
    here: words(here),
    there: there ? words(there) : '没有',
  });
}

function words({ tickets, fen, identities, entries, firstSeq, lastSeq }: DayTotals): string {
  return `${tickets} 张 ${yuan(fen)} 元、身份 ${identities} 条、记录 ${entries} 条(第 ${firstSeq} 至 ${lastSeq} 条)`;
}
