import { z } from 'zod';
import { ticketNumberSchema } from '../../contract/ids.ts';
import type { TicketEnd } from '../../contract/office.ts';
import { ticketEndSchema } from '../../contract/office/shapes.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import type { PictureTicket } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';
import { hostWord } from './host-word.ts';

const SUBJECT = 'tickets.became';
const askedSchema = z.strictObject({ ticketNumbers: z.array(ticketNumberSchema).max(200) });
const toldSchema = z.strictObject({
  ends: z.array(z.strictObject({ ticketNumber: ticketNumberSchema, end: ticketEndSchema })).max(200),
});
const replacingSchema = z.looseObject({
  replaces: z.looseObject({ reissues: z.int().min(0).optional() }).optional(),
});
/** A list does not wait longer for a host that is slow. */
const MOST_WAIT_MS = 400;

/** What became of tickets, for lists: from this office's own books, and at a window also from what the station's host knows. */
export function createTicketBecame(context: DeskContext) {
  const { ledger, station } = context;
  const { picture } = ledger;

  /** Taken for another: issued again for the same place, or changed. */
  function replacedAs(ticket: PictureTicket): TicketEnd['what'] {
    const next = ticket.replacedBy === null ? undefined : picture.ticket(ticket.replacedBy);
    if (!next) return 'replaced';
    return reissuesOf(next) > reissuesOf(ticket) ? 'reissued' : 'changed';
  }
  /** How often it and those before it were issued again. */
  function reissuesOf({ own, ticketNumber, more }: PictureTicket): number {
    const body: unknown = own ? ledger.ticket(ticketNumber)?.body : more.sale?.body;
    const sold = replacingSchema.safeParse(body);
    return sold.success ? (sold.data.replaces?.reissues ?? 0) : 0;
  }

  /** As far as this office's own books say; undefined while it is good and nobody has used it. */
  function local(ticketNumber: string): TicketEnd | undefined {
    const ticket = picture.ticket(ticketNumber);
    if (!ticket) return undefined;
    const { state, replacedBy, boardings } = ticket;
    const nowhere = { window: null, replacedBy: null };
    switch (state) {
      case 'refunded':
      case 'void':
        return { what: state, ...nowhere };
      case 'replaced':
        return { what: replacedAs(ticket), window: null, replacedBy };
      case 'refundPending':
      case 'sold': {
        const [aboard] = boardings;
        if (aboard) return { what: 'boarded', window: aboard.window, replacedBy: null };
        if (picture.isNoShow(ticketNumber)) return { what: 'noShow', ...nowhere };
        return state === 'refundPending' ? { what: state, ...nowhere } : undefined;
      }
    }
  }

  async function askHost(ticketNumbers: readonly string[]): Promise<ReadonlyMap<string, TicketEnd>> {
    if (ticketNumbers.length === 0) return new Map();
    const question = {
      subject: SUBJECT,
      params: { ticketNumbers },
      schema: toldSchema,
      mostWaitMs: MOST_WAIT_MS,
    };
    const told = await hostWord(context, question);
    return new Map(told?.ends.map(({ ticketNumber, end }) => [ticketNumber, end]));
  }

  if (station.kind === 'host')
    station.answers(SUBJECT, (params) => {
      const asked = askedSchema.safeParse(params);
      if (!asked.success) return refused('host.rubbish', { detail: SUBJECT });
      const ends = asked.data.ticketNumbers.flatMap((ticketNumber) => {
        const end = local(ticketNumber);
        return end ? [{ ticketNumber, end }] : [];
      });
      return accepted({ ends });
    });

  return {
    /** Of each that is no longer simply good; what the host says of one counts before what is known here. */
    async of(ticketNumbers: readonly string[]): Promise<(ticketNumber: string) => TicketEnd | undefined> {
      const told = await askHost(ticketNumbers);
      return (ticketNumber) => told.get(ticketNumber) ?? local(ticketNumber);
    },
  };
}
