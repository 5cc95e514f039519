import { decodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import type { AfterSaleTicket, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { BusinessDate, DepartureId, Fen, TicketNumber } from '../../contract/ids.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { classWords } from '../../domain/fares.ts';
import { decideReprint, decideVoid } from '../../domain/refunds/counter.ts';
import { feeSetOf } from '../../domain/refunds/fee-rules.ts';
import { quoteRefund } from '../../domain/refunds/refund.ts';
import { obstacleOf, rowsOf } from '../../domain/refunds/ticket.ts';
import { daysWithTickets } from '../../domain/settings.ts';
import { addDays, businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';
import type { GateTickets } from './gate-tickets.ts';
import { sheetInTheWay } from './print-state.ts';
import type { TicketAuthority } from './ticket-authority.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';
import { askedAtOf, checkInOpensAt } from './ticket-refunds.ts';
import { verifyTicketSeal } from './ticket-seal.ts';

const MOST_FOUND = 20;
const MINUTE_MS = 60_000;
/** Departures looked through for the last digits of a number. */
const DAYS_BACK = 3;

/** Finds tickets for the desks after the sale, and says of each what may be done and what it costs. */
export function createTicketFind(
  context: DeskContext,
  facts: TicketFacts,
  authority: TicketAuthority,
  parts: {
    tickets: GateTickets;
    publicKeyOf: (keyId: string) => string | undefined;
    noShowOf: (ticket: KnownTicket) => AfterSaleTicket['noShow'];
  },
) {
  const { holders, ledger, runtime, vault } = context;
  const { picture } = ledger;

  /** Number of the ticket that a code or digits mean. */
  function numberIn(text: string): Outcome<TicketNumber> {
    if (text.startsWith('SO')) {
      const decoded = decodeTicketQr(text, (keyId, bytes, signature) =>
        verifyTicketSeal(keyId, bytes, signature, vault, parts.publicKeyOf),
      );
      return decoded.ok ? accepted(decoded.payload.n) : refused('scanner.ticketQr', {}, 'text');
    }
    if (!/^\d{4,20}$/.test(text)) return refused('tickets.digits', {}, 'text');
    if (text.length === 20) return accepted(text as TicketNumber);
    const today = businessDateOf(runtime.clock.nowMs());
    const timetable = context.timetable();
    const near = Array.from({ length: DAYS_BACK + daysWithTickets(timetable) }, (_, day) =>
      addDays(today, day - DAYS_BACK),
    ).flatMap((date) => timetable?.departuresOn(date).map(({ departureId }) => departureId) ?? []);
    const own = ledger.tickets({ limit: 3, ticketNumberSuffix: text }).map(({ body }) => body.ticketNumber);
    const station = picture.ticketsEnding(text, near, 3).map(({ ticketNumber }) => ticketNumber);
    const found = [...new Set([...own, ...station])];
    const [only] = found;
    if (found.length > 1)
      return refused('tickets.ambiguous', { suffix: text, count: found.length > 2 ? '多' : ' 2 ' }, 'text');
    return only === undefined ? refused('tickets.notFound', {}, 'text') : accepted(only);
  }

  function refundOf(ticket: KnownTicket, nowMs: number): AfterSaleTicket['refund'] {
    const nothing = { feeFen: 0 as Fen, backFen: 0 as Fen, free: false, row: null };
    const rules = context.fees.rules([ticket.sold.soldAt]);
    if (!rules.ok) return { ...nothing, refusal: rules.refusal };
    const asOf = askedAtOf(context, ticket, 'refund', nowMs);
    const quote = quoteRefund(rules.value, ticket.sold, facts.rightsOf(ticket), asOf);
    if (!quote.ok) return { ...nothing, refusal: quote.refusal };
    const { feeFen, backFen, fee } = quote.value;
    const set = fee && feeSetOf(rules.value, fee, 'refund');
    const band = set?.ok ? set.value.bands[fee?.band ?? 0] : undefined;
    const row =
      fee && set?.ok && band ? { id: fee.id, version: fee.version, ...band, source: set.value.source } : null;
    return { feeFen: feeFen as Fen, backFen: backFen as Fen, free: fee === null, row };
  }

  /** Whether a change may be asked for at all; where to is chosen later. */
  function changeOf(ticket: KnownTicket): AfterSaleTicket['change'] {
    const free = facts.rightsOf(ticket).change !== null;
    const obstacle = obstacleOf(ticket.sold);
    if (obstacle) return { free, refusal: obstacle };
    if (free) return { free };
    const rules = context.fees.rules([ticket.sold.soldAt]);
    if (!rules.ok) return { free, refusal: rules.refusal };
    const rows = rowsOf(rules.value, ticket.sold, 'change');
    if (!rows.ok) return { free, refusal: rows.refusal };
    if (!rows.value) return { free, refusal: refuse('change.notAllowed', {}, 'ticketNumber') };
    const times = ticket.sold.changedTimes;
    return times >= (rows.value.times ?? 0)
      ? { free, refusal: refuse('change.onceOnly', { times }, 'ticketNumber') }
      : { free };
  }

  function reissueOf(ticket: KnownTicket, nowMs: number): AfterSaleTicket['reissue'] {
    const rules = context.fees.rules([ticket.sold.soldAt]);
    const alone = rules.ok ? rules.value.settings.reissuesAlone.value : 0;
    const needsSecond = ticket.sold.reissuedTimes >= alone;
    const refusal =
      obstacleOf(ticket.sold) ??
      (nowMs >= gateClosesAt(context, facts, ticket)
        ? refuse('reissue.gateClosed', {}, 'ticketNumber')
        : undefined);
    return { needsSecond, ...(refusal ? { refusal } : {}) };
  }

  function reprintOf(ticket: KnownTicket, copies: number): { refusal?: Refusal } {
    if (!ticket.own)
      return { refusal: refuse('tickets.otherWindow', { window: ticket.window.slice(-2) }, 'ticketNumber') };
    const decided = decideReprint(ticket.sold, { copies, reason: '-' });
    const refusal = decided.ok ? sheetInTheWay(ledger.printOf(ticket.ticketNumber)) : decided.refusal;
    return refusal ? { refusal } : {};
  }

  function voidOf(ticket: KnownTicket, nowMs: number): AfterSaleTicket['void'] {
    const shiftId = ledger.openShift()?.shiftId ?? '';
    const command = { shiftId, checkInOpensAt: checkInOpensAt(context, ticket), reason: '-' };
    const decided = decideVoid(ticket.sold, command, nowMs);
    const backFen = ticket.sold.fareFen as Fen;
    return decided.ok ? { backFen } : { backFen, refusal: decided.refusal };
  }

  function shownOf(ticket: KnownTicket) {
    if (ticket.told) return ticket.told;
    const found = ticket.here ? picture.ticket(ticket.ticketNumber) : undefined;
    return found && parts.tickets.shown(found);
  }

  function view(ticket: KnownTicket): AfterSaleTicket {
    const { sold, ticketNumber } = ticket;
    const { departure } = sold;
    const nowMs = runtime.clock.nowMs();
    const known = facts.departureOf(departure.departureId);
    const copies = ledger.copies(ticketNumber);
    const shown = shownOf(ticket);
    return {
      ticketNumber,
      departureId: departure.departureId as DepartureId,
      date: departure.date as BusinessDate,
      departLocal: localTimeOf(departure.departAt),
      lineName: known?.line.name ?? departure.lineId,
      toName: known?.toName ?? '',
      ...(ticket.sale.body.toStop ? { toStop: ticket.sale.body.toStop } : {}),
      subject: sold.subject,
      ticketClass: sold.ticketClass,
      className: classWords(context.timetable(), ticket.sale.body),
      fareFen: sold.fareFen as Fen,
      seatNumber: sold.seatNumber,
      holderName: shown?.name ?? null,
      masked: shown?.masked ?? null,
      soldAt: sold.soldAt,
      window: ticket.window.slice(-2),
      state:
        sold.state === 'voided'
          ? 'void'
          : sold.state === 'sold' && ticket.refundPending
            ? 'refundPending'
            : sold.state,
      replacedBy: (sold.replacedBy ?? null) as TicketNumber | null,
      replaces: ticket.sale.body.replaces?.ticketNumber ?? null,
      departureState: facts.rulesOf(departure.departureId).state,
      ...(facts.unheardOf([ticket]).size > 0 ? { unheard: true as const } : {}),
      party: facts.partyOf(ticket),
      copies,
      owedFen: ticket.owedFen as Fen,
      authority: authority.where(ticket),
      requestNumber: ledger.refundRequestOf(ticketNumber)?.requestNumber ?? null,
      refund: refundOf(ticket, nowMs),
      change: changeOf(ticket),
      void: voidOf(ticket, nowMs),
      reprint: reprintOf(ticket, copies),
      reissue: reissueOf(ticket, nowMs),
      noShow: parts.noShowOf(ticket),
    };
  }

  /** Cash of a ticket that another office ended is owed by the station: its host knows whether it was fetched. */
  const mayBeOwed = (ticket: KnownTicket): boolean =>
    (ticket.sold.state === 'refunded' || ticket.sold.state === 'replaced') &&
    authority.where(ticket) === 'host';

  /** What this office's books have, and what whoever else knows tells; its own word on an own ticket counts. */
  async function tickets(input: OfficeInput<'tickets.find'>): Promise<Outcome<KnownTicket[]>> {
    const found: KnownTicket[] = [];
    let ask: Parameters<TicketAuthority['ask']>[0] = {};
    if (input.holderRef !== undefined) {
      const holder = holders.find(input.holderRef, 'holderRef');
      if (!holder.ok) return holder;
      const { documentKind: kind, number, token } = holder.value;
      const held = picture.ticketsOfDocument(token, MOST_FOUND);
      found.push(...held.flatMap((ticket) => facts.knownFrom(ticket) ?? []));
      ask = { document: { kind, number } };
    } else {
      if (input.text === undefined || input.text === '') return refused('tickets.askWhat');
      const number = numberIn(input.text);
      if (!number.ok && number.refusal.code !== 'tickets.notFound') return number;
      const ticket = number.ok ? facts.local(number.value) : undefined;
      if (ticket && !mayBeOwed(ticket)) return accepted([ticket]);
      if (ticket) found.push(ticket);
      ask = { text: number.ok ? number.value : input.text };
    }
    const told = await authority.ask(ask);
    if (!told.ok && found.length === 0) return told;
    const more = told.ok ? told.value : [];
    const owed = new Map(more.map(({ ticketNumber, owedFen }) => [ticketNumber, owedFen]));
    return accepted([
      ...found.map((one) => ({ ...one, owedFen: owed.get(one.ticketNumber) ?? one.owedFen })),
      ...more.filter((one) => !found.some(({ ticketNumber }) => ticketNumber === one.ticketNumber)),
    ]);
  }

  function secondFrom(): Fen {
    const rules = context.fees.rules([]);
    return (rules.ok ? rules.value.settings.secondSignatureFromFen.value : 0) as Fen;
  }

  return {
    numberIn,
    /** What can still be acted on comes first. */
    async find(input: OfficeInput<'tickets.find'>): Promise<Outcome<OfficeOutput<'tickets.find'>>> {
      const found = await tickets(input);
      if (!found.ok) return found;
      if (found.value.length === 0)
        return refused('tickets.notFound', {}, input.text === undefined ? 'holderRef' : 'text');
      const seen = found.value.slice(0, MOST_FOUND).map((ticket) => view(ticket));
      const rank = ({ state, owedFen }: AfterSaleTicket): number =>
        state === 'sold' || state === 'refundPending' || owedFen > 0 ? 0 : 1;
      seen.sort((a, b) => rank(a) - rank(b) || a.departureId.localeCompare(b.departureId));
      return accepted({ tickets: seen, secondFromFen: secondFrom() });
    },
  };
}

/** When a lost ticket can no longer be issued again (ticketing rules 1.4). */
export function gateClosesAt(context: DeskContext, facts: TicketFacts, { sold }: KnownTicket): number {
  const { departureId, departAt } = sold.departure;
  const departure = facts.departureOf(departureId);
  const closed = context.ledger.picture.gates(departureId).filter(({ state }) => state === 'closed');
  return Math.min(departAt - (departure?.gateCloseMin ?? 0) * MINUTE_MS, ...closed.map(({ atMs }) => atMs));
}
