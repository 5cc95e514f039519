import type { NewEntry } from '../../contract/entries.ts';
import type { CommandId, DepartureId } from '../../contract/ids.ts';
import type {
  GateTicket,
  GateVerdict,
  GateView,
  HolderView,
  OfficeInput,
  OfficeOutput,
  ScannerCode,
} from '../../contract/office.ts';
import { permissions } from '../../contract/permissions.ts';
import { accepted, refuse, refused, type Outcome } from '../../contract/refusals.ts';
import type { Verdict } from '../../domain/boarding.ts';
import { decideReconciliation, obstacleToClosing } from '../../domain/manifest.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import { LedgerWriteError } from '../ledger/types.ts';
import type { Caller, DeskContext, Mutation } from './context.ts';
import { bodyOf } from './body-of.ts';
import { createGateChecks, type Shown } from './gate-checks.ts';
import { createCheckDesk } from './gate-eased.ts';
import { boardingTicket, isUnchecked, type GateTickets } from './gate-tickets.ts';
import { createGateLive } from './gate-live.ts';
import { createGatePlaces, gateFor, type Placed } from './gate-places.ts';
import type { GateLink } from '../station/gate-link.ts';
import type { Manifests } from './manifests.ts';
import { createReleaseDesk } from './release.ts';
import { writeOfficeEntries } from './journal.ts';

const MINUTE_MS = 60_000;
/** Departures shown at the gate: those that left so long ago may still wait for their head count. */
const SHOWN_BEFORE_MS = 3 * 60 * MINUTE_MS;
const SHOWN_AFTER_MS = 12 * 60 * MINUTE_MS;
const SHOWN_TOMORROW_MS = 3 * 60 * MINUTE_MS;
const MOST_DEPARTURES = 60;
/** Verdicts of commands, for a page that asks again. */
const MOST_REMEMBERED = 50;
/** A gate's journal is at the host, and what is new there at the other gates, within a fraction of a second. */
const BRING_STEP_MS = 100;
const BRING_TRIES = 8;

/**
 * The gate: documents and codes are checked the moment they come, against the departure at which somebody stands. What is
 * let aboard is durable before it is shown.
 */
export function createGateDesk(
  context: DeskContext,
  tickets: GateTickets,
  manifests: Manifests,
  parts: {
    link: GateLink;
    /** A page of this session hears events. */
    listens: (session: string) => boolean;
    /** base64url of another window's raw public key, by its key id, where the station knows it. */
    publicKeyOf: (keyId: string) => string | undefined;
  },
) {
  const { config, holders, ledger, runtime, sessions } = context;
  const { picture } = ledger;
  const checks = createGateChecks(context, tickets, parts.publicKeyOf, parts.link, manifests.newest);
  const live = createGateLive(context, checks, parts.link);
  const { judgedAt, askedAt } = createGatePlaces(checks, live, runtime.clock);
  const { ownGate, boardUntilMin, departureOf, ownGateOf, stateOf, departureView, view, viewOf } = checks;
  const { entriesOf, told, byDocument, byCode, byText, byList } = checks;
  /** Which departure the page of a session stands at. */
  const attending = new Map<string, DepartureId>();
  const remembered = new Map<string, GateVerdict>();

  /** Departures at which pages of this office stand now, with who stands there. */
  function attended(): { departureId: DepartureId; actor: string }[] {
    const standing = new Map<DepartureId, string>();
    for (const [session, departureId] of attending) {
      const person = sessions.person(session);
      if (!person || !parts.listens(session) || !sessions.may(session, permissions['gate.attend']))
        attending.delete(session);
      else standing.set(departureId, person.number);
    }
    return [...standing].map(([departureId, actor]) => ({ departureId, actor }));
  }

  /** Something was laid or scanned: judged, written, told. False when nobody stands at a gate. */
  function heard(find: (departureIds: readonly DepartureId[]) => Shown): boolean {
    const standing = attended();
    if (standing.length === 0) return false;
    const shown = find(standing.map(({ departureId }) => departureId));
    const at = gateFor(standing, shown.ticket);
    const departure = at && departureOf(at.departureId);
    if (!at || !departure?.ok) return false;
    if (!live.isAsking) {
      admit(departure.value, judgedAt(departure.value, shown), at.actor);
      return true;
    }
    void askedAt(departure.value, () => find([at.departureId]))
      .then((decided) => admit(departure.value, decided, at.actor))
      .catch((error: unknown) => {
        // Nobody stands before a gate that says nothing.
        const incident = runtime.random.id().slice(0, 8).toUpperCase();
        const problem = error instanceof Error ? error.stack : String(error);
        runtime.log.error({ incident, problem }, 'a check at the gate failed');
        const isDisk = error instanceof LedgerWriteError;
        const refusal = isDisk ? refuse('disk.failed') : refuse('defect', { incident });
        const nowMs = runtime.clock.nowMs();
        context.emit('gate.verdict', told(departure.value, shown, { admit: false, refusal }, nowMs, false));
      });
    return true;
  }

  /** Written, then told. */
  function admit(standing: Departure, placed: Placed, actor: string): void {
    const { shown, verdict: decided, isApart, place } = placed;
    const nowMs = runtime.clock.nowMs();
    const { departure } = place;
    const { departureId } = departure;
    let verdict = decided;
    try {
      const opening = { gate: place.opens, clerkNumber: actor };
      writeOfficeEntries(context, entriesOf(departureId, shown, verdict, isApart, opening), actor);
    } catch (error) {
      if (!(error instanceof LedgerWriteError)) throw error;
      // What could not be written was not let aboard.
      runtime.log.error({ code: error.message }, 'disk failed at the gate');
      verdict = { admit: false, refusal: refuse('disk.failed') };
    }
    const passedFrom = departure === standing ? {} : { passedFrom: standing.departureId };
    context.emit('gate.verdict', { ...told(departure, shown, verdict, nowMs, isApart), ...passedFrom });
    changed(departureId);
  }

  function changed(departureId: DepartureId): void {
    context.emit('gate.changed', { departureId });
    context.changed();
  }

  function remember(commandId: CommandId, verdict: GateVerdict): void {
    remembered.set(commandId, verdict);
    const oldest = remembered.keys().next().value;
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  const open: Mutation<OfficeInput<'gate.open'>, GateView> = {
    decide({ departureId, gate = ownGate }, caller, nowMs) {
      parts.link.follow();
      const denied = parts.link.denied();
      if (denied) return { ok: false, refusal: denied };
      const departure = departureOf(departureId);
      if (!departure.ok) return departure;
      const gates = picture.gates(departureId);
      if (gates.some(({ reconciled }) => reconciled)) return refused('gate.reconciled');
      const own = ownGateOf(gates);
      if (own?.state === 'open') return refused('gate.openAlready', { gate: own.gate });
      if (nowMs >= departure.value.departAt + boardUntilMin * MINUTE_MS)
        return refused('gate.left', { time: departure.value.departLocal }, 'departureId');
      const clerkNumber = caller.person?.number ?? '';
      return accepted({
        entries: [{ kind: 'gate.opened' as const, body: { departureId, gate, clerkNumber } }],
      });
    },
    answer: (entries) => viewOf(bodyOf(entries, 'gate.opened').departureId),
  };

  /** What the gate clerk typed or picked: checked in full, or as a plan lets it. */
  function presented(
    { text, check, signed }: OfficeInput<'gate.present'>,
    departure: Departure,
  ): Outcome<Shown> {
    if (check === undefined) return byText(text, departure);
    return byList(text, departure, { check, signed: signed === true });
  }

  /** Asks the station's host first, where there is one. */
  async function askFirst(input: OfficeInput<'gate.present'>): Promise<Outcome<Placed>> {
    const { departureId } = input;
    const departure = departureOf(departureId);
    if (!departure.ok) return departure;
    // What was typed may be a number of which the office hears only now.
    let shown = presented(input, departure.value);
    if (!shown.ok && (await parts.link.pull())) shown = presented(input, departure.value);
    if (!shown.ok) return shown;
    let last = shown.value;
    const decided = await askedAt(departure.value, () => {
      const now = presented(input, departure.value);
      if (now.ok) last = now.value;
      return last;
    });
    return accepted(decided);
  }

  const present: Mutation<OfficeInput<'gate.present'>, GateVerdict, Placed> = {
    ...(live.isAsking ? { prepare: askFirst } : {}),
    decide(input, caller, nowMs, commandId, prepared) {
      const standing = departureOf(input.departureId);
      if (!standing.ok) return standing;
      const found = prepared ? accepted(prepared.shown) : presented(input, standing.value);
      if (!found.ok) return found;
      const placed = prepared ?? judgedAt(standing.value, found.value);
      const { shown, verdict, isApart, place } = placed;
      if (!verdict.admit) remember(commandId, told(place.departure, shown, verdict, nowMs, isApart));
      const opening = { gate: place.opens, clerkNumber: caller.person?.number ?? '' };
      return accepted({
        entries: entriesOf(place.departure.departureId, shown, verdict, isApart, opening),
      });
    },
    answer(entries, commandId) {
      const first = entries.find(({ kind }) => kind !== 'ticket.unboarded' && kind !== 'gate.opened');
      if (first?.kind !== 'ticket.boarded' && first?.kind !== 'boarding.refused')
        throw new Error('a check at the gate without its entry');
      const { departureId, method } = first.body;
      const isApart = 'apart' in first.body && first.body.apart === true;
      const departure = departureOf(departureId);
      if (!departure.ok) throw new Error('a gate of a departure that is not in the timetable');
      const ticket = first.body.ticketNumber === null ? undefined : picture.ticket(first.body.ticketNumber);
      const shown: Shown = { method, ticket, document: null };
      const known = remembered.get(commandId);
      const verdict: Verdict =
        first.kind === 'ticket.boarded'
          ? {
              admit: true,
              tickets: entries.flatMap((entry) => {
                const one = entry.kind === 'ticket.boarded' && picture.ticket(entry.body.ticketNumber);
                return one ? [boardingTicket(one)] : [];
              }),
            }
          : { admit: false, refusal: known?.refusal ?? refuse('boarding.refusedEarlier') };
      return told(departure.value, shown, verdict, first.at, known?.apart ?? isApart);
    },
  };

  /** A boarding at another office that the host told of may be on its way: it is waited for a moment. */
  async function bringBoarding({ ticketNumber }: OfficeInput<'gate.unboard'>): Promise<Outcome<null>> {
    const isAboard = (): boolean =>
      picture.ticket(ticketNumber)?.boardings.some(({ seq }) => seq !== null) ?? false;
    for (let tries = 0; tries < BRING_TRIES && !isAboard() && (await parts.link.pull()); tries += 1) {
      if (isAboard()) break;
      await new Promise<void>((resolve) => void runtime.timers.setTimeout(resolve, BRING_STEP_MS));
    }
    return accepted(null);
  }

  const unboard: Mutation<OfficeInput<'gate.unboard'>, GateTicket, null> = {
    ...(live.isAsking ? { prepare: bringBoarding } : {}),
    decide({ departureId, ticketNumber, reason, window }) {
      const ticket = picture.ticket(ticketNumber);
      if (!ticket) return refused('boarding.unknown', {}, 'ticketNumber');
      if (stateOf(picture.gates(departureId)) === 'reconciled') return refused('gate.reconciled');
      const { boardings } = ticket;
      if (boardings.length === 0) return refused('boarding.notAboard', {}, 'ticketNumber');
      const chosen =
        window === undefined
          ? (boardings.find(({ own }) => own) ?? boardings[0])
          : boardings.find((one) => one.window === window);
      if (!chosen) return refused('boarding.notAboard', {}, 'window');
      if (chosen.departureId !== departureId) return refused('gate.otherDeparture', {}, 'departureId');
      // The host said yes to that gate and has not heard more: it alone knows whether somebody went aboard.
      if (chosen.seq === null) return refused('boarding.otherOffice', { gate: chosen.gate }, 'ticketNumber');
      const { gate, own, ledgerId, seq } = chosen;
      const of = own ? {} : { of: { window: chosen.window, ledgerId, seq } };
      return accepted({
        entries: [
          { kind: 'ticket.unboarded' as const, body: { ticketNumber, departureId, gate, reason, ...of } },
        ],
      });
    },
    answer(entries) {
      const { departureId, ticketNumber } = bodyOf(entries, 'ticket.unboarded');
      const ticket = picture.ticket(ticketNumber);
      if (!ticket) throw new Error('a boarding taken back without its ticket');
      context.emit('gate.changed', { departureId });
      void parts.link.flush();
      return tickets.view(ticket);
    },
  };

  const stopSale: Mutation<OfficeInput<'gate.stopSale'>, GateView> = {
    decide({ departureId }, caller, nowMs) {
      const departure = departureOf(departureId);
      if (!departure.ok) return departure;
      if (!departureView(departure.value, undefined, nowMs).selling) return refused('gate.notSelling');
      const clerkNumber = caller.person?.number ?? '';
      const stopped: NewEntry = { kind: 'sale.stopped', body: { departureId, clerkNumber } };
      // The station's host gives no more seats of it, and asks for those that windows hold.
      const closed: NewEntry = { kind: 'departure.leasesClosed', body: { departureId } };
      return accepted({ entries: context.station.kind === 'host' ? [stopped, closed] : [stopped] });
    },
    answer(entries) {
      const { departureId } = bodyOf(entries, 'sale.stopped');
      context.station.departureClosed(departureId);
      // At a gate of another office the host hears of it with the journal, and tells the windows.
      void parts.link.flush();
      context.emit('gate.changed', { departureId });
      return viewOf(departureId);
    },
  };

  const close: Mutation<OfficeInput<'gate.close'>, GateView> = {
    decide({ departureId, withoutOthers }, caller, nowMs) {
      const departure = departureOf(departureId);
      if (!departure.ok) return departure;
      const gates = picture.gates(departureId);
      const gate = ownGateOf(gates);
      const others = gates.filter(({ own, state }) => !own && state === 'open').map((one) => one.gate);
      const frozen = manifests.newest(gates);
      const isLastStep = checks.listWaits(gates);
      const { selling, stopOfSaleAt: stopOfSaleAtMs } = departureView(departure.value, undefined, nowMs);
      const obstacle = obstacleToClosing(isLastStep ? 'open' : (gate?.state ?? 'none'), {
        isSelling: selling,
        stopOfSaleAtMs,
      });
      if (obstacle || !gate) return { ok: false, refusal: obstacle ?? refuse('gate.notOpen') };
      if (isLastStep && others.length > 0 && withoutOthers !== true)
        return refused('gate.othersOpen', { gates: others.join('、') });
      const clerkNumber = caller.person?.number ?? '';
      const closed: NewEntry = { kind: 'gate.closed', body: { departureId, gate: gate.gate, clerkNumber } };
      // The list is of everybody aboard, whichever gate let them in: whoever closes last freezes it.
      return accepted({
        entries:
          others.length > 0 && withoutOthers !== true
            ? [closed]
            : [closed, { kind: 'manifest.frozen' as const, body: manifests.freeze(departureId, frozen) }],
      });
    },
    answer(entries) {
      const { departureId } = bodyOf(entries, 'gate.closed');
      context.emit('gate.changed', { departureId });
      return viewOf(departureId);
    },
  };

  const reconcile: Mutation<OfficeInput<'gate.reconcile'>, GateView> = {
    decide({ departureId, counted, reason }, caller) {
      const gates = picture.gates(departureId);
      if (gates.some(({ reconciled }) => reconciled)) return refused('gate.reconciled');
      const isOpen = gates.some(({ state }) => state === 'open');
      const manifest = manifests.newest(gates);
      const body = decideReconciliation(manifest, isOpen ? 'open' : manifest ? 'closed' : 'none', {
        departureId,
        counted,
        ...(reason === undefined ? {} : { reason }),
        clerkNumber: caller.person?.number ?? '',
      });
      return body.ok
        ? accepted({ entries: [{ kind: 'sailing.reconciled' as const, body: body.value }] })
        : body;
    },
    answer(entries) {
      const { departureId } = bodyOf(entries, 'sailing.reconciled');
      context.emit('gate.changed', { departureId });
      return viewOf(departureId);
    },
  };

  /** A document was laid or scanned. True when it was the gate's. */
  function document(holder: HolderView): boolean {
    if (attended().length === 0) return false;
    const kept = holders.find(holder.holderRef, 'holderRef');
    if (!kept.ok) return false;
    const { token, name, masked } = kept.value;
    holders.drop([holder.holderRef]);
    return heard(byDocument(token, { name, masked }));
  }

  /** A code was scanned. True when it was the gate's. */
  function code(scanned: ScannerCode): boolean {
    if (attended().length === 0) return false;
    if (scanned.kind === 'mrz') return document(scanned.holder);
    if (scanned.kind === 'ticketQr')
      return heard(() => byCode({ n: scanned.ticketNumber, d: scanned.departureId, c: scanned.ticketClass }));
    if (scanned.kind === 'refused' && scanned.of === 'ticketQr')
      return heard(() => ({
        method: 'qr',
        ticket: undefined,
        document: null,
        refusal: scanned.refusal,
      }));
    return false;
  }

  return {
    open,
    present,
    unboard,
    stopSale,
    close,
    reconcile,
    release: createReleaseDesk(context, departureOf, viewOf, checks.next),
    ...createCheckDesk(context, tickets),

    departures(): Outcome<OfficeOutput<'gate.departures'>> {
      parts.link.follow();
      const timetable = context.timetable();
      if (!timetable) return refused('timetable.none');
      const nowMs = runtime.clock.nowMs();
      const today = businessDateOf(nowMs);
      // Midnight ends no departure: its gate is still to be closed and its heads counted, and those of the small hours are boarded.
      const near = [-1, 0, 1]
        .flatMap((days) => timetable.departuresOn(addDays(today, days)))
        .filter(
          ({ line, date, departAt }) =>
            line.fromPlaceId === config.station.id &&
            departAt >= nowMs - SHOWN_BEFORE_MS &&
            departAt <= nowMs + (date > today ? SHOWN_TOMORROW_MS : SHOWN_AFTER_MS),
        )
        .slice(0, MOST_DEPARTURES);
      const counts = picture.counts(near.map(({ departureId }) => departureId));
      return accepted({
        departures: near.map((departure) =>
          departureView(departure, counts.get(departure.departureId), nowMs),
        ),
      });
    },

    view({ departureId }: OfficeInput<'gate.view'>): Outcome<GateView> {
      parts.link.follow();
      const departure = departureOf(departureId);
      return departure.ok ? accepted(view(departure.value)) : departure;
    },

    attend({ departureId }: OfficeInput<'gate.attend'>, caller: Caller): Outcome<Record<string, never>> {
      if (departureId === null) {
        attending.delete(caller.session);
        return accepted({});
      }
      const departure = departureOf(departureId);
      if (!departure.ok) return departure;
      parts.link.follow();
      attending.set(caller.session, departureId);
      return accepted({});
    },

    passengers({
      departureId,
      which,
    }: OfficeInput<'gate.passengers'>): Outcome<OfficeOutput<'gate.passengers'>> {
      const departure = departureOf(departureId);
      if (!departure.ok) return departure;
      const chosen = picture.ticketsAt(departureId).filter((ticket) => {
        const { state, boardings } = ticket;
        const isAboard = boardings.length > 0;
        if (which === 'unchecked') return isUnchecked(context, ticket);
        if (which === 'aboard') return isAboard;
        return state === 'sold' && (which === 'all' || !isAboard);
      });
      return accepted({ tickets: chosen.map((ticket) => tickets.view(ticket)) });
    },

    document,
    code,
  };
}
