import { authorityWindow } from '../../contract/authority.ts';
import {
  planNamesSchema,
  planSchema,
  planSignedBytes,
  type Plan,
  type SignedPlan,
} from '../../contract/contingency.ts';
import { recordSignedBytes, type SignedRecord } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { KnownRecord } from './orders.ts';
import { checkPlan } from './plan-check.ts';
import { wrongSigners } from './signers.ts';

/** Who put a signature under a plan: the station's host (or the office that is its own host), or the approving authority. */
export interface Approver {
  readonly kind: 'station' | 'authority';
  /** The office's window, or the authority's name. */
  readonly name: string;
}

/** Keys and digests, given: this room has none. Signatures are base64url, and a text that is none is no signature. */
export interface Trust {
  /** Whether the office or authority that issues under this ledger id signed these bytes; false where nobody knows it. */
  isIssuers(issuer: string, keyId: string, bytes: Uint8Array, signature: string): boolean;
  /** Issuer id of an authority that was ever named at this office. */
  isAuthority(issuer: string): boolean;
  /** Those whose signature makes a plan count, by the id of their key; `issuer`: of an order that brings the plan. */
  approvers(
    keyId: string,
    issuer?: string,
  ): readonly (Approver & { signed(bytes: Uint8Array, signature: string): boolean })[];
  /** This station, as in its windows' ids. */
  readonly station: string;
  /** SHA-256 of UTF-8 text, hex. */
  sha256Hex(text: string): string;
}

/**
 * Looks at a record that came from elsewhere (or from this office's own journal) before it counts: issuer's key and signature, and
 * for an order its plan: approved key and signature, the very text that the order names, signers whom the plan allows. A plan
 * that is genuine and of a later vocabulary is taken as `null`: unread, and therefore strict. A record of the authority is one of its key,
 * for this station; nobody else signs in its role.
 */
export function acceptRecord(
  signed: SignedRecord,
  plan: SignedPlan | null,
  trust: Trust,
): Outcome<KnownRecord> {
  const { record, keyId, signature } = signed;
  const { issuer } = record;
  if (!trust.isIssuers(issuer, keyId, recordSignedBytes(record), signature))
    return refused('order.signature', { issuer: record.window });
  const isCommanded = trust.isAuthority(issuer);
  const roles = [record.by.role, ...(record.countersignedBy ? [record.countersignedBy.role] : [])];
  if (roles.some((role) => (role === 'authority') !== isCommanded))
    return refused('order.role', { issuer: record.window });
  if (isCommanded && record.window !== authorityWindow(trust.station))
    return refused('authority.otherStation', { station: stationOf(record.window) });
  if (record.record !== 'order') return accepted({ record });
  if (!plan || trust.sha256Hex(plan.text) !== record.plan.hash) return refused('plan.tampered');
  const opened = openPlan(plan, trust, issuer);
  if (!opened.ok) return opened;
  const { plan: value } = opened.value;
  if (value && wrongSigners(value, record)) return refused('order.role', { issuer: record.window });
  return accepted({ record, plan: value });
}

const stationOf = (window: string): string => window.split('/')[0] ?? window;

/** A signed plan, read, with whoever signed it. `plan` is `null` when it is genuine and this program cannot read it. */
export interface OpenedPlan {
  readonly plan: Plan | null;
  readonly id: string;
  readonly version: number;
  readonly approver: Approver;
}

/** Refuses an unknown signer, and a text that its signer did not sign, both by the plan's name. */
export function openPlan(signed: SignedPlan, trust: Trust, issuer?: string): Outcome<OpenedPlan> {
  const { keyId, text, signature } = signed;
  const json = parsedJson(text);
  const { id, version } = namesOf(json);
  const approvers = trust.approvers(keyId, issuer);
  if (approvers.length === 0) return refused('plan.signerUnknown', { id, version });
  const bytes = planSignedBytes(text);
  const approver = approvers.find((each) => each.signed(bytes, signature));
  if (!approver) return refused('plan.textAltered', { id, version });
  if (json === undefined || id === '?') return refused('plan.signature');
  const { kind, name } = approver;
  const parsed = planSchema.safeParse(json);
  // Whatever the reason: a plan that somebody approved and this program cannot follow is no plan to ignore.
  const plan = !parsed.success || checkPlan(parsed.data) ? null : parsed.data;
  return accepted({ plan, id, version, approver: { kind, name } });
}

/** What a plan calls itself, also where nothing else of it can be read. */
function namesOf(json: unknown): { id: string; version: number } {
  const named = planNamesSchema.safeParse(json);
  return named.success ? { id: named.data.id, version: named.data.version } : { id: '?', version: 0 };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
