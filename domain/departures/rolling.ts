import type { NewEntry } from '../../contract/entries.ts';
import type { DepartureId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { DepartureFacts } from '../contingency/facts.ts';
import type { Rules } from '../contingency/rules.ts';
import { stateMeanings } from './states.ts';

type ReleaseEntry = Extract<NewEntry, { kind: 'release.counted' }>;

/** People let go to one vessel so far. */
export interface ReleaseState {
  readonly facts: DepartureFacts;
  /** Heads released or boarded otherwise, whichever is more; infants too. */
  readonly aboard: number;
  /** Last queue number that was let go on this line today; null = none yet. */
  readonly throughQueueNumber: number | null;
}

/**
 * Releases people of a rolling line (流水、滚动发班) to the berth, counted as they pass ("控制放客人数", ticketing rules 3.4). In queue
 * order, and never more than the vessel's licence, in any mode.
 */
export function decideRelease(
  state: ReleaseState,
  rules: Rules,
  command: { readonly count: number; readonly throughQueueNumber: number | null; readonly by: string },
  releaseId: string,
): Outcome<ReleaseEntry> {
  const { facts, aboard } = state;
  const { count, throughQueueNumber, by } = command;
  if (!rules.boarding.open)
    return refused('release.closed', { state: stateMeanings[rules.state].chinese }, 'departureId');
  if (rules.boarding.by !== 'queue') return refused('release.notQueue', {}, 'departureId');
  const limit = Math.min(facts.capacity, rules.boarding.mostAboard ?? facts.capacity);
  if (aboard + count > limit) return refused('release.over', { aboard, count, capacity: limit }, 'count');
  if (throughQueueNumber !== null && throughQueueNumber <= (state.throughQueueNumber ?? 0))
    return refused('release.queueOrder', { through: state.throughQueueNumber ?? 0 }, 'throughQueueNumber');
  return accepted({
    kind: 'release.counted',
    body: {
      releaseId,
      departureId: facts.departureId as DepartureId,
      count,
      totalAboard: aboard + count,
      throughQueueNumber,
      by,
    },
  });
}

/** What a ticket says about when it may be used: a departure, or with `rolling` any departure of a line and day. */
export interface TicketUse {
  readonly departureId: string;
  readonly rolling: { readonly lineId: string; readonly date: string } | null;
}

/**
 * Whether a ticket holds for a departure. A rolling ticket holds for every departure of its line and day; while the line rolls, so
 * does a ticket with a fixed time, because it boards in queue order too. Name and identity are checked all the same.
 */
export function holdsFor(ticket: TicketUse, facts: DepartureFacts, rules: Rules): boolean {
  const { rolling, departureId } = ticket;
  if (rolling) return rolling.lineId === facts.lineId && rolling.date === facts.date;
  if (departureId === facts.departureId) return true;
  return rules.boarding.by === 'queue' && departureId.startsWith(`${facts.lineId}/${facts.date}/`);
}
