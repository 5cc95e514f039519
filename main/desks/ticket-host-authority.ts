import { z } from 'zod';
import type { PermitAct } from '../../contract/entries/after-sale.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { HeldPermit } from '../../domain/refunds/ticket.ts';
import { factsOf, type DepartureFacts } from '../../domain/contingency/facts.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import { Down } from '../citylink/down.ts';
import type { DeskContext } from './context.ts';
import { createHeldPermits } from './held-permits.ts';
import { permitRequestId, type ObtainAct, type Prepared, type TicketAuthority } from './ticket-authority.ts';
import { knownOf, type KnownTicket, type TicketFacts } from './ticket-facts.ts';
import { toldTicketSchema, type ticketQuestions, type ToldTicket } from './told-tickets.ts';

/** A ticket that was sold a moment ago is on its way to the host: so long it is waited for. */
const AT_HOST_MS = 3_000;
const LOOK_MS = 20;

/**
 * At a window of a host. The host decides on every ticket that it may have heard of, this window's own ones too, so that the same refund
 * asked at two windows is given once. Out of contact nothing is done but a void; wishes are taken down under a number.
 */
export function createHostAuthority(context: DeskContext, facts: TicketFacts): TicketAuthority {
  const { ledger, runtime, station } = context;
  const { picture } = ledger;
  const isUp = (): boolean => station.member?.isUp() ?? false;

  async function question<S extends keyof typeof ticketQuestions, T>(
    subject: S,
    params: z.infer<(typeof ticketQuestions)[S]>,
    answer: z.ZodType<T>,
  ): Promise<Outcome<T>> {
    try {
      const parsed = answer.safeParse(await station.member?.ask(subject, params));
      return parsed.success ? accepted(parsed.data) : refused('host.rubbish', { detail: subject });
    } catch (error) {
      if (!(error instanceof Down)) throw error;
      return { ok: false, refusal: error.refusal };
    }
  }

  function departureFacts({ sale }: ToldTicket): DepartureFacts {
    const { departureId, departAt, lineId } = sale.body;
    const departure = facts.departureOf(departureId);
    if (departure) return factsOf(departure, facts.leftAtOf(departureId));
    return {
      departureId,
      lineId,
      mode: lineId.startsWith('r-') ? 'road' : 'water',
      vesselKind: null,
      fromPlaceId: '',
      toPlaceId: '',
      date: businessDateOf(departAt),
      departLocal: localTimeOf(departAt),
      departAt,
      capacity: 0,
      leftAt: null,
    };
  }

  /** What the host told, and what this office itself did with the ticket since. */
  function knownFrom(told: ToldTicket): KnownTicket {
    const { ticketNumber, window, ledgerId, seq, sale, name, masked, identity, party } = told;
    const here = picture.stateOf(ticketNumber);
    const state = here === 'sold' || here === 'refundPending' ? told.state : here;
    // What was handed over here may not be known there yet.
    const owedFen = Math.max(0, told.owedFen - picture.paidHere(ticketNumber));
    const became = { state, replacedBy: told.replacedBy, isAboard: told.isAboard, owedFen };
    return {
      ...knownOf(sale, departureFacts(told), became),
      ticketNumber,
      window,
      ledgerId,
      seq,
      own: false,
      here: false,
      told: { name, masked, identity, party },
    };
  }

  /** Waits until the host has the sale of an own ticket; false when it did not come about. */
  async function isAtHost({ seq }: KnownTicket): Promise<boolean> {
    for (let waitedMs = 0; (station.member?.hostSeq() ?? 0) < seq; waitedMs += LOOK_MS) {
      if (!isUp() || waitedMs > AT_HOST_MS) return false;
      await new Promise<void>((resolve) => void runtime.timers.setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  const held = createHeldPermits(context);

  async function permit(ticketNumber: string, act: PermitAct): Promise<Outcome<ToldTicket>> {
    const number = ticketNumber as ToldTicket['ticketNumber'];
    const answer = z.strictObject({ ticket: toldTicketSchema });
    const requestId = permitRequestId(ledger.ledgerId, ticketNumber, act);
    const got = await question('tickets.permit', { ticketNumber: number, act, requestId }, answer);
    return got.ok ? accepted(got.value.ticket) : got;
  }

  async function obtainOne(
    ticketNumber: string,
    act: ObtainAct,
  ): Promise<Outcome<Prepared['tickets'][number]>> {
    const local = facts.local(ticketNumber);
    const asked = act === 'void' ? 'refund' : act;
    if (!isUp())
      return local && act === 'void'
        ? accepted({ ticket: local, permit: null })
        : refused('afterSale.needsPermit', {}, 'ticketNumbers');
    if (local?.own && !(await isAtHost(local))) return refused('afterSale.needsPermit', {}, 'ticketNumbers');
    held.take(ticketNumber, asked);
    const told = await permit(ticketNumber, asked);
    if (!told.ok) {
      // It may have been given all the same, and its word lost.
      held.leave(ticketNumber, asked);
      return told.refusal.code === 'host.unavailable'
        ? refused('afterSale.needsPermit', {}, 'ticketNumbers')
        : told;
    }
    const got: HeldPermit = {
      requestId: permitRequestId(ledger.ledgerId, ticketNumber, asked),
      ticketNumber,
      act: asked,
    };
    const known = knownFrom(told.value);
    // Of an own ticket the own books know best, but for what the host wrote down as owed.
    const { owedFen } = known;
    return accepted({ ticket: local?.own ? { ...local, owedFen } : known, permit: got });
  }

  function release({ tickets }: Prepared): void {
    for (const { permit: got } of tickets) if (got) held.leave(got.ticketNumber, got.act);
  }

  async function look(
    params: z.infer<(typeof ticketQuestions)['tickets.look']>,
  ): Promise<Outcome<KnownTicket[]>> {
    if (!isUp()) return accepted([]);
    const told = await question(
      'tickets.look',
      params,
      z.strictObject({ tickets: z.array(toldTicketSchema).max(20) }),
    );
    return told.ok ? accepted(told.value.tickets.map(knownFrom)) : told;
  }

  return {
    where: () => (isUp() ? 'host' : 'outOfContact'),
    isOutOfContact: () => !isUp(),
    ask: look,
    async obtain(ticketNumbers, act) {
      const tickets: Prepared['tickets'][number][] = [];
      for (const number of ticketNumbers) {
        const one = await obtainOne(number, act);
        if (!one.ok) {
          release({ tickets });
          return one;
        }
        tickets.push(one.value);
      }
      return accepted({ tickets });
    },
    release,
    async look(ticketNumbers) {
      const own = ticketNumbers.flatMap((number) => facts.local(number) ?? []);
      const others = ticketNumbers.filter(
        (number) => !own.some(({ ticketNumber }) => ticketNumber === number),
      );
      const told =
        others.length > 0
          ? await look({ ticketNumbers: others as ToldTicket['ticketNumber'][] })
          : accepted<KnownTicket[]>([]);
      if (!told.ok) return told;
      const all = [...own, ...told.value];
      if (all.length < ticketNumbers.length) return refused('tickets.notFound', {}, 'ticketNumbers');
      return accepted(all.map((ticket) => ({ ticket, authority: { isOwn: true, permit: null } })));
    },
    // In bulk the host works: it needs no permit.
    mine: (tickets) => ({
      tickets: [],
      others: tickets.map(({ ticketNumber }) => ({ ticketNumber, code: 'afterSale.needsPermit' })),
    }),
    again({ tickets }) {
      const now = [];
      for (const { ticket, permit: held } of tickets) {
        const local = ticket.here ? facts.local(ticket.ticketNumber) : undefined;
        const here = picture.stateOf(ticket.ticketNumber);
        // Ended by this very office since it was told of.
        const ended = here === 'refunded' || here === 'void' || here === 'replaced';
        const state = here === 'void' ? ('voided' as const) : (here as 'refunded' | 'replaced');
        const told =
          ended && held?.act !== 'collect' ? { ...ticket, sold: { ...ticket.sold, state } } : ticket;
        const paid = picture.paidHere(ticket.ticketNumber) > 0 ? { ...told, owedFen: 0 } : told;
        now.push({
          ticket: local ? { ...local, owedFen: paid.owedFen } : paid,
          authority: held ? { isOwn: false, permit: held } : { isOwn: true, permit: null },
        });
      }
      return accepted(now);
    },
  };
}
