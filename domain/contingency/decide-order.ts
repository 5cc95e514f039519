import type { Plan, Scope } from '../../contract/contingency.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import {
  recordId,
  type EndRecord,
  type ExtendRecord,
  type OrderRecord,
  type PlanRecord,
  type RecordKey,
  type Signer,
} from '../../contract/orders.ts';
import { accepted, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { OrderBook, OrderState } from './orders.ts';
import { checkScope, type KnownThings } from './scope.ts';
import { isOfAuthority, wrongRole, wrongSigners } from './signers.ts';

/** Who issues a record, under which number. `nextN` counts all records of this ledger from 1. */
export interface Issuer {
  readonly ledgerId: LedgerId;
  readonly nextN: number;
  readonly window: WindowId;
}

/** What a person fills in; the reason in the station's words, the word on which it happens, what was measured. */
export interface Signing {
  readonly by: Signer;
  readonly countersignedBy: Signer | null;
  readonly reason: string;
  readonly orderedBy: PlanRecord['orderedBy'];
  readonly measured: PlanRecord['measured'];
}

export interface OrderCommand extends Signing {
  readonly scope: Scope;
  /** When the loosenings end; null when the plan has none. UTC milliseconds. */
  readonly until: number | null;
}

/** The plan as the station's library has it now. */
export interface LibraryPlan {
  readonly plan: Plan;
  /** SHA-256 of its JCS text, hex. */
  readonly hash: string;
  /** Newest version of that plan in the library. */
  readonly latestVersion: number;
}

const MINUTE_MS = 60_000;
/**
 * Puts a plan in force: a record to be signed and written as `plan.ordered`. It takes force when it is signed, never later.
 * Refusals: an old version, the wrong role, a missing or the same countersigner, no reference or measured value where the plan asks
 * for one, a scope that matches nothing, a wrong time for its loosenings.
 */
export function decideOrder(
  issuer: Issuer,
  library: LibraryPlan,
  known: KnownThings,
  command: OrderCommand,
  nowMs: number,
): Outcome<OrderRecord> {
  const { plan, hash, latestVersion } = library;
  const { name, version } = plan;
  if (version !== latestVersion)
    return refused('plan.outdated', { name, latest: latestVersion, version }, 'plan');
  const wrong =
    wrongSigners(plan, command) ?? missingWord(plan, command) ?? wrongUntil(plan, command.until, nowMs);
  if (wrong) return { ok: false, refusal: wrong };
  const scope = checkScope(command.scope, known, [plan.scope]);
  if (scope) return { ok: false, refusal: scope };
  return accepted({
    record: 'order',
    ...signedPart(issuer, command, nowMs),
    plan: { id: plan.id, version, hash },
    scope: command.scope,
    until: command.until,
  });
}

/** Lets the loosenings of an order go on; its restrictions need no extension. Same signers as the order. */
export function decideExtend(
  issuer: Issuer,
  book: OrderBook,
  command: Signing & { readonly order: RecordKey; readonly until: number },
  nowMs: number,
): Outcome<ExtendRecord> {
  const found = standing(book, command.order);
  if (!found.ok) return found;
  const { plan, loosenings } = found.value;
  if (plan === null || plan.loosensAtMostMin === null) return refused('order.nothingToExtend', {}, 'order');
  const wrong = wrongSigners(plan, command) ?? wrongUntil(plan, command.until, nowMs);
  if (wrong) return { ok: false, refusal: wrong };
  if (loosenings.some(({ toMs }) => toMs >= command.until)) return refused('order.notLater', {}, 'until');
  return accepted({
    record: 'extend',
    ...signedPart(issuer, command, nowMs),
    order: command.order,
    until: command.until,
  });
}

/** Ends an order for ever. It takes the same signers as starting it; a plan that cannot be read is ended by a manager. */
export function decideEnd(
  issuer: Issuer,
  book: OrderBook,
  command: Signing & { readonly order: RecordKey },
  nowMs: number,
): Outcome<EndRecord> {
  const found = standing(book, command.order);
  if (!found.ok) return found;
  const { plan } = found.value;
  const wrong = plan
    ? wrongSigners(plan, command)
    : wrongRole(command.by, ['manager'], found.value.record.plan.id);
  if (wrong) return { ok: false, refusal: wrong };
  return accepted({ record: 'end', ...signedPart(issuer, command, nowMs), order: command.order });
}

/**
 * Lets a part of an order's scope go: short lines sail again first, the others wait (ticketing rules 3.4). An order is never
 * changed; it is ended and put in force again for what remains, two records of one command, signed together.
 */
export function decideNarrow(
  issuer: Issuer,
  library: LibraryPlan,
  book: OrderBook,
  known: KnownThings,
  command: OrderCommand & { readonly order: RecordKey },
  nowMs: number,
): Outcome<{ readonly end: EndRecord; readonly order: OrderRecord }> {
  const end = decideEnd(issuer, book, command, nowMs);
  if (!end.ok) return end;
  const order = decideOrder({ ...issuer, nextN: issuer.nextN + 1 }, library, known, command, nowMs);
  if (!order.ok) return order;
  return accepted({ end: end.value, order: order.value });
}

function signedPart(issuer: Issuer, signing: Signing, at: number) {
  const { by, countersignedBy, reason, orderedBy, measured } = signing;
  const { ledgerId, nextN, window } = issuer;
  return { issuer: ledgerId, n: nextN, at, window, by, countersignedBy, reason, orderedBy, measured };
}

function standing(book: OrderBook, key: RecordKey): Outcome<OrderState> {
  const order = book.order(recordId(key));
  if (!order) return refused('order.unknown', { order: recordId(key) }, 'order');
  if (order.endedAtMs !== null) return refused('order.ended', {}, 'order');
  // Asked for by people of the station: the authority's own records are signed elsewhere.
  if (isOfAuthority(order.record)) {
    const { n, orderedBy } = order.record;
    return refused('order.authority', { name: orderedBy?.organisation ?? '审批机关', n }, 'order');
  }
  return accepted(order);
}

function missingWord({ name, authority }: Plan, { orderedBy, measured }: Signing): Refusal | undefined {
  if (authority.orderReference === 'required' && (!orderedBy || orderedBy.reference === ''))
    return refused('plan.reference', { name }, 'orderedBy').refusal;
  if (authority.measuredValue === 'required' && !measured)
    return refused('plan.measured', { name }, 'measured').refusal;
  return undefined;
}

function wrongUntil({ loosensAtMostMin }: Plan, until: number | null, nowMs: number): Refusal | undefined {
  if (loosensAtMostMin === null)
    return until === null ? undefined : refused('plan.noUntil', {}, 'until').refusal;
  if (until === null || until > nowMs + loosensAtMostMin * MINUTE_MS)
    return refused('plan.until', { minutes: loosensAtMostMin }, 'until').refusal;
  return until > nowMs ? undefined : refused('plan.untilPast', {}, 'until').refusal;
}
