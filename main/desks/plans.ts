import type { Plan, PlanRole, Scope } from '../../contract/contingency.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { DepartureId } from '../../contract/ids.ts';
import type { InForce, OfficeInput, OfficeOutput, OrderView } from '../../contract/office.ts';
import {
  recordId,
  recordSignedBytes,
  type PlanRecord,
  type RecordKey,
  type Signer,
} from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Role } from '../../contract/roles.ts';
import { decideEnd, decideExtend, decideOrder, type Signing } from '../../domain/contingency/decide-order.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { isInForce, type OrderState } from '../../domain/contingency/orders.ts';
import { preview, type PreviewTicket } from '../../domain/contingency/preview.ts';
import type { KnownThings } from '../../domain/contingency/scope.ts';
import { checkScope } from '../../domain/contingency/scope.ts';
import { decideState, decideUndo } from '../../domain/departures/decide-state.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import type { PlanLibrary } from '../plans/library.ts';
import type { AnswerEntry, Caller, Decision, DeskContext, Mutation } from './context.ts';

type Ordered = OfficeOutput<'plans.order'>;
/** Departures looked at by a preview, and by the check that a scope matches something. */
const PREVIEW_DAYS = 3;
const KNOWN_DAYS = 15;
const MOST_ROWS = 300;

/** Plans and states at a window without a host: its manager and shift leaders put them in force for this window. */
export function createPlanDesk(context: DeskContext, book: PlanBook, library: PlanLibrary) {
  const { config, ledger, people, runtime, vault, window } = context;

  const issuer = () => ({ ledgerId: ledger.ledgerId, nextN: book.nextN(), window });
  const nextKey = (): RecordKey => ({ issuer: ledger.ledgerId, n: book.nextN() });

  /** Departures from this station that have not left, of so many days. */
  function departures(days: number, scope: Scope): Departure[] {
    const timetable = context.timetable();
    if (!timetable) return [];
    const nowMs = runtime.clock.nowMs();
    const today = businessDateOf(nowMs);
    const dates = new Set(Array.from({ length: days }, (_, day) => addDays(today, day)));
    const found = [...dates].flatMap((date) => timetable.departuresOn(date));
    // Departures named one by one may be later than that.
    for (const id of scope.departures ?? []) {
      const departure = timetable.departure(id);
      if (departure && !dates.has(departure.date)) found.push(departure);
    }
    return found.filter(({ line, departAt }) => line.fromPlaceId === config.station.id && departAt > nowMs);
  }
  function known(scope: Scope): KnownThings {
    const near = departures(KNOWN_DAYS, scope);
    return {
      lines: new Set(near.map(({ line }) => line.id)),
      windows: new Set([window]),
      departures: near.map((departure) => factsOf(departure)),
    };
  }

  /** The role in which somebody signs: of theirs, one that the plan asks for where there is one. */
  function signer(number: string, has: readonly Role[], wanted: readonly PlanRole[]): Signer {
    const own = (['manager', 'shiftLeader'] as const).filter((role) => has.includes(role));
    const role = own.find((each) => wanted.includes(each)) ?? own[0] ?? 'shiftLeader';
    return { number, role };
  }

  function signingOf(
    plan: Plan | null,
    input: Pick<OfficeInput<'plans.end'>, 'reason' | 'orderedBy' | 'measured'>,
    { person, countersignedBy }: Caller,
  ): Signing {
    if (!person) throw new Error('an order of nobody');
    const { reason, orderedBy, measured } = input;
    const authority = plan?.authority ?? { switch: ['manager' as const], countersign: [] };
    return {
      by: signer(person.number, person.roles, authority.switch),
      countersignedBy:
        countersignedBy === undefined
          ? null
          : signer(countersignedBy, people.find(countersignedBy)?.roles ?? [], authority.countersign),
      reason,
      orderedBy,
      measured,
    };
  }

  const signed = <R extends PlanRecord>(record: R) => ({
    record,
    alg: 'Ed25519' as const,
    keyId: vault.keyId,
    signature: toBase64url(vault.sign(recordSignedBytes(record))),
  });

  /** After an entry of this room was written: the rules are other ones from now on. */
  const written = (entries: Decision['entries']): Outcome<Decision> =>
    accepted({ entries, afterwards: () => book.refresh() });

  const order: Mutation<OfficeInput<'plans.order'>, Ordered> = {
    decide(input, caller, nowMs) {
      const found = library.find(input.planId);
      if (!found.ok) return found;
      const { plan } = found.value;
      const { scope, until } = input;
      const command = { ...signingOf(plan, input, caller), scope, until };
      const record = decideOrder(issuer(), found.value, known(scope), command, nowMs);
      if (!record.ok) return record;
      return written([
        { kind: 'plan.ordered', body: { signed: signed(record.value), plan: library.sign(plan) } },
      ]);
    },
    answer: (entries) => orderedOf(entries, 'plan.ordered'),
  };

  const planOf = (key: RecordKey): Plan | null => book.orders().order(recordId(key))?.plan ?? null;

  const extend: Mutation<OfficeInput<'plans.extend'>, Ordered> = {
    decide(input, caller, nowMs) {
      const { until } = input;
      const command = { ...signingOf(planOf(input.order), input, caller), order: input.order, until };
      const record = decideExtend(issuer(), book.orders(), command, nowMs);
      if (!record.ok) return record;
      return written([{ kind: 'plan.extended', body: { signed: signed(record.value) } }]);
    },
    answer: (entries) => orderedOf(entries, 'plan.extended'),
  };

  const end: Mutation<OfficeInput<'plans.end'>, Ordered> = {
    decide(input, caller, nowMs) {
      const command = { ...signingOf(planOf(input.order), input, caller), order: input.order };
      const record = decideEnd(issuer(), book.orders(), command, nowMs);
      if (!record.ok) return record;
      return written([{ kind: 'plan.ended', body: { signed: signed(record.value) } }]);
    },
    answer: (entries) => orderedOf(entries, 'plan.ended'),
  };

  const setState: Mutation<OfficeInput<'departures.setState'>, OfficeOutput<'departures.setState'>> = {
    decide(input, { person }, nowMs) {
      const command = { ...input, by: person?.number ?? '' };
      const decided = decideState(nextKey(), book.states(), known(input.scope), command, nowMs);
      return decided.ok ? written([decided.value.entry]) : decided;
    },
    answer: (entries) => changedOf(entries, 'departure.stateSet'),
  };

  const undoState: Mutation<OfficeInput<'departures.undoState'>, OfficeOutput<'departures.undoState'>> = {
    decide(input, { person }, nowMs) {
      const command = { ...input, by: person?.number ?? '' };
      const decided = decideUndo(nextKey(), book.states(), command, nowMs);
      return decided.ok ? written([decided.value]) : decided;
    },
    answer: (entries) => changedOf(entries, 'departure.stateUndone'),
  };

  function inForce(): InForce[] {
    const nowMs = book.nowMs();
    return book
      .orders()
      .standing.filter((each) => isInForce(each, nowMs))
      .map((each) => inForceOf(each, nowMs));
  }

  function list(): Outcome<OfficeOutput<'plans.list'>> {
    const nowMs = book.nowMs();
    const standing = book.orders().standing.filter((each) => isInForce(each, nowMs));
    const states = book.states();
    return accepted({
      plans: library.plans().map((plan) => ({
        planId: plan.id,
        version: plan.version,
        name: plan.name,
        weather: plan.weather ?? null,
        scope: plan.scope,
        authority: plan.authority,
        loosensAtMostMin: plan.loosensAtMostMin,
        reviewEveryMin: plan.reviewEveryMin,
        effects: plan.effects,
        notices: plan.notices,
      })),
      inForce: standing.map((each): OrderView => {
        const {
          issuer: ledgerId,
          n,
          plan,
          scope,
          reason,
          orderedBy,
          measured,
          by,
          countersignedBy,
        } = each.record;
        return {
          ...inForceOf(each, nowMs),
          key: { issuer: ledgerId, n },
          planId: plan.id,
          scope,
          reason,
          orderedBy,
          measured,
          by: by.number,
          countersignedBy: countersignedBy?.number ?? null,
        };
      }),
      states: book.changes().flatMap((change) => {
        if (change.what !== 'set') return [];
        const { key, at, scope, state } = change;
        return [{ key, at, scope, state, undone: states.isUndone(recordId(key)) }];
      }),
      broken: [
        ...library.broken().map(({ file, refusal }) => ({ what: file, message: refusal.message })),
        ...book
          .refused()
          .map(({ record, refusal }) => ({ what: recordId(record), message: refusal.message })),
      ],
    });
  }

  /** The rules as they would be after what is asked about; refused where it could never be. */
  function afterwards(
    input: OfficeInput<'plans.preview'>['of'],
    nowMs: number,
  ): Outcome<ReturnType<PlanBook['ruleBook']>> {
    const key = nextKey();
    const asked = {
      ...key,
      at: nowMs,
      window,
      countersignedBy: null,
      reason: '-',
      orderedBy: null,
      measured: null,
    };
    if (input.what === 'order') {
      const found = library.find(input.planId);
      if (!found.ok) return found;
      const { plan, hash } = found.value;
      const wrong = checkScope(input.scope, known(input.scope), [plan.scope]);
      if (wrong) return { ok: false, refusal: wrong };
      // Who signs does not change what an order does; a preview asks for no signature.
      const unsigned: Plan = { ...plan, authority: { ...plan.authority, countersign: [] } };
      const by: Signer = { number: '0000', role: plan.authority.switch[0] ?? 'manager' };
      const { id, version } = plan;
      const { scope, until } = input;
      return accepted(
        book.ruleBook({
          record: {
            record: { record: 'order', ...asked, by, plan: { id, version, hash }, scope, until },
            plan: unsigned,
          },
        }),
      );
    }
    if (input.what === 'end') {
      const standing = book.orders().order(recordId(input.order));
      if (!standing) return refused('order.unknown', { order: recordId(input.order) }, 'order');
      if (standing.endedAtMs !== null) return refused('order.ended', {}, 'order');
      const { by, countersignedBy } = standing.record;
      return accepted(
        book.ruleBook({
          record: { record: { record: 'end', ...asked, by, countersignedBy, order: input.order } },
        }),
      );
    }
    if (input.what === 'setState') {
      const command = { scope: input.scope, state: input.state, reason: '-', orderedBy: null, by: '' };
      const decided = decideState(key, book.states(), known(input.scope), command, nowMs);
      if (!decided.ok) return decided;
      const { at, scope, state, supersedes } = decided.value.entry.body;
      return accepted(book.ruleBook({ change: { what: 'set', key, at, scope, state, supersedes } }));
    }
    const decided = decideUndo(key, book.states(), { undoes: input.undoes, reason: '-', by: '' }, nowMs);
    if (!decided.ok) return decided;
    return accepted(book.ruleBook({ change: { what: 'undone', key, at: nowMs, undoes: input.undoes } }));
  }

  function look({ of: input }: OfficeInput<'plans.preview'>): Outcome<OfficeOutput<'plans.preview'>> {
    const nowMs = book.nowMs();
    const after = afterwards(input, nowMs);
    if (!after.ok) return after;
    const scope = 'scope' in input ? input.scope : {};
    const near = departures(PREVIEW_DAYS, scope);
    const held = ledger.heldByDeparture(near.map(({ departureId }) => departureId));
    const seen = preview(
      book.ruleBook(),
      after.value,
      near.map((departure) => ({
        facts: factsOf(departure),
        seatsLeft: held.get(departure.departureId)?.left ?? departure.capacity,
      })),
      near.flatMap(({ departureId }) => ticketsOf(departureId)),
      window,
      nowMs,
    );
    const byId = new Map(near.map((departure) => [departure.departureId as string, departure]));
    const { rows, departures: count, tickets, passengers, vehicles, refundableFen } = seen;
    return accepted({
      rows: rows.slice(0, MOST_ROWS).map((row) => ({
        departureId: row.departureId as DepartureId,
        lineName: byId.get(row.departureId)?.line.name ?? '',
        departLocal: byId.get(row.departureId)?.departLocal ?? '',
        before: row.before,
        after: row.after,
        sold: row.sold,
        tickets: row.tickets,
        passengers: row.passengers,
        vehicles: row.vehicles,
        refundableFen: row.refundableFen,
        instead: (row.instead?.departureId ?? null) as DepartureId | null,
      })),
      departures: count,
      tickets,
      passengers,
      vehicles,
      refundableFen,
    });
  }

  /** Tickets of a departure that hold and are not aboard, as far as the station's picture knows them. */
  function ticketsOf(departureId: DepartureId): PreviewTicket[] {
    return ledger.picture
      .ticketsOfDeparture(departureId)
      .filter(({ state, boardings }) => state === 'sold' && boardings.length === 0)
      .map(({ ticketNumber, heads }) => {
        const row = ledger.ticket(ticketNumber);
        return {
          departureId,
          subject: heads === 0 ? ('vehicle' as const) : ('passenger' as const),
          fareFen: row?.body.fareFen ?? 0,
          heads,
          channel: 'window' as const,
          soldAt: row?.atMs ?? 0,
        };
      });
  }

  return {
    inForce,
    desks: {
      'plans.list': list,
      'plans.preview': look,
      'plans.order': order,
      'plans.extend': extend,
      'plans.end': end,
      'departures.setState': setState,
      'departures.undoState': undoState,
    },
  };
}

function inForceOf({ id, record, plan, loosenings }: OrderState, nowMs: number): InForce {
  const until = Math.max(0, ...loosenings.map(({ toMs }) => toMs));
  return {
    id,
    name: plan?.name ?? null,
    level: plan?.weather?.level ?? null,
    colour: plan?.weather?.colour ?? null,
    since: record.at,
    until: until > nowMs ? until : null,
  };
}

function entryOf<K extends AnswerEntry['kind']>(
  entries: readonly AnswerEntry[],
  kind: K,
): { body: EntryBody<K>; at: number } {
  const entry = entries.find((each) => each.kind === kind);
  if (!entry) throw new Error(`an answer without its ${kind}`);
  return { body: entry.body as EntryBody<K>, at: entry.at };
}

function orderedOf(
  entries: readonly AnswerEntry[],
  kind: 'plan.ordered' | 'plan.extended' | 'plan.ended',
): Ordered {
  const { issuer, n, at } = entryOf(entries, kind).body.signed.record;
  return { key: { issuer, n }, id: recordId({ issuer, n }), at };
}

function changedOf(
  entries: readonly AnswerEntry[],
  kind: 'departure.stateSet' | 'departure.stateUndone',
): Ordered {
  const { key, at } = entryOf(entries, kind).body;
  return { key, id: recordId(key), at };
}
