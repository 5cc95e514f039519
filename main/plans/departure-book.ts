import type { DepartureNote } from '../../contract/entries/departures.ts';
import type { EntryBody } from '../../contract/entries.ts';
import { withExtras, type ExtraDeparture } from '../../domain/departures/extra-timetable.ts';
import type { Timetable } from '../../domain/types.ts';
import type { Ledger } from '../ledger/types.ts';
import { createDutyBook, type DutyBook } from './duty-book.ts';

/** People let go on one line and day. */
export interface LineReleases {
  /** Last queue number that was let go; null = none yet. */
  readonly throughQueueNumber: number | null;
  /** Heads released to the berth of one departure: in all, and since an instant. */
  released(departureId: string, sinceMs?: number): number;
}

/** What is known of departures beyond the timetable, of this office's own journal and of what it heard. In memory. */
export interface DepartureBook extends Pick<DutyBook, 'reviews' | 'queue' | 'checkOf' | 'slips' | 'slipOf'> {
  /** The timetable with the extra departures in it. */
  timetable(base: Timetable | undefined): Timetable | undefined;
  leftAt(departureId: string): number | null;
  releases(lineId: string, date: string): LineReleases;
  /** Everything that was published, oldest first, with its withdrawal. */
  notices(): readonly KnownNotice[];
  /** Whether a note is here already, whoever said it. */
  has(note: DepartureNote): boolean;
  /** Entries were written: reads those that are new. True when something was. */
  refresh(): boolean;
}

const NOTHING_RELEASED: LineReleases = { throughQueueNumber: null, released: () => 0 };

interface Counted {
  departureId: string;
  count: number;
  atMs: number;
}

/** A notice, and when it was taken off the board again. */
export interface KnownNotice {
  readonly notice: EntryBody<'notice.published'>;
  readonly withdrawn: EntryBody<'notice.withdrawn'> | null;
}

export function createDepartureBook(ledger: Pick<Ledger, 'contingencyAfter'>): DepartureBook {
  const extras = new Map<string, ExtraDeparture>();
  const left = new Map<string, number>();
  const releases = new Map<string, EntryBody<'release.counted'>>();
  const byLine = new Map<string, { throughQueueNumber: number | null; counts: Counted[] }>();
  const notices = new Map<string, EntryBody<'notice.published'>>();
  const withdrawn = new Map<string, EntryBody<'notice.withdrawn'>>();
  const duty = createDutyBook();
  let lastSeq = 0;
  let made: { base: Timetable; extras: number; timetable: Timetable } | undefined;

  const keyOf = (departureId: string): string => departureId.split('/').slice(0, 2).join('/');

  function take(note: DepartureNote, atMs: number): void {
    switch (note.what) {
      case 'extra':
        if (!extras.has(note.body.departureId)) extras.set(note.body.departureId, note.body);
        return;
      case 'left': {
        const known = left.get(note.body.departureId);
        if (known === undefined || note.body.leftAt < known)
          left.set(note.body.departureId, note.body.leftAt);
        return;
      }
      case 'notice':
        if (!notices.has(note.body.noticeId)) notices.set(note.body.noticeId, note.body);
        return;
      case 'withdrawal': {
        const known = withdrawn.get(note.body.noticeId);
        if (!known || note.body.at < known.at) withdrawn.set(note.body.noticeId, note.body);
        return;
      }
      case 'review':
      case 'queueGiven':
      case 'queueCalled':
      case 'checked':
        duty.take(note);
        return;
      case 'release': {
        const { releaseId, departureId, count, throughQueueNumber } = note.body;
        if (releases.has(releaseId)) return;
        releases.set(releaseId, note.body);
        const line = byLine.get(keyOf(departureId)) ?? { throughQueueNumber: null, counts: [] };
        byLine.set(keyOf(departureId), line);
        line.counts.push({ departureId, count, atMs });
        if (throughQueueNumber !== null && throughQueueNumber > (line.throughQueueNumber ?? 0))
          line.throughQueueNumber = throughQueueNumber;
      }
    }
  }

  function refresh(): boolean {
    let isNew = false;
    for (const { seq, atMs, entry } of ledger.contingencyAfter(lastSeq)) {
      lastSeq = seq;
      if (entry.kind === 'ticket.slips') duty.takeSlips(entry.body);
      const note = noteOf(entry);
      if (!note) continue;
      isNew = true;
      take(note, atMs);
    }
    return isNew;
  }
  refresh();

  return {
    reviews: duty.reviews,
    queue: duty.queue,
    checkOf: duty.checkOf,
    slips: duty.slips,
    slipOf: duty.slipOf,
    timetable(base) {
      if (!base || extras.size === 0) return base;
      if (made?.base !== base || made.extras !== extras.size)
        made = { base, extras: extras.size, timetable: withExtras(base, [...extras.values()]) };
      return made.timetable;
    },
    leftAt: (departureId) => left.get(departureId) ?? null,
    releases(lineId, date) {
      const line = byLine.get(`${lineId}/${date}`);
      if (!line) return NOTHING_RELEASED;
      return {
        throughQueueNumber: line.throughQueueNumber,
        released: (departureId, sinceMs = 0) =>
          line.counts
            .filter((each) => each.departureId === departureId && each.atMs >= sinceMs)
            .reduce((sum, { count }) => sum + count, 0),
      };
    },
    notices: () =>
      [...notices.values()]
        .map((notice) => ({ notice, withdrawn: withdrawn.get(notice.noticeId) ?? null }))
        .toSorted((a, b) => a.notice.at - b.notice.at),
    has(note) {
      const { what, body } = note;
      switch (what) {
        case 'review':
        case 'queueGiven':
        case 'queueCalled':
        case 'checked':
          return duty.has(note);
        case 'extra':
          return extras.has(body.departureId);
        case 'left':
          return left.get(body.departureId) === body.leftAt;
        case 'release':
          return releases.has(body.releaseId);
        case 'notice':
          return notices.has(body.noticeId);
        case 'withdrawal':
          return withdrawn.has(body.noticeId);
      }
    },
    refresh,
  };
}

/** The note in an entry of this office's journal; undefined where it has none. */
export function noteOf(entry: { kind: string; body: unknown }): DepartureNote | undefined {
  switch (entry.kind) {
    case 'departure.extraAdded':
      return { what: 'extra', body: entry.body as ExtraDeparture };
    case 'departure.left':
      return { what: 'left', body: entry.body as EntryBody<'departure.left'> };
    case 'release.counted':
      return { what: 'release', body: entry.body as EntryBody<'release.counted'> };
    case 'notice.published':
      return { what: 'notice', body: entry.body as EntryBody<'notice.published'> };
    case 'notice.withdrawn':
      return { what: 'withdrawal', body: entry.body as EntryBody<'notice.withdrawn'> };
    case 'plan.reviewed':
      return { what: 'review', body: entry.body as EntryBody<'plan.reviewed'> };
    case 'queue.given':
      return { what: 'queueGiven', body: entry.body as EntryBody<'queue.given'> };
    case 'queue.called':
      return { what: 'queueCalled', body: entry.body as EntryBody<'queue.called'> };
    case 'boarding.checked':
      return { what: 'checked', body: entry.body as EntryBody<'boarding.checked'> };
    case 'departure.noteHeard':
      return (entry.body as EntryBody<'departure.noteHeard'>).note;
    default:
      return undefined;
  }
}
