import type { DepartureNote } from '../../contract/entries/departures.ts';
import type { EntryBody } from '../../contract/entries.ts';
import { recordId } from '../../contract/orders.ts';

/** Notes of what people do while a plan is in force. */
export type DutyNote = Extract<DepartureNote, { what: 'review' | 'queueGiven' | 'queueCalled' | 'checked' }>;

/** The queue numbers of a line and day, or of the hall. */
export interface HallQueue {
  /** Every number that was given, lowest first, and how many of them on a printed slip. */
  readonly given: readonly number[];
  readonly printed: number;
  /** Up to where numbers were called; null = nobody yet. */
  readonly through: number | null;
}

/** Reviews of orders, queue numbers on slips, and checks made good, of this office and of those it heard. In memory. */
export interface DutyBook {
  take(note: DutyNote): void;
  has(note: DutyNote): boolean;
  /** Reviews of an order, earliest first. */
  reviews(orderId: string): readonly EntryBody<'plan.reviewed'>[];
  /** `lineId` null: the hall as a whole. */
  queue(lineId: string | null, date: string): HallQueue;
  /** This window's numbered slips: the one after the last that was given out (null = none yet), and whether any of a range was. */
  slips(): { next: number | null; isUsed: (from: number, to: number) => boolean };
  /** Number of the slip that a ticket of this window came with. */
  slipOf(ticketNumber: string): number | undefined;
  takeSlips(body: EntryBody<'ticket.slips'>): void;
  /** The last word on the identity of somebody who was let aboard before the check, at that departure. */
  checkOf(departureId: string, ticketNumber: string): EntryBody<'boarding.checked'> | undefined;
}

const NO_QUEUE: HallQueue = { given: [], printed: 0, through: null };
const queueKey = (lineId: string | null, date: string): string => `${lineId ?? ''}/${date}`;

/** Makes an empty book. Union of all that is known: a note taken twice changes nothing, whatever arrives first. */
export function createDutyBook(): DutyBook {
  const reviews = new Map<string, EntryBody<'plan.reviewed'>[]>();
  const queues = new Map<string, { given: number[]; printed: number; through: number | null }>();
  const checks = new Map<string, EntryBody<'boarding.checked'>>();
  const known = new Set<string>();
  const slipRanges: [from: number, to: number][] = [];
  const slipByTicket = new Map<string, number>();

  const idOf = ({ what, body }: DutyNote): string => {
    switch (what) {
      case 'review':
        return body.reviewId;
      case 'queueGiven':
        return body.slipId;
      case 'queueCalled':
        return body.callId;
      case 'checked':
        return `${body.departureId} ${body.ticketNumber} ${body.at} ${body.by}`;
    }
  };

  function queueOf(lineId: string | null, date: string) {
    const key = queueKey(lineId, date);
    const there = queues.get(key) ?? { given: [], printed: 0, through: null };
    queues.set(key, there);
    return there;
  }

  return {
    has: (note) => known.has(idOf(note)),
    take(note) {
      const id = idOf(note);
      if (known.has(id)) return;
      known.add(id);
      switch (note.what) {
        case 'review': {
          const of = recordId(note.body.order);
          const all = [...(reviews.get(of) ?? []), note.body];
          reviews.set(
            of,
            all.toSorted((a, b) => a.at - b.at),
          );
          return;
        }
        case 'queueGiven': {
          const { lineId, date, queueNumber, printed } = note.body;
          const queue = queueOf(lineId, date);
          if (printed) queue.printed += 1;
          // Numbers grow with time: the place is near the end.
          const after = queue.given.findLastIndex((each) => each <= queueNumber);
          queue.given.splice(after + 1, 0, queueNumber);
          return;
        }
        case 'queueCalled': {
          const { lineId, date, through } = note.body;
          const queue = queueOf(lineId, date);
          queue.through = Math.max(queue.through ?? 0, through);
          return;
        }
        case 'checked': {
          const { departureId, ticketNumber, at } = note.body;
          const key = `${departureId} ${ticketNumber}`;
          if ((checks.get(key)?.at ?? 0) <= at) checks.set(key, note.body);
        }
      }
    },
    takeSlips({ tickets, from }) {
      if (from === null) return;
      slipRanges.push([from, from + tickets.length - 1]);
      for (const [place, ticketNumber] of tickets.entries()) slipByTicket.set(ticketNumber, from + place);
    },
    slips() {
      const last = slipRanges.at(-1);
      return {
        next: last ? last[1] + 1 : null,
        isUsed: (from, to) => slipRanges.some((range) => range[0] <= to && from <= range[1]),
      };
    },
    slipOf: (ticketNumber) => slipByTicket.get(ticketNumber),
    reviews: (orderId) => reviews.get(orderId) ?? [],
    queue: (lineId, date) => queues.get(queueKey(lineId, date)) ?? NO_QUEUE,
    checkOf: (departureId, ticketNumber) => checks.get(`${departureId} ${ticketNumber}`),
  };
}
