import type { Plan, PlanRole, Scope } from '../../contract/contingency.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { InForce, OfficeInput, OfficeOutput, OrderView } from '../../contract/office.ts';
import {
  recordId,
  recordSignedBytes,
  type OrderRecord,
  type PlanRecord,
  type RecordKey,
  type Signer,
} from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Role } from '../../contract/roles.ts';
import {
  decideEnd,
  decideExtend,
  decideNarrow,
  decideOrder,
  type Signing,
} from '../../domain/contingency/decide-order.ts';
import { factsOf, type DepartureFacts } from '../../domain/contingency/facts.ts';
import { isInForce, type OrderState } from '../../domain/contingency/orders.ts';
import type { KnownThings } from '../../domain/contingency/scope.ts';
import { decideState, decideUndo } from '../../domain/departures/decide-state.ts';
import { daysWithTickets } from '../../domain/settings.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import type { DepartureBook } from '../plans/departure-book.ts';
import { authorityIssuer } from '../plans/trust.ts';
import type { AuthorityPapers } from '../plans/authority-papers.ts';
import type { FoundPlan, PlanLibrary } from '../plans/library.ts';
import { createPlanPreview } from './plan-preview.ts';
import { reviewOf } from './plan-reviews.ts';
import type { AnswerEntry, Caller, Decision, DeskContext, Mutation } from './context.ts';

type Ordered = OfficeOutput<'plans.order'>;

/** Plans and states: managers and shift leaders of a station put them in force at any of its offices. */
export function createPlanDesk(
  context: DeskContext,
  book: PlanBook,
  library: PlanLibrary,
  papers: Pick<AuthorityPapers, 'refused'>,
) {
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
  /** A departure, and where places are named the rides to its stops on the way too. */
  function ridesOf(departure: Departure, scope: Scope): DepartureFacts[] {
    const stops = (scope.toPlaces && context.timetable()?.stopsOf(departure)) ?? [];
    return [departure, ...stops.map((toStop) => ({ ...departure, toStop }))].map((ride) => factsOf(ride));
  }

  function known(scope: Scope): KnownThings {
    const near = departures(daysWithTickets(context.timetable()), scope);
    return {
      lines: new Set(near.map(({ line }) => line.id)),
      windows: new Set(context.station.records.offices().map((office) => office.window)),
      departures: near.flatMap((departure) => ridesOf(departure, scope)),
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

  /** The entries that put a plan in force: at an office that signs plans, the first order of one that nobody signed yet signs it. */
  function ordered({ signed: document, draft }: FoundPlan, record: OrderRecord): Decision['entries'] {
    const published = document === null && draft ? library.sign(draft) : undefined;
    const plan = document ?? published?.body.plan;
    if (!plan) throw new Error('a plan that is neither signed nor a draft');
    return [
      ...(published ? [published] : []),
      { kind: 'plan.ordered', body: { signed: signed(record), plan } },
    ];
  }

  const sign: Mutation<OfficeInput<'plans.sign'>, OfficeOutput<'plans.sign'>> = {
    decide({ planId, version, hash }, { countersignedBy }) {
      const draft = library.toSign(planId, version, hash);
      return draft.ok ? written([library.sign(draft.value, countersignedBy)]) : draft;
    },
    answer: (entries) => ({ version: entryOf(entries, 'plan.published').body.ref.version }),
  };

  const order: Mutation<OfficeInput<'plans.order'>, Ordered> = {
    decide(input, caller, nowMs) {
      const found = library.find(input.planId);
      if (!found.ok) return found;
      const { plan } = found.value;
      const { scope, until } = input;
      const command = { ...signingOf(plan, input, caller), scope, until };
      const record = decideOrder(issuer(), found.value, known(scope), command, nowMs);
      if (!record.ok) return record;
      return written(ordered(found.value, record.value));
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

  const narrow: Mutation<OfficeInput<'plans.narrow'>, Ordered> = {
    decide(input, caller, nowMs) {
      const { order: key, scope, until } = input;
      const standing = planOf(key);
      if (!standing) return refused('order.unknown', { order: recordId(key) }, 'order');
      const found = library.find(standing.id);
      if (!found.ok) return found;
      const { plan } = found.value;
      const command = { ...signingOf(plan, input, caller), order: key, scope, until };
      const decided = decideNarrow(issuer(), found.value, book.orders(), known(scope), command, nowMs);
      if (!decided.ok) return decided;
      return written([
        { kind: 'plan.ended', body: { signed: signed(decided.value.end) } },
        ...ordered(found.value, decided.value.order),
      ]);
    },
    answer: (entries) => orderedOf(entries, 'plan.ordered'),
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
      .map((each) => inForceOf(each, context.departures.reviews, nowMs));
  }

  function list(): Outcome<OfficeOutput<'plans.list'>> {
    const nowMs = book.nowMs();
    const standing = book.orders().standing.filter((each) => isInForce(each, nowMs));
    const states = book.states();
    return accepted({
      plans: library.plans().map(({ plan, signer, hash }) => ({
        signer,
        hash,
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
          ...inForceOf(each, context.departures.reviews, nowMs),
          key: { issuer: ledgerId, n },
          planId: plan.id,
          scope,
          reason,
          orderedBy,
          measured,
          by: by.number,
          countersignedBy: countersignedBy?.number ?? null,
          authority: by.role === 'authority' ? { name: authorityName(library, ledgerId), number: n } : null,
        };
      }),
      waiting: library.waiting().map(({ file, plan, hash, signedVersion }) => ({
        file,
        planId: plan.id,
        name: plan.name,
        version: plan.version,
        hash,
        signedVersion,
      })),
      states: book.changes().flatMap((change) => {
        if (change.what !== 'set') return [];
        const { key, at, scope, state } = change;
        return [{ key, at, scope, state, undone: states.isUndone(recordId(key)) }];
      }),
      broken: [
        ...library.broken().map(({ what, refusal }) => ({ what, message: refusal.message })),
        ...papers.refused(),
        ...book
          .refused()
          .map(({ record, refusal }) => ({ what: recordId(record), message: refusal.message })),
        ...context.station.records.refused().map(({ what, refusal }) => ({ what, message: refusal.message })),
      ],
    });
  }

  const { look } = createPlanPreview(context, { book, library, departures, known, nextKey });

  return {
    inForce,
    known,
    desks: {
      'plans.sign': sign,
      'plans.list': list,
      'plans.preview': look,
      'plans.order': order,
      'plans.extend': extend,
      'plans.end': end,
      'plans.narrow': narrow,
      'departures.setState': setState,
      'departures.undoState': undoState,
    },
  };
}

function inForceOf(order: OrderState, reviews: DepartureBook['reviews'], nowMs: number): InForce {
  const { id, record, plan, loosenings } = order;
  const until = Math.max(0, ...loosenings.map(({ toMs }) => toMs));
  return {
    id,
    name: plan?.name ?? null,
    level: plan?.weather?.level ?? null,
    colour: plan?.weather?.colour ?? null,
    since: record.at,
    until: until > nowMs ? until : null,
    ...reviewOf(order, reviews, nowMs),
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

/** Name of the authority that issues under a ledger id. */
export function authorityName(library: Pick<PlanLibrary, 'authorities'>, issuer: string): string {
  return library.authorities().findLast(({ key }) => authorityIssuer(key) === issuer)?.name ?? '审批机关';
}
