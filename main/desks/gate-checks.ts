import { evidenceSchema, type Evidence } from '../../contract/contingency.ts';
import { decodeTicketQr, type TicketQrPayload } from '../../contract/encoding/ticket-qr.ts';
import type { BoardingMethod } from '../../contract/entries/gate.ts';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { DepartureId, TicketNumber } from '../../contract/ids.ts';
import type { GateDeparture, GateVerdict, GateView } from '../../contract/office.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { obstacleToBoarding } from '../../domain/contingency/obey.ts';
import { decideBoarding, ticketMeant, type Verdict } from '../../domain/boarding.ts';
import { saleWindow } from '../../domain/order-check.ts';
import { windowLabel } from '../../domain/print-text.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PictureCounts, PictureGate, PictureTicket } from '../ledger/types.ts';
import type { GateLink } from '../station/gate-link.ts';
import type { DeskContext } from './context.ts';
import { byName, easedMethod, easedView, evidenceLeft, type Easing } from './gate-eased.ts';
import { createGateNext } from './gate-next.ts';
import {
  aboardOf,
  boardingTicket,
  boardingTicketHere,
  gateCounts,
  type GateTickets,
} from './gate-tickets.ts';
import { queueOf } from './release.ts';
import { verifyTicketSeal } from './ticket-seal.ts';

const MINUTE_MS = 60_000;
/** Tickets of one document that are looked at: one a departure, and nobody holds more. */
const MOST_OF_A_DOCUMENT = 30;
/** Where `station.json` does not say: no published rule was found, ports differ (mark D). */
const BOARD_UNTIL_MIN = 30;
const LATE_FROM_MIN = 10;
/** As the training office has it. */
const TRAINING_STATION_CODE = '0000';

/** Somebody at the gate: what was shown, and what was found by it. */
export interface Shown {
  method: BoardingMethod;
  ticket: PictureTicket | undefined;
  document: GateVerdict['document'];
  /** No document was read: by the list, or before the check. */
  easing?: Easing;
  /** Instead of the rules' own word, where it is known already why not. */
  refusal?: Refusal;
  /** The number is one of training mode. */
  isTraining?: boolean;
}

/** What the gate looks at: departures, the rules' word on what was shown, what is written and told of it. */
export function createGateChecks(
  context: DeskContext,
  tickets: GateTickets,
  publicKeyOf: (keyId: string) => string | undefined,
  link: Pick<GateLink, 'state'>,
  newestList: (gates: readonly PictureGate[]) => EntryBody<'manifest.frozen'> | null,
) {
  const { config, ledger, runtime, vault } = context;
  const { picture } = ledger;
  const ownGate = config.gate?.name ?? windowLabel(config.window);
  const boardUntilMin = config.gate?.boardUntilMin ?? BOARD_UNTIL_MIN;
  const lateFromMin = config.gate?.lateFromMin ?? LATE_FROM_MIN;
  const next = createGateNext(context, boardUntilMin, ownGate);

  function departureOf(departureId: DepartureId): Outcome<Departure> {
    const departure = context.timetable()?.departure(departureId);
    if (!departure || departure.line.fromPlaceId !== config.station.id)
      return refused('departure.unknown', { departureId }, 'departureId');
    return accepted(departure);
  }

  const ownGateOf = (gates: readonly PictureGate[]): PictureGate | undefined => gates.find(({ own }) => own);

  /** This gate has closed while another was open, and nobody has frozen the list since. */
  function listWaits(gates: readonly PictureGate[]): boolean {
    const gate = ownGateOf(gates);
    return gate?.state === 'closed' && !gates.some(({ frozenAtMs }) => (frozenAtMs ?? 0) >= gate.atMs);
  }

  function stateOf(gates: readonly PictureGate[]): GateDeparture['state'] {
    if (gates.some(({ reconciled, state }) => reconciled && state === 'closed')) return 'reconciled';
    const gate = ownGateOf(gates) ?? gates.find(({ state }) => state === 'open') ?? gates[0];
    return gate?.state ?? 'none';
  }

  function departureView(
    departure: Departure,
    counts: PictureCounts | undefined,
    nowMs: number,
  ): GateDeparture {
    const gates = picture.gates(departure.departureId);
    return {
      departureId: departure.departureId,
      date: departure.date,
      departLocal: departure.departLocal,
      departAt: departure.departAt,
      lineName: departure.line.name,
      toName: departure.toName,
      vesselName: departure.vesselName,
      mode: departure.line.mode,
      state: stateOf(gates),
      gate: (ownGateOf(gates) ?? gates[0])?.gate ?? null,
      selling: isSelling(departure, nowMs),
      stopOfSaleAt: stopOfSaleAt(departure),
      lateFrom: departure.departAt - lateFromMin * MINUTE_MS,
      counts: gateCounts(counts, departure.capacity),
    };
  }

  /** Whether it can still be sold, so that its list cannot be frozen. */
  function isSelling(departure: Departure, nowMs: number): boolean {
    const timetable = context.timetable();
    const sale = timetable && saleWindow(timetable, departure, businessDateOf(nowMs), nowMs);
    return (
      (sale === 'onSale' || sale === 'notOnSaleYet') &&
      picture.saleEndedBy(departure.departureId) === null &&
      context.departures.leftAt(departure.departureId) === null
    );
  }

  const stopOfSaleAt = (departure: Departure): number =>
    departure.departAt - (context.timetable()?.settings.stopOfSaleMin.value ?? 0) * MINUTE_MS;

  function view(departure: Departure): GateView {
    const { departureId } = departure;
    const gates = picture.gates(departureId);
    const manifest = newestList(gates);
    const reconciled = gates.find((gate) => gate.reconciled)?.reconciled ?? null;
    const counts = picture.counts([departureId]).get(departureId);
    const { boarded = 0, vehiclesBoarded = 0 } = counts ?? {};
    return {
      departure: departureView(departure, counts, runtime.clock.nowMs()),
      others: gates
        .filter(({ own }) => !own)
        .map(({ gate, window, state }) => ({ gate, window: window.slice(-2), state })),
      listWaits: listWaits(gates),
      listStale:
        manifest !== null &&
        (manifest.counts.heads !== boarded || manifest.counts.vehicles !== vehiclesBoarded),
      picture: link.state(),
      manifest: manifest && {
        version: manifest.version,
        hash: manifest.hash,
        counts: manifest.counts,
        missing: manifest.missing,
      },
      reconciled: reconciled && {
        counted: reconciled.counted,
        boarded: reconciled.boarded,
        difference: reconciled.difference,
        reason: reconciled.reason ?? null,
        clerkNumber: reconciled.clerkNumber,
      },
      ...queueOf(context, departure, next),
      ...easedView(context, departure),
      conflicts: picture.conflicts(departureId).map((ticket) => tickets.view(ticket)),
    };
  }

  function viewOf(departureId: DepartureId): GateView {
    const departure = departureOf(departureId);
    if (!departure.ok) throw new Error('a gate of a departure that is not in the timetable');
    return view(departure.value);
  }

  /** The rules' word on what was shown. `opens`: the gate that would open here with it. */
  function judge(departure: Departure, shown: Shown, nowMs: number, opens: string | null = null): Verdict {
    if (shown.refusal) return { admit: false, refusal: shown.refusal };
    const { departureId } = departure;
    const { ticket } = shown;
    const gate = ownGateOf(picture.gates(departureId));
    const counts = picture.counts([departureId]).get(departureId);
    const other = ticket && ticket.departureId !== departureId ? picture.gates(ticket.departureId) : [];
    const elsewhere = other.find(({ state }) => state === 'open');
    let adult = ticket?.more.withTicket === undefined ? undefined : picture.ticket(ticket.more.withTicket);
    // A lost ticket of the adult's was issued again for the same departure.
    for (let times = 0; adult?.replacedBy && times < 9; times += 1) {
      const next = picture.ticket(adult.replacedBy);
      if (next?.departureId !== adult.departureId) break;
      adult = next;
    }
    const children = ticket ? picture.ticketsWith(ticket.ticketNumber, ticket.departureId) : [];
    const stop = ticket?.more.toStop;
    // What is ordered for the place where its holder gets off holds for it too.
    const rules = context.rules(
      stop ? { ...departure, toStop: { ...stop, minutesFromStart: 0 } } : departure,
    );
    const through = context.departures.releases(departure.line.id, departure.date).throughQueueNumber;
    const held = gateCounts(counts, departure.capacity);
    const verdict = decideBoarding(
      {
        gate: {
          gate: opens ?? gate?.gate ?? ownGate,
          departureId,
          departAtMs: departure.departAt,
          mode: departure.line.mode,
          capacity: departure.capacity,
          state: opens === null ? (gate?.state ?? 'none') : 'open',
          aboard: counts ? aboardOf(counts, departure.line.mode) : { heads: 0, free: 0 },
          freeChildQuota: departure.freeChildQuota,
          ...(rules.boarding.by === 'queue' ? { byQueue: { throughQueueNumber: through } } : {}),
          standbyRoom: isSelling(departure, nowMs) ? 0 : departure.capacity - held.boarded - held.missing,
          elsewhere: new Map(elsewhere ? [[elsewhere.departureId, elsewhere.gate]] : []),
        },
        ticket: ticket && boardingTicketHere(context, ticket),
        children: children
          .filter(({ state, boardings }) => state === 'sold' && boardings.length === 0)
          .map((child) => boardingTicketHere(context, child)),
        adultAboard: (adult?.boardings.length ?? 0) > 0,
        ...(shown.isTraining === true ? { isTraining: true } : {}),
        settings: { boardUntilMin },
      },
      nowMs,
    );
    if (!verdict.admit) return verdict;
    // A full check leaves whatever a plan asks for; the licence was counted above.
    const refusal = obstacleToBoarding(rules, {
      aboard: 0,
      heads: 0,
      check: shown.easing?.check ?? 'full',
      evidence: evidenceOf(shown, verdict.tickets) ?? evidenceSchema.options,
    });
    return refusal ? { admit: false, refusal } : verdict;
  }

  /** What this boarding leaves behind in place of a full check; undefined with a full one. */
  function evidenceOf(
    { easing, method }: Shown,
    boarding: readonly { ticketNumber: TicketNumber }[],
  ): [Evidence, ...Evidence[]] | undefined {
    if (!easing || (method !== 'list' && method !== 'deferred')) return undefined;
    const hasNames = boarding.every(({ ticketNumber }) => {
      const ticket = picture.ticket(ticketNumber);
      return ticket !== undefined && tickets.shown(ticket) !== undefined;
    });
    return evidenceLeft(easing, method, hasNames);
  }

  /** What to write of a verdict: whoever goes aboard, before them the gate that opens for it, or that somebody did not. */
  function entriesOf(
    departureId: DepartureId,
    shown: Shown,
    verdict: Verdict,
    isApart: boolean,
    opening: { gate: string | null; clerkNumber: string } = { gate: null, clerkNumber: '' },
  ): NewEntry[] {
    const gate = opening.gate ?? ownGateOf(picture.gates(departureId))?.gate ?? ownGate;
    const { method } = shown;
    if (verdict.admit && opening.gate !== null) {
      const opened = { departureId, gate, clerkNumber: opening.clerkNumber };
      return [
        { kind: 'gate.opened', body: opened },
        ...boardedEntries(departureId, gate, shown, verdict, isApart),
      ];
    }
    if (verdict.admit) return boardedEntries(departureId, gate, shown, verdict, isApart);
    const reason = verdict.refusal.code;
    const ticketNumber = shown.ticket?.ticketNumber ?? null;
    return [{ kind: 'boarding.refused', body: { departureId, gate, method, reason, ticketNumber } }];
  }

  function boardedEntries(
    departureId: DepartureId,
    gate: string,
    shown: Shown,
    verdict: Extract<Verdict, { admit: true }>,
    isApart: boolean,
  ): NewEntry[] {
    const { method } = shown;
    const evidence = evidenceOf(shown, verdict.tickets);
    return verdict.tickets.flatMap(({ ticketNumber }): NewEntry[] => {
      const body = {
        ticketNumber,
        departureId,
        gate,
        method,
        ...(isApart ? { apart: true as const } : {}),
        ...(evidence ? { evidence } : {}),
      };
      const boarded: NewEntry = { kind: 'ticket.boarded', body };
      if (!picture.ticket(ticketNumber)?.takenBackElsewhere) return [boarded];
      // Another office took back what this one had boarded: this one's own row ends before the new one begins.
      const reason = '其他检票口已撤销';
      return [{ kind: 'ticket.unboarded', body: { ticketNumber, departureId, gate, reason } }, boarded];
    });
  }

  /** What a page is told, after it was written. */
  function told(
    departure: Departure,
    shown: Shown,
    verdict: Verdict,
    atMs: number,
    isApart: boolean,
  ): GateVerdict {
    const { departureId } = departure;
    const found = shown.ticket && picture.ticket(shown.ticket.ticketNumber);
    return {
      at: atMs,
      departureId,
      gate: ownGateOf(picture.gates(departureId))?.gate ?? ownGate,
      method: shown.method,
      admit: verdict.admit,
      apart: isApart,
      ...(verdict.admit ? {} : { refusal: verdict.refusal }),
      ticket: found ? tickets.view(found) : null,
      document: shown.document,
      children: verdict.admit
        ? verdict.tickets.slice(1).flatMap(({ ticketNumber }) => {
            const child = picture.ticket(ticketNumber);
            return child ? [tickets.view(child)] : [];
          })
        : [],
      counts: gateCounts(picture.counts([departureId]).get(departureId), departure.capacity),
    };
  }

  function byDocument(token: Uint8Array, document: GateVerdict['document']) {
    return (departureIds: readonly DepartureId[]): Shown => {
      const held = picture.ticketsOfDocument(token, MOST_OF_A_DOCUMENT);
      const nowMs = runtime.clock.nowMs();
      const here = departureIds.find((id) => held.some(({ departureId }) => departureId === id));
      const ticket = ticketMeant(held.map(withAboard), here ?? departureIds[0] ?? '', nowMs)?.ticket;
      return {
        method: 'document',
        ticket,
        document,
        ...(ticket ? {} : { refusal: refuse('boarding.documentWithoutTicket') }),
      };
    };
  }

  /** Numbers of training mode begin with a station code that no station has. */
  const isTraining = (number: string): boolean =>
    number.startsWith(TRAINING_STATION_CODE) && config.station.code !== TRAINING_STATION_CODE;

  /** A code whose seal was checked. The picture has to agree with what it says. */
  function byCode({ n, d, c }: Pick<TicketQrPayload, 'n' | 'd' | 'c'>): Shown {
    const ticket = picture.ticket(n);
    const agrees = ticket?.departureId === d && ticket.ticketClass === c;
    return { method: 'qr', ticket: agrees ? ticket : undefined, document: null, isTraining: isTraining(n) };
  }

  /** Somebody of the list, or let aboard before the check: a number, its last digits, or a name of this departure. */
  function byList(text: string, departure: Departure, easing: Easing): Outcome<Shown> {
    const method = easedMethod(context.rules(departure), easing);
    if (!/^\d+$/.test(text) && !text.startsWith('SO')) {
      const found = byName(context, tickets, departure.departureId, text);
      return found.ok ? accepted({ method, ticket: found.value, document: null, easing }) : found;
    }
    const found = byText(text, departure);
    return found.ok ? accepted({ ...found.value, method, easing }) : found;
  }

  /** A ticket code, a whole number, or its last digits among today's departures. */
  function byText(text: string, departure: Departure): Outcome<Shown> {
    if (text.startsWith('SO')) {
      const decoded = decodeTicketQr(text, (keyId, bytes, signature) =>
        verifyTicketSeal(keyId, bytes, signature, vault, publicKeyOf),
      );
      if (decoded.ok) return accepted(byCode(decoded.payload));
      return accepted({
        method: 'qr',
        ticket: undefined,
        document: null,
        refusal: refuse('scanner.ticketQr'),
      });
    }
    if (!/^\d{4,20}$/.test(text)) return refused('boarding.digits', {}, 'text');
    const shownBy = (ticket: PictureTicket | undefined): Shown => ({
      method: 'typed',
      ticket,
      document: null,
    });
    if (text.length === 20)
      return accepted({ ...shownBy(picture.ticket(text)), isTraining: isTraining(text) });
    const here = picture.ticketsEnding(text, [departure.departureId], 3);
    const found = here.length > 0 ? here : picture.ticketsEnding(text, todays(departure), 3);
    if (found.length > 1)
      return refused('boarding.ambiguous', { suffix: text, count: found.length === 3 ? '多' : 2 }, 'text');
    return accepted(shownBy(found[0]));
  }

  const todays = (departure: Departure): string[] =>
    (context.timetable()?.departuresOn(departure.date) ?? []).map(({ departureId }) => departureId);

  return {
    next,
    ownGate,
    boardUntilMin,
    departureOf,
    ownGateOf,
    listWaits,
    stateOf,
    departureView,
    view,
    viewOf,
    judge,
    entriesOf,
    told,
    byDocument,
    byCode,
    byText,
    byList,
  };
}

export type GateChecks = ReturnType<typeof createGateChecks>;

/** As the choice among several tickets needs it, with the ticket itself. */
const withAboard = (ticket: PictureTicket) => ({ ...boardingTicket(ticket), ticket });
