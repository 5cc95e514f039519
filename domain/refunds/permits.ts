import type { PermitAct } from '../../contract/entries/after-sale.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { TicketNumber, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { obstacleOf, type SoldTicket } from './ticket.ts';

type GivenEntry = Extract<NewEntry, { kind: 'permit.given' }>;

/** A permit that is out: given and neither used (its act is written with its request id) nor returned. */
export interface OpenPermit {
  readonly requestId: string;
  readonly ticketNumber: string;
  readonly act: PermitAct;
  readonly holder: string;
}

export interface PermitRequest {
  readonly requestId: string;
  readonly ticketNumber: string;
  readonly act: PermitAct;
  readonly holder: string;
}

/** What the authority writes before it answers; `entry` null = the same request was answered before, and gets the same answer. */
export interface PermitDecision {
  readonly requestId: string;
  readonly entry: GivenEntry | null;
}

/**
 * A ticket's authority decides on a request (ticket, request id). One permit a ticket at a time: the same refund asked at two
 * windows is given once. The same request repeated after a lost answer is given again. A permit has no time-out; it ends by its
 * use or by `permit.returned` of its holder. While it is out the ticket is let aboard nowhere (`boarding.permitOut`), and of a ticket
 * that is aboard, or that a gate was said yes to, none is given.
 */
export function decidePermit(
  ticket: SoldTicket,
  open: OpenPermit | undefined,
  request: PermitRequest,
): Outcome<PermitDecision> {
  const { requestId, act, holder, ticketNumber } = request;
  if (open) {
    const isSame =
      open.requestId === requestId &&
      open.ticketNumber === ticketNumber &&
      open.act === act &&
      open.holder === holder;
    // Its holder may not have heard what became of the ticket since.
    const since = isSame ? obstacleOf(ticket) : undefined;
    if (since) return { ok: false, refusal: since };
    if (isSame) return accepted({ requestId, entry: null });
    return refused('afterSale.permitTaken', { requestId: open.requestId.slice(0, 8) }, 'ticketNumber');
  }
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  return accepted({
    requestId,
    entry: {
      kind: 'permit.given',
      body: {
        requestId,
        ticketNumber: ticketNumber as TicketNumber,
        act,
        holder: holder as WindowId,
      },
    },
  });
}

/** Folds entries of an authority into the permits that are out, by ticket. Any other entry is passed over. */
export function openPermits(
  entries: Iterable<{ kind: string; body: Record<string, unknown> }>,
): Map<string, OpenPermit> {
  const open = new Map<string, OpenPermit>();
  for (const { kind, body } of entries) {
    const ticketNumber = String(body['ticketNumber']);
    if (kind === 'permit.given') open.set(ticketNumber, body as unknown as OpenPermit);
    else if (open.get(ticketNumber)?.requestId === body['requestId']) open.delete(ticketNumber);
  }
  return open;
}
