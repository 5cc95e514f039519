import { z } from 'zod';
import { permitActSchema, requestIdSchema, type PermitAct } from '../../contract/entries/after-sale.ts';
import { ticketNumberSchema } from '../../contract/ids.ts';
import { Down } from '../citylink/down.ts';
import type { DeskContext } from './context.ts';
import { permitRequestId } from './ticket-authority.ts';

/** A host's answer to `tickets.permits`: what it gave this window and has neither back nor heard to be used. */
export const openPermitsSchema = z.strictObject({
  permits: z
    .array(
      z.strictObject({ ticketNumber: ticketNumberSchema, requestId: requestIdSchema, act: permitActSchema }),
    )
    .max(1_000),
});
type OpenPermit = z.infer<typeof openPermitsSchema>['permits'][number];

/** Permits that this window has of its host, from the question on. While one is out its ticket goes aboard nowhere. */
export interface HeldPermits {
  /** A command asks for one. */
  take(ticketNumber: string, act: PermitAct): void;
  /** That command is over. What no other one needs, and this office did not use, goes back. */
  leave(ticketNumber: string, act: PermitAct): void;
}

/**
 * At a window of a host. A permit that led to nothing is given back at once; one of which the host's word was lost, or whose command
 * ended with this machine, at the next contact. One that was used never goes back: the host hears how by this office's journal.
 */
export function createHeldPermits({ ledger, runtime, station }: DeskContext): HeldPermits {
  const { member } = station;
  /** Commands under way that need a permit, by its request. */
  const needed = new Map<string, number>();

  const isUsed = ({ ticketNumber, act }: Pick<OpenPermit, 'ticketNumber' | 'act'>): boolean =>
    act === 'collect' ? ledger.picture.paidHere(ticketNumber) > 0 : ledger.hasEnded(ticketNumber);

  /** Said on the line before any later question for the same permit. */
  function giveBack({ ticketNumber, requestId }: Pick<OpenPermit, 'ticketNumber' | 'requestId'>): void {
    member?.ask('tickets.giveBack', { ticketNumber, requestId }).catch(failed);
  }

  async function settle(): Promise<void> {
    const open = openPermitsSchema.safeParse(await member?.ask('tickets.permits', {}));
    for (const permit of open.success ? open.data.permits : [])
      if (!needed.has(permit.requestId) && !isUsed(permit)) giveBack(permit);
  }

  function failed(error: unknown): void {
    if (error instanceof Down) return;
    const why = error instanceof Error ? error.stack : String(error);
    runtime.log.error({ why }, 'permits are not given back');
  }

  member?.onPicture((isContact) => {
    if (isContact) settle().catch(failed);
  });

  return {
    take(ticketNumber, act) {
      const requestId = permitRequestId(ledger.ledgerId, ticketNumber, act);
      needed.set(requestId, (needed.get(requestId) ?? 0) + 1);
    },
    leave(ticketNumber, act) {
      const requestId = permitRequestId(ledger.ledgerId, ticketNumber, act);
      const others = (needed.get(requestId) ?? 1) - 1;
      if (others > 0) return void needed.set(requestId, others);
      needed.delete(requestId);
      const permit = { ticketNumber: ticketNumber as OpenPermit['ticketNumber'], requestId, act };
      if (!isUsed(permit)) giveBack(permit);
    },
  };
}
