import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { queueLabel } from '../../contract/rolling.ts';
import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { GateCounts, GateTicket } from '../../contract/office.ts';
import type { Outcome } from '../../contract/refusals.ts';
import type { Aboard, BoardingTicket } from '../../domain/boarding.ts';
import { checkDocumentNumber } from '../../domain/documents/document-number.ts';
import { maskNumber } from '../../domain/documents/mask.ts';
import { ticketClassLabel } from '../../domain/print-text.ts';
import { ageOn, businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { PictureCounts, PictureTicket } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';
import { permitOut } from './ticket-authority.ts';

/** Opens sealed identities of other windows. Without the keys of their weeks nobody can: the station's host brings them. */
export interface RelayedKeys {
  /** Refuses `keys.missing` where the week's key is not here. */
  open(window: WindowId, ledgerId: LedgerId, row: SealedRow): Outcome<IdentityPlain>;
  /** Keys that were opened leave the memory. */
  forget(): void;
}

/** Tickets of the picture as the rules, the pages and the list need them. */
export function createGateTickets(context: DeskContext, relayed: RelayedKeys) {
  const { config, ledger, vault } = context;
  const { picture } = ledger;

  function identityOf(ticket: PictureTicket): IdentityPlain | undefined {
    const row = ticket.own ? ledger.sealedRow(ticket.seq) : picture.relayedRow(ticket);
    if (!row) return undefined;
    const opened = ticket.own ? vault.open(row) : relayed.open(ticket.window, ticket.ledgerId, row);
    return opened.ok ? opened.value : undefined;
  }

  return {
    identityOf,

    /** Name and masked number; a vehicle's plate stands where a number does. */
    shown(ticket: PictureTicket): { name: string; masked: string } | undefined {
      const identity = identityOf(ticket);
      if (!identity) return undefined;
      const masked =
        identity.kind === 'plate' ? identity.number : maskNumber(identity.number, identity.kind, config.mask);
      return { name: identity.name, masked };
    },

    /** Full years on the travel date; null where the document does not tell. */
    ageOf(ticket: PictureTicket): number | null {
      const identity = identityOf(ticket);
      if (!identity) return null;
      const date = businessDateOf(ticket.departAtMs);
      const kind = context.timetable()?.documentKind(identity.kind);
      const number = kind && checkDocumentNumber(kind, identity.number, date);
      const birthDate = number?.ok ? number.value.birthDate : null;
      return birthDate === null ? null : ageOn(birthDate, date);
    },

    /** How somebody was checked who was not checked in full; empty with a full check. */
    checkWords(ticket: PictureTicket): string {
      const eased = easedOf(ticket);
      if (eased === undefined) return '';
      if (eased === 'list') return '按名单';
      const made = checkMade(context, ticket);
      if (!made) return '待补查';
      return made.result === 'matches' ? '已补查' : '补查不符';
    },

    view(ticket: PictureTicket): GateTicket {
      const shown = this.shown(ticket);
      const departure = context.timetable()?.departure(ticket.departureId);
      return {
        ticketNumber: ticket.ticketNumber,
        departureId: ticket.departureId,
        date: businessDateOf(ticket.departAtMs),
        departLocal: localTimeOf(ticket.departAtMs),
        toName: departure?.toName ?? ticket.departureId.split('/')[0] ?? '',
        ...(ticket.more.toStop ? { toStop: ticket.more.toStop } : {}),
        ticketClass: ticketClassLabel(ticket.ticketClass),
        seatNumber: ticket.seatNumber,
        name: shown?.name ?? null,
        masked: shown?.masked ?? null,
        state: ticket.state,
        vehicle: ticket.heads === 0,
        withTicket: (ticket.more.withTicket as GateTicket['withTicket'] | undefined) ?? null,
        window: ticket.window.slice(-2),
        ...(ticket.more.queue === undefined ? {} : { queue: queueLabel(ticket.more.queue) }),
        ...(isUnchecked(context, ticket) ? { unchecked: true as const } : {}),
        aboard: ticket.boardings.map(({ atMs, gate, own, window, method, apart }) => ({
          at: atMs,
          gate,
          own,
          window,
          method,
          apart,
        })),
      };
    },
  };
}

export type GateTickets = ReturnType<typeof createGateTickets>;

/** As the boarding rules see it. */
export function boardingTicket(ticket: PictureTicket): BoardingTicket {
  const { withTicket, takes, queue, standby } = ticket.more;
  const first = ticket.boardings[0];
  return {
    ticketNumber: ticket.ticketNumber,
    departureId: ticket.departureId,
    departAtMs: ticket.departAtMs,
    ticketClass: ticket.ticketClass,
    heads: ticket.heads,
    state: ticket.state,
    replacedBy: ticket.replacedBy,
    ...(withTicket === undefined ? {} : { withTicket }),
    ...(takes === undefined ? {} : { takes }),
    ...(queue === undefined ? {} : { queue }),
    ...(standby === undefined ? {} : { standby }),
    aboard: first ? { atMs: first.atMs, gate: first.gate } : null,
  };
}

/** The same where this office is the station's host: with the permit that a counter has to end it. A window's books have none that counts. */
export function boardingTicketHere({ ledger, station }: DeskContext, ticket: PictureTicket): BoardingTicket {
  const seen = boardingTicket(ticket);
  const permit = station.kind === 'host' ? permitOut(ledger, ticket.ticketNumber) : undefined;
  if (!permit || permit.act === 'collect') return seen;
  return { ...seen, permit: { act: permit.act, windowNumber: Number(permit.holder.slice(-2)) } };
}

/** Aboard by the list, or before the check; undefined where any of its boardings was a full check. */
export function easedOf({ boardings }: PictureTicket): 'list' | 'deferred' | undefined {
  const methods = new Set(boardings.map(({ method }) => method));
  if (methods.has('document') || methods.has('qr') || methods.has('typed')) return undefined;
  return methods.has('deferred') ? 'deferred' : methods.has('list') ? 'list' : undefined;
}

/** The check that was made good since a ticket was let aboard before it. */
function checkMade(context: DeskContext, { ticketNumber, boardings }: PictureTicket) {
  const boarding = boardings.at(-1);
  const made = boarding && context.departures.checkOf(boarding.departureId, ticketNumber);
  return made?.boardedAt === boarding?.atMs ? made : undefined;
}

/** Let aboard before the check, which nobody has made good since. */
export function isUnchecked(context: DeskContext, ticket: PictureTicket): boolean {
  return easedOf(ticket) === 'deferred' && checkMade(context, ticket) === undefined;
}

/** Who is aboard, as the licence counts them. */
export function aboardOf(counts: PictureCounts, mode: 'water' | 'road'): Aboard {
  // Whoever went aboard with a ticket that another gate had let in is a head all the same.
  const heads = counts.boarded + counts.boardedAgain - counts.boardedNone;
  return mode === 'water'
    ? { heads, free: 0 }
    : { heads: heads - counts.boardedQuota, free: counts.boardedQuota };
}

export function gateCounts(counts: PictureCounts | undefined, licence: number): GateCounts {
  const { sold = 0, boarded = 0, vehicles = 0, vehiclesBoarded = 0 } = counts ?? {};
  // A ticket that was refunded while aboard is aboard and not sold.
  return { sold, boarded, missing: Math.max(0, sold - boarded), licence, vehicles, vehiclesBoarded };
}
