import type { EntryBody } from '../../../contract/entries.ts';
import type { ProjectedEntry } from './projection.ts';

/** A ticket that ended and gives its place back. */
export interface FreedPlace {
  readonly ticketNumber: string;
  readonly departureId: string;
  readonly leaseId: string;
  readonly seatNumber: number | null;
  readonly takes: 'seat' | 'head' | 'quota' | 'none' | 'room';
  readonly room?: { readonly deck: string | null; readonly laneCm: number; readonly places: number };
}

/** The place that an entry frees; undefined when it frees none. A lost ticket's place goes to the one issued for it. */
export function freedBy(entry: ProjectedEntry): FreedPlace | undefined {
  const { kind, body } = entry;
  if (kind === 'ticket.endHeard') {
    const { ticketNumber, departureId, place } = body;
    return place === null ? undefined : placed({ ticketNumber, departureId }, place);
  }
  if (kind !== 'ticket.refunded' && kind !== 'ticket.changed' && kind !== 'ticket.voided') return undefined;
  const { ticketNumber, departureId } = body;
  return placed({ ticketNumber, departureId }, body);
}

type Place = Pick<EntryBody<'ticket.voided'>, 'leaseId' | 'seatNumber' | 'takes' | 'room'>;

function placed(
  of: Pick<FreedPlace, 'ticketNumber' | 'departureId'>,
  { leaseId, seatNumber, takes, room }: Place,
): FreedPlace {
  const place = { ...of, leaseId, seatNumber };
  return room ? { ...place, takes: 'room', room } : { ...place, takes: takes ?? 'seat' };
}
