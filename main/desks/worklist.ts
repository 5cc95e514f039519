import type { Fen, DepartureId } from '../../contract/ids.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { OfficeInput, OfficeOutput, WorklistDeparture } from '../../contract/office.ts';
import { accepted, refused, yuan, type Outcome } from '../../contract/refusals.ts';
import { classWords } from '../../domain/fares.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { workListOf, type StoppedTicket } from '../../domain/contingency/work-list.ts';
import { nextBulkRefund } from '../../domain/refunds/refund.ts';
import { daysWithTickets } from '../../domain/settings.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { AppendEntry } from '../ledger/types.ts';
import type { AnswerEntry, Caller, DeskContext, Mutation } from './context.ts';
import type { GateTickets } from './gate-tickets.ts';
import type { TicketAuthority } from './ticket-authority.ts';
import type { TicketChanges } from './ticket-changes.ts';
import { endsForOthers } from './ticket-ends.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';
import { idFrom } from '../derived-id.ts';
import { emptyView, messageOf } from './worklist-words.ts';

/** Tickets of one durable write: a kill costs at most so many, and they are done again. */
const BATCH = 100;
/** Moves after which others are served. */
const MOVES_AT_ONCE = 10;
const MOST_ROWS = 1_000;
const MOST_LEFT = 200;
const SUBJECTS = ['passenger', 'vehicle'] as const;

type Done = EntryBody<'worklist.done'>;
/** What a run of a bulk command found out; its last entry says it. */
type Run = Pick<Done, 'tickets' | 'backFen' | 'left' | 'leftCount'>;

/** Tickets of departures that do not sail as sold, worked off one by one or in bulk. */
export function createWorklist(
  context: DeskContext,
  facts: TicketFacts,
  authority: TicketAuthority,
  changes: TicketChanges,
  tickets: GateTickets,
) {
  const { ledger, runtime } = context;
  const { picture } = ledger;

  const stopped = (ticket: KnownTicket): StoppedTicket => ({
    ticketNumber: ticket.ticketNumber,
    departure: ticket.sold.departure,
    subject: ticket.sold.subject,
    heads: ticket.sold.subject === 'vehicle' ? 0 : 1,
    soldAt: ticket.sale.body.replaces?.firstSoldAt ?? ticket.sold.soldAt,
    party: facts.partyKeyOf(ticket),
    state: ticket.sold.state,
    rights: facts.rightsOf(ticket),
  });

  /** Departures from yesterday on of which somebody may hold a ticket with a right. */
  function concerned(): Departure[] {
    const timetable = context.timetable();
    const today = businessDateOf(runtime.clock.nowMs());
    if (!timetable) return [];
    const near = Array.from({ length: daysWithTickets(timetable) + 1 }, (_, day) => addDays(today, day - 1))
      .flatMap((date) => timetable.departuresOn(date))
      .filter((departure) => {
        const rules = context.rules(departure);
        const leftAt = facts.leftAtOf(departure.departureId);
        const rides = [
          departure,
          ...timetable.stopsOf(departure).map((toStop) => ({ ...departure, toStop })),
        ];
        // Whoever bought before everything has every right that there is.
        return rides
          .map((ride) => factsOf(ride, leftAt))
          .some((ride) =>
            SUBJECTS.some((subject) => rules.rights({ departure: ride, soldAt: 0, subject }).refund !== null),
          );
      });
    const known = picture.withTickets(near.map(({ departureId }) => departureId));
    return near.filter(({ departureId }) => known.has(departureId));
  }

  function viewOf(departure: Departure): WorklistDeparture {
    const { departureId, date, departLocal, line } = departure;
    const known = facts.ofDeparture(departureId);
    const list = workListOf(known.map(stopped));
    const owed = known.filter(({ owedFen }) => owedFen > 0);
    return {
      departureId,
      date,
      departLocal,
      lineName: line.name,
      state: context.rules(departure).state,
      open: list.open.length,
      passengersOpen: list.passengersOpen,
      refunded: list.refunded,
      moved: known.filter(
        ({ sold, sale }) => sold.state === 'replaced' && wasMoved(sold.replacedBy, sale.body.departureId),
      ).length,
      noted: list.open.filter(({ ticketNumber }) => picture.contact(ticketNumber) !== undefined).length,
      owedTickets: owed.length,
      owedFen: owed.reduce((sum, { owedFen }) => sum + owedFen, 0) as Fen,
      unheard: facts.unheardOf(known).size,
    };
  }

  /** A lost ticket issued again has not moved. */
  const wasMoved = (replacedBy: string | null, departureId: string): boolean =>
    replacedBy === null || picture.ticket(replacedBy)?.departureId !== departureId;

  const isOnList = (view: WorklistDeparture): boolean =>
    view.open > 0 ||
    view.owedTickets > 0 ||
    facts.ofDeparture(view.departureId).some((ticket) => facts.rightsOf(ticket).refund);

  function list(): Outcome<OfficeOutput<'worklist.list'>> {
    const departures = concerned().map(viewOf).filter(isOnList);
    const sum = (name: 'open' | 'passengersOpen' | 'refunded' | 'moved'): number =>
      departures.reduce((total, departure) => total + departure[name], 0);
    return accepted({
      departures,
      open: sum('open'),
      passengersOpen: sum('passengersOpen'),
      refunded: sum('refunded'),
      moved: sum('moved'),
    });
  }

  /** Departures later than this one that may take its people, with the places left. */
  function targetsOf(departure: Departure, open: readonly StoppedTicket[]) {
    const timetable = context.timetable();
    const reach = open[0]?.rights.change?.to;
    if (!timetable || reach === undefined) return [];
    const nowMs = runtime.clock.nowMs();
    const dates = [0, 1, 2, 3].map((day) => addDays(departure.date, day));
    const near = dates
      .flatMap((date) => timetable.departuresOn(date))
      .filter(
        ({ departureId, line, departAt }) =>
          departureId !== departure.departureId &&
          line.fromPlaceId === departure.line.fromPlaceId &&
          departAt > nowMs &&
          (line.id === departure.line.id ||
            (reach === 'anyLine'
              ? line.toPlaceId === departure.line.toPlaceId
              : reach !== 'sameLine' && reach.includes(line.id))),
      );
    const held = ledger.heldByDeparture(near.map(({ departureId }) => departureId));
    return near.flatMap((target) => {
      const rules = context.rules(target);
      if (rules.sale.passengers === 'nothing') return [];
      const more = context.station.more(target);
      const inHand = held.get(target.departureId);
      const placesLeft = more
        ? more.seats + (inHand?.left ?? 0)
        : (inHand?.left ?? Math.min(target.seats, target.capacity));
      const { departureId, date, departLocal, line } = target;
      return [{ departureId, date, departLocal, lineName: line.name, state: rules.state, placesLeft }];
    });
  }

  function find(departureId: DepartureId): Outcome<Departure> {
    const departure = facts.departureOf(departureId);
    return departure ? accepted(departure) : refused('departure.unknown', { departureId }, 'departureId');
  }

  function departure(input: OfficeInput<'worklist.departure'>): Outcome<OfficeOutput<'worklist.departure'>> {
    const found = find(input.departureId);
    if (!found.ok) return found;
    const known = new Map(
      facts.ofDeparture(input.departureId).map((ticket) => [ticket.ticketNumber as string, ticket]),
    );
    const { open } = workListOf([...known.values()].map(stopped));
    const inParty = Map.groupBy(open, ({ party }) => party);
    const unheard = facts.unheardOf([...known.values()]);
    return accepted({
      departure: viewOf(found.value),
      rows: open.slice(0, MOST_ROWS).flatMap(({ ticketNumber, subject, heads, soldAt, party }) => {
        const ticket = known.get(ticketNumber);
        const pictured = ticket && picture.ticket(ticketNumber);
        if (!ticket || !pictured) return [];
        const shown = tickets.shown(pictured);
        const word = picture.contact(ticketNumber);
        return [
          {
            ticketNumber: ticket.ticketNumber,
            subject,
            heads,
            ...(ticket.sale.body.toStop ? { toStop: ticket.sale.body.toStop } : {}),
            className: classWords(context.timetable(), ticket.sale.body),
            fareFen: ticket.sold.fareFen as Fen,
            soldAt,
            holderName: shown?.name ?? null,
            masked: shown?.masked ?? null,
            window: ticket.window.slice(-2),
            party: (inParty.get(party)?.length ?? 0) > 1 ? party : null,
            unheard: unheard.has(ticketNumber),
            contact: word
              ? { contact: word.contact as EntryBody<'worklist.noted'>['contact'], at: word.atMs }
              : null,
          },
        ];
      }),
      targets: targetsOf(found.value, open),
    });
  }

  /** Lets others be served between two batches. */
  const breathe = (): Promise<void> => new Promise((resolve) => void runtime.timers.setTimeout(resolve, 0));

  /** One batch, durable. It changes nothing that a second run would do again: what is done is seen in the tickets. */
  function write(caller: Caller, method: string, entries: AppendEntry[]): void {
    const atMs = runtime.clock.nowMs();
    ledger.append({
      commandId: runtime.random.id(),
      method,
      bodyMac: null,
      actor: caller.person?.number ?? 'office',
      atMs,
      businessDate: businessDateOf(atMs),
      plans: context.plans(),
      entries,
    });
  }

  /** Those on the list that this office may act on, in the order in which they bought. */
  async function onList(
    input: Pick<OfficeInput<'worklist.refund'>, 'departureId' | 'ticketNumbers'>,
  ): Promise<Outcome<{ departure: Departure; open: KnownTicket[] }>> {
    const found = find(input.departureId);
    if (!found.ok) return found;
    const only = input.ticketNumbers && new Set<string>(input.ticketNumbers);
    const known = new Map(
      facts.ofDeparture(input.departureId).map((ticket) => [ticket.ticketNumber as string, ticket]),
    );
    const open = workListOf([...known.values()].map(stopped))
      .open.filter(({ ticketNumber }) => !only || only.has(ticketNumber))
      .flatMap(({ ticketNumber }) => known.get(ticketNumber) ?? []);
    return accepted({ departure: found.value, open });
  }

  const limitOf = (): number => {
    const rules = context.fees.rules([]);
    return rules.ok ? rules.value.settings.secondSignatureFromFen.value : 0;
  };

  const codeOf = (
    open: readonly { ticketNumber: string; code: string }[],
  ): Pick<Run, 'left' | 'leftCount'> => ({
    left: open.slice(0, MOST_LEFT) as Run['left'],
    leftCount: open.length,
  });

  /** What earlier runs of the same command did already. */
  const soFar = (batchId: string) => ledger.bulkSoFar(batchId);

  async function refundAll(
    input: OfficeInput<'worklist.refund'>,
    caller: Caller,
    batchId: string,
  ): Promise<Outcome<Run>> {
    const listed = await onList(input);
    if (!listed.ok) return listed;
    const countersignedBy = caller.countersignedBy ?? null;
    const total = listed.value.open.reduce((sum, { sold }) => sum + sold.fareFen, 0);
    const limit = limitOf();
    if (total >= limit && countersignedBy === null)
      return refused('afterSale.needsSecond', { limitYuan: yuan(limit) }, 'countersignedBy');
    const rules = context.fees.rules(listed.value.open.map(({ sold }) => sold.soldAt));
    if (!rules.ok) return rules;
    let rest = listed.value.open;
    const open: { ticketNumber: string; code: string }[] = [];
    while (rest.length > 0) {
      // As they are now: another page may have refunded some of them meanwhile.
      const batch = rest.slice(0, BATCH).flatMap(({ ticketNumber }) => facts.local(ticketNumber) ?? []);
      rest = rest.slice(BATCH);
      const mine = authority.mine(batch);
      open.push(...mine.others);
      const step = nextBulkRefund(
        rules.value,
        {
          tickets: mine.tickets.map((ticket) => ({
            ticket: ticket.sold,
            rights: facts.rightsOf(ticket),
            authority: { isOwn: true, permit: null },
          })),
          documentShown: false,
          countersignedBy,
          shiftId: null,
          batchId,
          most: BATCH,
        },
        runtime.clock.nowMs(),
      );
      if (!step.ok) return step;
      open.push(...step.value.open);
      const done = new Set(step.value.refunded);
      const ended = mine.tickets.filter(({ ticketNumber }) => done.has(ticketNumber));
      const others = endsForOthers(
        context,
        ended.map((ticket) => ({ ticket, state: 'refunded' as const, requestId: null })),
      );
      if (done.size > 0) write(caller, 'worklist.refund', [...step.value.entries, ...others]);
      if (rest.length > 0) await breathe();
    }
    return accepted({ ...soFar(batchId), ...codeOf(open) });
  }

  async function moveAll(
    input: OfficeInput<'worklist.move'>,
    caller: Caller,
    batchId: string,
  ): Promise<Outcome<Run>> {
    const listed = await onList(input);
    if (!listed.ok) return listed;
    const target = find(input.toDepartureId);
    if (!target.ok) return { ok: false, refusal: { ...target.refusal, field: 'toDepartureId' } };
    const standstill = context.standstill();
    if (standstill) return { ok: false, refusal: standstill };
    const countersignedBy = caller.countersignedBy ?? null;
    const clerkNumber = caller.person?.number ?? '';
    let written = 0;
    const parties = Map.groupBy(listed.value.open, facts.partyKeyOf);
    const open: { ticketNumber: string; code: string }[] = [];
    for (const party of parties.values()) {
      const left = (code: string): void => {
        for (const { ticketNumber } of party) open.push({ ticketNumber, code });
      };
      /** As they are now: somebody else may have ended one of them, or got the permit to, since they were listed. */
      const look = () => {
        const now = party.flatMap(({ ticketNumber }) => facts.local(ticketNumber) ?? []);
        const { others } = authority.mine(now);
        const mayMove = others.length === 0 && now.every(({ sold }) => sold.state === 'sold');
        return { now, others, mayMove };
      };
      const shiftId = ledger.openShift()?.shiftId ?? party.find(({ own }) => own)?.sold.shiftId;
      if (shiftId === undefined) return refused('shift.notOpen');
      const shift = { shiftId, clerkNumber };
      const orderOf = (now: readonly KnownTicket[]) => {
        const all = now.map((ticket) => ({ ticket, authority: { isOwn: true, permit: null } }));
        return changes.orderOf(all, input.toDepartureId, shift, runtime.clock.nowMs());
      };
      let looked = look();
      let order = looked.mayMove ? orderOf(looked.now) : undefined;
      const waiting = order?.ok ? changes.fetchPlaces(order.value) : undefined;
      if (waiting) {
        await waiting;
        looked = look();
        order = looked.mayMove ? orderOf(looked.now) : undefined;
      }
      if (!order) {
        open.push(...looked.others);
        continue;
      }
      if (!order.ok) {
        left(order.refusal.code);
        continue;
      }
      const nowMs = runtime.clock.nowMs();
      const planned = changes.plan(order.value, { ...shift, countersignedBy, batchId }, nowMs);
      if (!planned.ok) {
        left(planned.refusal.code);
        continue;
      }
      write(caller, 'worklist.move', planned.value.entries);
      written += 1;
      if (written % MOVES_AT_ONCE === 0) await breathe();
    }
    return accepted({ ...soFar(batchId), ...codeOf(open) });
  }

  /** The command's own entry, written last: until it stands, the same command goes on where it was stopped. */
  const summary = (
    input: { departureId: DepartureId; toDepartureId?: DepartureId },
    caller: Caller,
    batchId: string,
    run: Run | undefined,
  ) => {
    if (!run) throw new Error('a bulk command that did not run');
    return accepted({
      entries: [
        {
          kind: 'worklist.done' as const,
          body: {
            batchId,
            departureId: input.departureId,
            act: input.toDepartureId === undefined ? ('refund' as const) : ('move' as const),
            toDepartureId: input.toDepartureId ?? null,
            countersignedBy: caller.countersignedBy ?? null,
            ...run,
          },
        },
      ],
    });
  };

  function doneOf(entries: readonly AnswerEntry[]) {
    const entry = entries.find(({ kind }) => kind === 'worklist.done');
    if (entry?.kind !== 'worklist.done') throw new Error('a bulk command without its last entry');
    const { batchId, departureId, tickets: count, backFen, left } = entry.body;
    const found = find(departureId);
    return {
      batchId,
      count,
      backFen,
      left: left.map(({ ticketNumber, code }) => ({ ticketNumber, code, message: messageOf(code) })),
      departure: found.ok ? viewOf(found.value) : emptyView(departureId),
    };
  }

  const refund: Mutation<OfficeInput<'worklist.refund'>, OfficeOutput<'worklist.refund'>, Run> = {
    prepare: (input, caller, commandId) => refundAll(input, caller, idFrom('worklist', commandId)),
    decide: (input, caller, _nowMs, commandId, run) =>
      summary({ departureId: input.departureId }, caller, idFrom('worklist', commandId), run),
    answer(entries) {
      const { count, ...done } = doneOf(entries);
      return { ...done, refunded: count };
    },
  };

  const move: Mutation<OfficeInput<'worklist.move'>, OfficeOutput<'worklist.move'>, Run> = {
    prepare: (input, caller, commandId) => moveAll(input, caller, idFrom('worklist', commandId)),
    decide: (input, caller, _nowMs, commandId, run) =>
      summary(input, caller, idFrom('worklist', commandId), run),
    answer(entries) {
      const { count, ...done } = doneOf(entries);
      return { ...done, moved: count };
    },
  };

  const note: Mutation<OfficeInput<'worklist.note'>, OfficeOutput<'worklist.note'>> = {
    decide({ ticketNumber, contact }) {
      const ticket = facts.local(ticketNumber);
      if (!ticket) return refused('tickets.notFound', {}, 'ticketNumber');
      if (!facts.rightsOf(ticket).refund) return refused('worklist.noRight', {}, 'ticketNumber');
      const { departureId } = ticket.sale.body;
      return accepted({
        entries: [{ kind: 'worklist.noted' as const, body: { ticketNumber, departureId, contact } }],
      });
    },
    answer(entries) {
      const entry = entries.find(({ kind }) => kind === 'worklist.noted');
      if (entry?.kind !== 'worklist.noted') throw new Error('a note without its entry');
      const { ticketNumber, contact } = entry.body;
      return { ticketNumber, contact, at: entry.at };
    },
  };

  return { list, departure, refund, move, note };
}
