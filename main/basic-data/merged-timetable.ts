import type { Feed } from '../../contract/feed.ts';
import { mergeFeed, type Overridden } from '../../domain/basic-data/merge.ts';
import { checkFeed } from '../../domain/feed-check.ts';
import { createTimetable } from '../../domain/timetable.ts';
import type { Timetable } from '../../domain/types.ts';
import { refused } from '../../contract/refusals.ts';
import type { Log, Runtime } from '../runtime.ts';
import type { Documents } from '../station/documents.ts';
import { createDataBook, type DataBook, type DataBookOptions } from './book.ts';

const NOTHING: Overridden = { lineIds: [], ruleIds: [] };

/** The one timetable that desks ask, of the city's feed and the station's own data. */
export interface MergedTimetable {
  /** In force now; undefined before there is anything. Own data that became due are in it. */
  timetable(): Timetable | undefined;
  /** A feed that was checked whole, from the city or from `feed/own.json`. */
  useFeed(feed: Feed): void;
  city(): Feed | undefined;
  /** Own rows that the city's feed takes the place of. */
  overridden(): Overridden;
  /** Makes it again: other data took effect. */
  remake(): void;
}

/** `told` hears of every new timetable. */
export function createMergedTimetable(
  runtime: Pick<Runtime, 'clock' | 'log'>,
  station: string,
  book: DataBook,
  told: (timetable: Timetable) => void,
): MergedTimetable {
  let city: Feed | undefined;
  let timetable: Timetable | undefined;
  let overridden = NOTHING;

  function remake(): void {
    const { data, number } = book.inForce();
    if (number === 0) {
      overridden = NOTHING;
      timetable = city && createTimetable(city);
    } else {
      const merged = mergeFeed(city, data, number, station, runtime.clock.nowMs());
      const checked = checkFeed(merged.feed);
      ({ overridden } = merged);
      if (checked.ok) timetable = createTimetable(merged.feed, number);
      else {
        // Each was right by itself: a newer feed of the city took away what the station's data lean on.
        runtime.log.error({ problem: checked.refusal.message }, 'feed and own data do not fit together');
        if (city) timetable = createTimetable(city);
      }
    }
    if (timetable) told(timetable);
  }

  return {
    timetable() {
      book.refresh();
      return timetable;
    },
    useFeed(feed) {
      city = feed;
      remake();
    },
    city: () => city,
    overridden: () => overridden,
    remake,
  };
}

/** The station's own basic data, and the timetable that they and the feed make. */
export interface StationData {
  readonly book: DataBook;
  readonly merged: MergedTimetable;
}

/** `told` hears of every new timetable. */
export function createStationData(
  options: Omit<DataBookOptions, 'onChange'> & { told: (timetable: Timetable) => void },
): StationData {
  const book = createDataBook({ ...options, onChange: () => merged.remake() });
  const merged = createMergedTimetable(options.runtime, options.station, book, options.told);
  return { book, merged };
}

/** The host's office carries the data to the other windows of its station, where they stay when the host is gone. */
export function carryData(book: DataBook, documents: Documents, log: Pick<Log, 'warn'>): void {
  documents.register('basicData', {
    current() {
      const version = book.version();
      if (version === 0) return undefined;
      return {
        version,
        // Made only when a window asks for it.
        get text() {
          return JSON.stringify(book.current());
        },
      };
    },
    take({ text }) {
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch {
        log.warn({ name: 'basicData' }, 'not JSON');
        return refused('data.document', { detail: 'JSON' });
      }
      return book.take(json);
    },
  });
}
