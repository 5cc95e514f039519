import { planSchema, planSignedBytes, type Plan, type SignedPlan } from '../../contract/contingency.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import type { Verify } from '../../contract/encoding/ticket-qr.ts';
import { recordSignedBytes, type SignedRecord } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { KnownRecord } from './orders.ts';
import { checkPlan } from './plan-check.ts';
import { wrongSigners } from './signers.ts';

/** Keys and digests, given: this room has none. */
export interface Trust {
  readonly verify: Verify;
  /** Key with which the office of a ledger signs; undefined = not known here. */
  keyOfIssuer(ledgerId: string): string | undefined;
  /** Keys of the station and of the authorities that may approve plans. */
  mayApprove(keyId: string): boolean;
  /** SHA-256 of UTF-8 text, hex. */
  sha256Hex(text: string): string;
}

/**
 * Looks at a record that came from elsewhere (or from this office's own journal) before it counts: issuer's key and signature, and
 * for an order its plan: approved key and signature, the very text that the order names, signers whom the plan allows. A plan
 * that is genuine and of a later vocabulary is taken as `null`: unread, and therefore strict.
 */
export function acceptRecord(
  signed: SignedRecord,
  plan: SignedPlan | null,
  trust: Trust,
): Outcome<KnownRecord> {
  const { record, keyId, signature } = signed;
  const { issuer } = record;
  const isGenuine =
    trust.keyOfIssuer(issuer) === keyId &&
    trust.verify(keyId, recordSignedBytes(record), fromBase64url(signature));
  if (!isGenuine) return refused('order.signature', { issuer: record.window });
  if (record.record !== 'order') return accepted({ record });
  if (!plan || trust.sha256Hex(plan.text) !== record.plan.hash) return refused('plan.tampered');
  const opened = openPlan(plan, trust);
  if (!opened.ok) return opened;
  const { value } = opened;
  if (value && wrongSigners(value, record)) return refused('order.role', { issuer: record.window });
  return accepted({ record, plan: value });
}

/** A signed plan, read. `null` when it is genuine and this program cannot read it. */
export function openPlan(signed: SignedPlan, trust: Trust): Outcome<Plan | null> {
  const { keyId, text, signature } = signed;
  if (!trust.mayApprove(keyId) || !trust.verify(keyId, planSignedBytes(text), fromBase64url(signature)))
    return refused('plan.signature');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('plan.signature');
  }
  const parsed = planSchema.safeParse(json);
  // Whatever the reason: a plan that somebody approved and this program cannot follow is no plan to ignore.
  if (!parsed.success || checkPlan(parsed.data)) return accepted(null);
  return accepted(parsed.data);
}
