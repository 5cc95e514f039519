import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { CarriedRecord } from '../../contract/station-records.ts';
import type { DepartureId, TicketNumber } from '../../contract/ids.ts';
import { accepted } from '../../contract/refusals.ts';
import { placeOf } from '../../domain/refunds/ticket.ts';
import { unsoldRoom, withoutRoom } from '../../domain/vehicles/room.ts';
import { returnIdOf, seatsOf, spaceOf } from '../station/gone-places.ts';
import type { DeskContext } from './context.ts';
import { writeOfficeEntries } from './journal.ts';
import type { KnownTicket } from './ticket-facts.ts';

type EndedFor = EntryBody<'ticket.endedFor'>;
type Place = NonNullable<EndedFor['place']>;

/** A ticket that ends by the command at hand. */
export interface Ending {
  readonly ticket: KnownTicket;
  readonly state: EndedFor['state'];
  readonly newTicketNumber?: TicketNumber;
  readonly requestId: string | null;
  /** The ticket that was issued for it has its very place. */
  readonly keepsPlace?: boolean;
}

/** What is written beside the end of tickets that other offices sold: all of the station hear of it, and the host takes their places back. */
export function endsForOthers(context: DeskContext, endings: readonly Ending[]): NewEntry[] {
  return endings.flatMap(({ ticket, state, newTicketNumber, requestId, keepsPlace }): NewEntry[] => {
    const { ticketNumber, window: seller, sold } = ticket;
    if (ticket.own && (keepsPlace || isOwnPlace(context, placeOf(sold)))) return [];
    const departureId = sold.departure.departureId as DepartureId;
    const place = keepsPlace ? null : placeOf(sold);
    return [
      {
        kind: 'ticket.endedFor',
        body: {
          ticketNumber,
          departureId,
          seller,
          state,
          newTicketNumber: newTicketNumber ?? null,
          requestId,
          place,
        },
      },
      ...(place && context.station.kind === 'host'
        ? placeBack(context, ticketNumber, departureId, place)
        : []),
    ];
  });
}

/** Out of a lease of this office's own. A lost ticket of another window that was issued again here kept that window's place. */
const isOwnPlace = ({ ledger }: DeskContext, { leaseId, takes, room }: Place): boolean =>
  takes === 'none' || (room ? ledger.vehicleLease(leaseId) : ledger.lease(leaseId)) !== undefined;

/** A place of a lease that this host gave comes back to it; the holder does not sell it again, so it is taken from it for good. */
function placeBack(
  { ledger }: DeskContext,
  ticketNumber: string,
  departureId: DepartureId,
  { leaseId, seatNumber, takes, room }: Place,
): NewEntry[] {
  const returnId = returnIdOf(ticketNumber);
  if (room) {
    const grant = ledger.station.roomGrant(leaseId);
    if (!grant || ledger.station.wasRoomReturned(returnId)) return [];
    const space = spaceOf(room);
    return [
      {
        kind: 'vehicleLease.returnTaken',
        body: { leaseId, departureId, holder: grant.holder, returnId, space },
      },
    ];
  }
  const grant = ledger.station.grant(leaseId);
  // Heads without a seat stay with their lease until the departure closes.
  if (takes || !grant || grant.writtenOff || grant.count < 1 || ledger.station.wasReturned(returnId))
    return [];
  const seats = seatsOf(seatNumber);
  const heads = Math.min(1, grant.heads);
  return [
    {
      kind: 'lease.returnTaken',
      body: { leaseId, departureId, holder: grant.holder, returnId, seats, heads, freeChildren: 0 },
    },
  ];
}

/**
 * This window took a ticket back out of contact that the host had permitted another to end: its place came back twice. It is the host's,
 * as it may have been given on; where it was sold here meanwhile, both tickets of it are found (`station.conflicts`).
 */
function leaveToHost({ ledger }: DeskContext, { ticketNumber, departureId, place }: EndedFor): NewEntry[] {
  if (!place) return [];
  const { leaseId, seatNumber, takes, room } = place;
  const returnId = returnIdOf(ticketNumber);
  if (room) {
    const lease = ledger.vehicleLease(leaseId);
    const space = spaceOf(room);
    const isDone = ledger.vehicleReturnsOf(leaseId).some((back) => back.returnId === returnId);
    if (!lease || isDone || !withoutRoom(unsoldRoom(lease), space)) return [];
    const body = { leaseId, departureId, returnId, grantor: lease.grantor, space };
    return [{ kind: 'vehicleLease.returned', body }];
  }
  const lease = ledger.lease(leaseId);
  const isDone = ledger.returnsOf(leaseId).some((back) => back.returnId === returnId);
  const isFree =
    seatNumber === null
      ? (lease?.total ?? 0) > (lease?.sold ?? 0)
      : lease?.freeRanges.some(([from, to]) => from <= seatNumber && seatNumber <= to);
  if (takes || !lease || isDone || isFree !== true) return [];
  const heads = Math.min(1, lease.heads.total - lease.heads.sold);
  const body = { leaseId, departureId, returnId, grantor: lease.grantor, heads, freeChildren: 0 };
  return [{ kind: 'lease.returned', body: { ...body, seats: seatsOf(seatNumber) } }];
}

/** Another office ended a ticket: the window that sold it knows it from now on, and a host takes the place back. */
export function followEnds(context: DeskContext, moved: (departureId: DepartureId) => void): void {
  const { ledger, station } = context;
  station.records.hear(['ticket.endedFor'], (record: CarriedRecord) => {
    const ended = record.body as EndedFor;
    const { ticketNumber, departureId, state, newTicketNumber, place } = ended;
    const own = ledger.ticket(ticketNumber);
    const entries: NewEntry[] = [];
    const isOver = !['sold', 'refundPending'].includes(ledger.picture.stateOf(ticketNumber));
    const isElsewhere = place !== null && !isOwnPlace(context, place);
    if (own && !(isOver && station.kind === 'window')) {
      entries.push({
        kind: 'ticket.endHeard',
        body: {
          ticketNumber,
          departureId,
          by: record.window,
          state,
          newTicketNumber,
          // A window's place was taken from its lease by the host; a host's own one comes back to its own lease.
          place: station.kind === 'host' && !isElsewhere && !ledger.isEnded(ticketNumber) ? place : null,
        },
      });
      if (isElsewhere && station.kind === 'host')
        entries.push(...placeBack(context, ticketNumber, departureId, place));
    } else if (own) entries.push(...leaveToHost(context, ended));
    else if (place && station.kind === 'host')
      entries.push(...placeBack(context, ticketNumber, departureId, place));
    if (entries.length > 0) {
      writeOfficeEntries(context, entries);
      moved(departureId);
    }
    return accepted(null);
  });
}
