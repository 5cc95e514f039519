import type { Verdict } from '../../contract/city.ts';
import type { OfficeInput, OfficeOutput, TicketView } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { queueLabel } from '../../contract/rolling.ts';
import { PLATE_KIND, vehicleTypeName } from '../../contract/vehicles.ts';
import { maskNumber } from '../../domain/documents/mask.ts';
import { classWords } from '../../domain/fares.ts';
import { localTimeOf } from '../../domain/time.ts';
import type { TicketRow } from '../ledger/types.ts';
import type { AnswerEntry, DeskContext } from './context.ts';
import { printState } from './print-state.ts';
import { createTicketBecame } from './ticket-became.ts';

/** The list of tickets that were sold at this window. */
export function createSoldList(context: DeskContext) {
  const { config, ledger, vault } = context;
  const became = createTicketBecame(context);

  /** Name and masked number of the entry with this `seq`; undefined once retention has removed the identity. */
  function showIdentity(seq: number, documentKind: string): { name: string; masked: string } | undefined {
    const row = ledger.sealedRow(seq);
    const identity = row ? vault.open(row) : undefined;
    if (!identity?.ok) return undefined;
    const { name, number } = identity.value;
    return { name, masked: maskNumber(number, documentKind, config.mask) };
  }

  function ticketView(row: TicketRow, ackSeq: number, verdict: Verdict | undefined): TicketView {
    const { body } = row;
    const departure = context.timetable()?.departure(body.departureId);
    const shown = showIdentity(row.seq, row.kind === 'vehicle.sold' ? PLATE_KIND : row.body.documentKind);
    const view: TicketView = {
      seq: row.seq,
      ticketNumber: body.ticketNumber,
      soldAt: row.atMs,
      departureId: body.departureId,
      departLocal: localTimeOf(body.departAt),
      lineName: departure?.line.name ?? body.lineId,
      toName: departure?.toName ?? body.toPlaceId,
      ...(body.toStop ? { toStop: body.toStop } : {}),
      ticketClass: body.ticketClass,
      className: classWords(context.timetable(), body),
      fareFen: body.fareFen,
      seatNumber: body.seatNumber,
      ...kindShown(row),
      holderName: shown?.name ?? null,
      // A plate is no secret of a list that has it in full.
      masked: row.kind === 'vehicle.sold' ? null : (shown?.masked ?? null),
      clerkNumber: row.actor,
      print: printState(row.print, context.departures.slipOf(body.ticketNumber)),
      upload:
        row.seq > ackSeq ? 'queued' : !verdict || verdict.verdict === 'accepted' ? 'stored' : verdict.verdict,
    };
    if (verdict?.refusal) view.uploadRefusal = verdict.refusal;
    return view;
  }

  return {
    async list(input: OfficeInput<'sales.list'>): Promise<Outcome<OfficeOutput<'sales.list'>>> {
      const query: Parameters<typeof ledger.tickets>[0] = { limit: input.limit + 1 };
      if (input.before !== undefined) query.before = input.before;
      if (input.after !== undefined) query.after = input.after;
      if (input.shiftId !== undefined) query.shiftId = input.shiftId;
      if (input.ticketNumber !== undefined) query.ticketNumberSuffix = input.ticketNumber;
      const rows = ledger.tickets(query);
      const isMore = rows.length > input.limit;
      // Upwards the one too many is the newest.
      const page = input.after === undefined || !isMore ? rows.slice(0, input.limit) : rows.slice(1);
      const [first, last] = [page[0]?.seq ?? null, page.at(-1)?.seq ?? null];
      const isAll = input.shiftId === undefined && input.ticketNumber === undefined;
      const endOf = await became.of(page.map((row) => row.body.ticketNumber));
      const { ackSeq } = ledger.uploadState();
      const verdicts = ledger.verdictsOf(page.map((row) => row.seq));
      return accepted({
        tickets: page.map((row) => {
          const end = endOf(row.body.ticketNumber);
          return { ...ticketView(row, ackSeq, verdicts.get(row.seq)), ...(end ? { end } : {}) };
        }),
        // The page that one came from lies on the other side.
        next: (input.after === undefined ? isMore : input.after > 0) ? last : null,
        previous: (input.after === undefined ? input.before !== undefined : isMore) ? first : null,
        ...(isAll && first !== null ? { place: ledger.ticketPlace(first) } : {}),
      });
    },

    showIdentity,
  };
}

/** What only some tickets have, for answers and lists. */
export function kindShown(
  sold: Extract<AnswerEntry, { kind: 'ticket.sold' | 'vehicle.sold' }> | TicketRow,
): Pick<TicketView, 'carriedBy' | 'vehicle' | 'queue'> {
  if (sold.kind === 'ticket.sold') {
    const { carriedBy, rolling } = sold.body;
    return {
      ...(carriedBy === undefined ? {} : { carriedBy }),
      ...(rolling === undefined ? {} : { queue: queueLabel(rolling.queueNumber) }),
    };
  }
  const { vehicleType, lengthCm, deck, driverTicket } = sold.body;
  return { vehicle: { typeName: vehicleTypeName(vehicleType), lengthCm, deck, driverTicket } };
}
