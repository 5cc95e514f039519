import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Rules } from '../contingency/rules.ts';

/** Numbers of one queue as far as they are known; `given` lowest first. */
export interface KnownQueue {
  readonly given: readonly number[];
  readonly through: number | null;
}

/** Numbers that nobody has called yet, in the order in which they will be. */
export const waitingOf = ({ given, through }: KnownQueue): readonly number[] =>
  given.filter((number) => number > (through ?? 0));

/**
 * What stands in the way of giving a queue number (排队号, ticketing rules 3.4): no plan in force lets numbers be given for any departure
 * of the line today, or the line rolls and the number stands on the ticket itself. Undefined when nothing does.
 */
export function obstacleToNumber(
  rules: readonly Pick<Rules, 'queueNumbers' | 'boarding'>[],
  isOfHall: boolean,
): 'notIssued' | 'onTicket' | undefined {
  const issuing = rules.filter(({ queueNumbers }) => queueNumbers);
  if (issuing.length === 0) return 'notIssued';
  return !isOfHall && issuing.every(({ boarding }) => boarding.by === 'queue') ? 'onTicket' : undefined;
}

/** The next `count` numbers of a queue, or as many as wait. Refuses `queue.nobody`. */
export function decideCall(queue: KnownQueue, count: number): Outcome<{ through: number; count: number }> {
  const next = waitingOf(queue).slice(0, count);
  const through = next.at(-1);
  return through === undefined ? refused('queue.nobody') : accepted({ through, count: next.length });
}

/** Last number that a window gave of a queue: its number stands in the digits between minute and count. 0 = none yet. */
export function lastOfWindow({ given }: KnownQueue, windowNumber: number): number {
  return given.findLast((number) => Math.floor(number / 100) % 100 === windowNumber) ?? 0;
}
