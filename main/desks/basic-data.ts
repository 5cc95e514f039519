import { createHash } from 'node:crypto';
import { rowKey } from '../../contract/basic-data/columns.ts';
import type { ChangeSet, RowChange } from '../../contract/basic-data/changes.ts';
import type { AnyRow, DataSet, SubstituteRow } from '../../contract/basic-data/tables.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { DepartureId } from '../../contract/ids.ts';
import type { Feed } from '../../contract/feed.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { dataAfter } from '../../domain/basic-data/apply.ts';
import { MOST_PARTS, rowEntries } from '../../domain/basic-data/entries.ts';
import { mergeFeed, type Overridden } from '../../domain/basic-data/merge.ts';
import {
  effectiveTime,
  planChange,
  planUndo,
  type Plan,
  type PlanState,
} from '../../domain/basic-data/plan.ts';
import type { Problems } from '../../domain/basic-data/problem.ts';
import { standingRows, unprovenRows } from '../../domain/basic-data/standing.ts';
import { surplusOf } from '../../domain/basic-data/surplus.ts';
import { businessDateOf } from '../../domain/time.ts';
import { createTimetable } from '../../domain/timetable.ts';
import { rowCounts, type DataBook } from '../basic-data/book.ts';
import { pinyinOf } from '../basic-data/pinyin.ts';
import type { AnswerEntry, Caller, DeskContext, Decision, Mutation } from './context.ts';

/** Change-sets that a list shows. */
const MOST_LISTED = 200;
/** Problems that an answer carries. */
const MOST_TOLD = 500;

/** What the desk needs besides its context: the city's feed in use, and what it takes the place of. */
export interface BasicDataParts {
  book: DataBook;
  city(): Feed | undefined;
  overridden(): Overridden;
}

/** Basic data (基础资料): what is there, changes with their check, taking a change back. */
export function createBasicDataDesk(context: DeskContext, { book, city, overridden }: BasicDataParts) {
  const { config, ledger, runtime } = context;

  function stateFor(effectiveAt: number, standing = book.standing()): PlanState {
    const feed = city();
    const base = book.at(Number.NEGATIVE_INFINITY).data;
    return {
      before: dataAfter(
        base,
        standing.filter((set) => set.effectiveAt <= effectiveAt),
      ),
      later: standing.filter((set) => set.effectiveAt > effectiveAt),
      ...(feed ? { city: feed } : {}),
      soldWrong,
    };
  }

  /** A departure that was sold must still be there, with room for those who have its tickets. */
  function soldWrong(data: DataSet, problems: Problems, effectiveAt: number): void {
    const nowMs = runtime.clock.nowMs();
    const sold = ledger.soldDepartures(businessDateOf(nowMs));
    if (sold.length === 0) return;
    const merged = createTimetable(mergeFeed(city(), data, 1, config.station.id, nowMs).feed);
    const present = context.timetable();
    const replaced = new Set(data.substitutes.map(departureIdOf));
    for (const { departureId, sold: tickets } of sold) {
      const was = present?.departure(departureId);
      // What has left, or what was not in the timetable before either, no change can help.
      if (!was || was.departAt < effectiveAt) continue;
      const is = merged.departure(departureId);
      if (!is)
        problems.error('timetable', null, undefined, 'run.sold', { departure: departureId, sold: tickets });
      // Another vessel is put there on purpose: its sale is frozen and who is too many is listed.
      else if (is.capacity < tickets && !replaced.has(departureId))
        problems.error('vessels', null, undefined, 'run.soldMore', {
          departure: departureId,
          sold: tickets,
          capacity: is.capacity,
        });
    }
  }

  /** What asked-for changes would do from a time on; the time itself may be refused. */
  function plan(changes: readonly RowChange[], asked: number | null, nowMs: number): Outcome<Plan> {
    if (!book.isAuthority()) return refused('data.notAuthority', { window: book.authority() });
    const effectiveAt = effectiveTime(asked, nowMs);
    if (!effectiveAt.ok) return effectiveAt;
    return accepted(planChange(stateFor(effectiveAt.value), changes, effectiveAt.value));
  }

  function decide(planned: Plan, origin: 'form' | 'import', note: string, caller: Caller): Outcome<Decision> {
    if (planned.errors > 0) return refused('data.wrong', { errors: planned.errors });
    if (planned.changes.length === 0) return refused('data.nothing');
    const changeId = runtime.random.id();
    const rows = rowEntries(changeId, planned.changes);
    if (rows.length > MOST_PARTS) return refused('data.tooLarge');
    const body: EntryBody<'data.changed'> = {
      changeId,
      number: book.nextNumber(),
      effectiveAt: planned.effectiveAt,
      origin,
      note,
      counts: planned.counts,
      parts: rows.length,
      hash: digestOf(planned.changes),
    };
    const entries: NewEntry[] = [
      { kind: 'data.changed', body },
      ...rows.map((each): NewEntry => ({ kind: 'data.rows', body: each })),
      ...freezes(planned, caller.person?.number ?? '0000'),
    ];
    return accepted({ entries });
  }

  /** A smaller vessel, or one with other seats, freezes the sale of its departure at once (ticketing rules 2.2.11). */
  function freezes(planned: Plan, clerkNumber: string): NewEntry[] {
    const vessels = new Map(planned.before.vessels);
    for (const each of planned.changes) {
      if (each.table === 'vessels' && 'put' in each) vessels.set(each.put.name, each.put);
    }
    return planned.changes.flatMap((each): NewEntry[] => {
      if (each.table !== 'substitutes' || !('put' in each)) return [];
      const departure = context.timetable()?.departure(departureIdOf(each.put));
      const vessel = vessels.get(each.put.vesselName);
      if (!departure || !vessel) return [];
      if (vessel.capacity >= departure.capacity && vessel.numberedSeats === departure.numberedSeats)
        return [];
      const { departureId } = departure;
      if (ledger.picture.saleEndedBy(departureId) !== null) return [];
      const stopped: NewEntry = { kind: 'sale.stopped', body: { departureId, clerkNumber } };
      // The station's host gives no more seats of it, and asks for those that windows hold: they are of the other vessel.
      const closed: NewEntry = { kind: 'departure.leasesClosed', body: { departureId } };
      return context.station.kind === 'host' ? [stopped, closed] : [stopped];
    });
  }

  /** The answer of an accepted change-set; the book looks again, so that it also counts after a restart. */
  function answer(entries: readonly AnswerEntry[]): OfficeOutput<'data.change'> {
    const entry = entries.find((each) => each.kind === 'data.changed');
    if (!entry) throw new TypeError('an accepted change-set has its entry');
    book.reload();
    for (const { kind, body } of entries) {
      if (kind !== 'sale.stopped') continue;
      context.station.departureClosed(body.departureId);
      context.emit('gate.changed', { departureId: body.departureId });
    }
    const { changeId, number, effectiveAt, counts } = entry.body;
    return { changeId, number, effectiveAt, counts };
  }

  const change: Mutation<OfficeInput<'data.change'>, OfficeOutput<'data.change'>> = {
    decide(input, caller, nowMs) {
      const planned = plan(input.changes, input.effectiveAt, nowMs);
      return planned.ok ? decide(planned.value, 'form', input.note, caller) : planned;
    },
    answer,
  };

  const undo: Mutation<OfficeInput<'data.undo'>, OfficeOutput<'data.undo'>> = {
    decide({ changeId, note }, _caller, nowMs) {
      if (!book.isAuthority()) return refused('data.notAuthority', { window: book.authority() });
      const row = book.history().find((each) => each.changeId === changeId);
      if (!row) return refused('data.unknownChange', {}, 'changeId');
      if (row.undoneSeq !== null) return refused('data.undoneBefore', {}, 'changeId');
      if (row.effectiveAtMs <= nowMs) return refused('data.inEffect', {}, 'changeId');
      const standing = book.standing();
      const without = standing.filter((set) => set.changeId !== changeId);
      const planned = planUndo({ ...stateFor(row.effectiveAtMs, without), standing }, changeId);
      if (planned.errors > 0) return refused('data.wrong', { errors: planned.errors });
      return accepted({ entries: [{ kind: 'data.undone', body: { changeId, number: row.number, note } }] });
    },
    answer(entries) {
      const entry = entries.find((each) => each.kind === 'data.undone');
      if (!entry) throw new TypeError('an accepted undoing has its entry');
      book.reload();
      return { changeId: entry.body.changeId, number: entry.body.number };
    },
  };

  return {
    plan,
    decide,
    answer,
    change,
    undo,

    overview(): Outcome<OfficeOutput<'data.overview'>> {
      const nowMs = runtime.clock.nowMs();
      const { data, number } = book.inForce();
      const changes = book
        .history()
        .slice(-MOST_LISTED)
        .toReversed()
        .map((row): OfficeOutput<'data.overview'>['changes'][number] => {
          const { changeId, actor, origin, note, counts } = row;
          return {
            changeId,
            number: row.number,
            at: row.atMs,
            actor,
            effectiveAt: row.effectiveAtMs,
            origin,
            note,
            counts,
            state: row.undoneSeq !== null ? 'undone' : row.effectiveAtMs > nowMs ? 'pending' : 'inEffect',
          };
        });
      const { lineIds, ruleIds } = overridden();
      return accepted({
        isAuthority: book.isAuthority(),
        authority: book.authority(),
        number,
        tables: rowCounts(data).map((each) => ({
          ...each,
          unproven: unprovenRows(each.table, data, city()),
        })),
        changes,
        feedVersion: city()?.version ?? null,
        overridden: { lineIds: [...lineIds], ruleIds: [...ruleIds] },
      });
    },

    rows({ table, query, at, offset, limit }: OfficeInput<'data.rows'>): Outcome<OfficeOutput<'data.rows'>> {
      const { data } = at === null ? book.inForce() : book.at(at);
      const wanted = query.trim().toLowerCase();
      const all: readonly { from: OfficeOutput<'data.rows'>['rows'][number]['from']; row: AnyRow }[] = [
        ...data[table].map((row) => ({ from: 'own' as const, row })),
        ...standingRows(table, data, city()),
      ];
      const found =
        wanted === ''
          ? all
          : all.filter(({ row }) =>
              Object.values(row).some((cell) => String(cell).toLowerCase().includes(wanted)),
            );
      return accepted({
        total: found.length,
        rows: found.slice(offset, offset + limit).map(({ from, row }) => ({
          key: rowKey(table, row as never),
          row: row as unknown as Record<string, unknown>,
          from,
        })),
      });
    },

    check({ changes, effectiveAt }: OfficeInput<'data.check'>): Outcome<OfficeOutput<'data.check'>> {
      const planned = plan(changes, effectiveAt, runtime.clock.nowMs());
      return planned.ok ? accepted(reportOf(planned.value)) : planned;
    },

    surplus({ departureId }: OfficeInput<'data.surplus'>): Outcome<OfficeOutput<'data.surplus'>> {
      const departure = context.timetable()?.departure(departureId);
      if (!departure) return refused('departure.unknown', { departureId }, 'departureId');
      const { picture } = ledger;
      const tickets = picture
        .ticketsOfDeparture(departureId)
        .filter(({ state }) => state === 'sold')
        .map(({ ticketNumber, window, seatNumber, heads, seq }) => ({
          ticketNumber,
          window,
          seatNumber,
          heads,
          // Day of sale as the number has it, then the order of the selling window's journal.
          soldOrder: `${ticketNumber.slice(4, 10)} ${String(seq).padStart(12, '0')}`,
        }));
      const { heads, surplus, reseat } = surplusOf(tickets, departure.capacity);
      const shown = ({ ticketNumber, window, seatNumber, heads: count }: (typeof tickets)[number]) => ({
        ticketNumber,
        window,
        seatNumber,
        heads: count,
      });
      const { vesselName, capacity } = departure;
      return accepted({
        vesselName,
        capacity,
        heads,
        saleEnded: picture.saleEndedBy(departureId) !== null,
        surplus: surplus.map(shown),
        reseat: reseat.map(shown),
      });
    },

    pinyin: ({ name }: OfficeInput<'data.pinyin'>): Outcome<OfficeOutput<'data.pinyin'>> =>
      accepted(pinyinOf(name)),
  };
}

export type BasicDataDesk = ReturnType<typeof createBasicDataDesk>;

/** Id of the departure whose vessel a row replaces. */
function departureIdOf({ lineId, date, departLocal, extra }: SubstituteRow): DepartureId {
  return `${lineId}/${date}/${departLocal.replace(':', '')}${extra === 0 ? '' : `-${extra}`}` as DepartureId;
}

/** A plan as an answer tells it. */
export function reportOf({ counts, errors, warnings, found }: Plan): OfficeOutput<'data.check'> {
  return { counts, errors, warnings, problems: found.slice(0, MOST_TOLD).map(({ problem }) => problem) };
}

/** Names the changes of a set: SHA-256 of their JCS text, hex. */
export function digestOf(changes: ChangeSet['changes']): string {
  return createHash('sha256').update(jcs(changes)).digest('hex');
}
