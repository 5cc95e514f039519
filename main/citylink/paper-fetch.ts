import type { AuthorityPaper } from '../../contract/authority.ts';
import { refuse } from '../../contract/refusals.ts';
import { LedgerWriteError } from '../ledger/types.ts';
import type { Clock, Log } from '../runtime.ts';
import type { CityClient } from './city-client.ts';
import { Down } from './down.ts';

/** A stop that the authority ordered is to hold soon. */
const PAPERS_EVERY_MS = 3_000;

/** Who takes what the approving authority left at the city for this station. */
export interface PaperTaker {
  /** False where the station's host asks the city itself and its windows hear of it from there. */
  wanted(): boolean;
  /** Durable when it returns. */
  take(papers: readonly AuthorityPaper[]): void;
}

/** The way from the city to {@link PaperTaker}. Its place is not kept: after a start everything is looked at once more, and what is known is passed over. */
export interface PaperFetch {
  /** When to ask again, by the clock that only goes forward. */
  dueMs(): number;
  /**
   * Takes what is new, to its end. Throws {@link Down} when the city is silent. An office that has a timetable asks first of all; one that has none yet
   * brings that first, so that it knows what an order means here.
   */
  bring(city: CityClient): Promise<void>;
}

export function createPaperFetch(parts: {
  station: string;
  /** Absent: nothing is ever asked. */
  taker: PaperTaker | undefined;
  clock: Pick<Clock, 'monotonicMs'>;
  log: Log;
  /** Every answer passes here; throws when the link was stopped. */
  heard: <T>(answer: Promise<T>) => Promise<T>;
}): PaperFetch {
  const { station, taker, log, heard, clock } = parts;
  let place = 0;
  let dueMs = taker ? 0 : Number.POSITIVE_INFINITY;
  return {
    dueMs: () => dueMs,
    async bring(city) {
      if (!taker) return;
      dueMs = clock.monotonicMs() + PAPERS_EVERY_MS;
      while (taker.wanted()) {
        const result = await heard(city.call('authority.get', { station, after: place }));
        if (result.kind === 'silent') throw new Down(result.refusal);
        // A city of an older program has nothing to say.
        if (result.kind === 'refused') return;
        const { papers, place: reached, more } = result.value;
        // The city was restored from an older copy: what it is given again stands under lower places.
        if (reached < place) {
          place = 0;
          continue;
        }
        if (more && reached === place) throw new Down(refuse('city.rubbish', { detail: 'place' }));
        try {
          taker.take(papers);
        } catch (error) {
          // The place stays: it is asked for again.
          if (!(error instanceof LedgerWriteError)) throw error;
          log.error({ code: error.message }, 'disk failed');
          return;
        }
        place = reached;
        if (!more) return;
      }
    },
  };
}
