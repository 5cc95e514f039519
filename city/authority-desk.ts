import type { KeyObject } from 'node:crypto';
import { authorityWindow, type AuthorityPaper } from '../contract/authority.ts';
import { planSchema, planSignedBytes, type Plan, type SignedPlan } from '../contract/contingency.ts';
import { toBase64url } from '../contract/encoding/bytes.ts';
import { jcs } from '../contract/encoding/jcs.ts';
import type { LedgerId, WindowId } from '../contract/ids.ts';
import {
  recordSignedBytes,
  type EndRecord,
  type ExtendRecord,
  type OrderRecord,
  type PlanRecord,
} from '../contract/orders.ts';
import { issuerOf } from './authorities.ts';
import { hexOf, keyIdOf, rawPublicKey, sha256, signEd25519 } from './crypto.ts';

/** What somebody at the authority says of a paper; who they are is a duty number of theirs. */
export interface Signing {
  /** For which station. */
  readonly station: string;
  /** Counts all records of this key, from 1. */
  readonly n: number;
  readonly at: number;
  /** Duty number, four digits. */
  readonly by: string;
  readonly reason: string;
  readonly orderedBy: PlanRecord['orderedBy'];
  readonly measured: PlanRecord['measured'];
}

/** The signing key of an authority, at the authority: makes what `authority.put` takes. */
export interface AuthorityDesk {
  /** Raw public key, base64url: what `station.json` and the city are given. */
  readonly publicKey: string;
  readonly issuer: string;
  plan(plan: Plan): Extract<AuthorityPaper, { paper: 'plan' }>;
  order(
    plan: SignedPlan,
    signing: Signing & Pick<OrderRecord, 'scope' | 'until'>,
  ): Extract<AuthorityPaper, { paper: 'order' }>;
  extend(
    signing: Signing & { readonly order: number; readonly until: number },
  ): Extract<AuthorityPaper, { paper: 'extend' }>;
  end(signing: Signing & { readonly order: number }): Extract<AuthorityPaper, { paper: 'end' }>;
}

export function createAuthorityDesk(key: KeyObject): AuthorityDesk {
  const raw = rawPublicKey(key);
  const keyId = keyIdOf(raw);
  const issuer = issuerOf(raw) as LedgerId;
  const head = ({ station, n, at, by, reason, orderedBy, measured }: Signing) => ({
    issuer,
    n,
    at,
    window: authorityWindow(station) as WindowId,
    by: { number: by, role: 'authority' as const },
    countersignedBy: null,
    reason,
    orderedBy,
    measured,
  });
  const signed = <R extends PlanRecord>(record: R) => ({
    alg: 'Ed25519' as const,
    keyId,
    signature: toBase64url(signEd25519(key, recordSignedBytes(record))),
    record,
  });
  return {
    publicKey: toBase64url(raw),
    issuer,
    plan(plan) {
      const text = jcs(planSchema.parse(plan));
      const signature = toBase64url(signEd25519(key, planSignedBytes(text)));
      return { paper: 'plan', plan: { alg: 'Ed25519', keyId, text, signature } };
    },
    order(plan, { scope, until, ...signing }) {
      const { id, version } = planSchema.parse(JSON.parse(plan.text));
      const hash = hexOf(sha256(new TextEncoder().encode(plan.text)));
      const record: OrderRecord = {
        record: 'order',
        ...head(signing),
        plan: { id, version, hash },
        scope,
        until,
      };
      return { paper: 'order', signed: signed(record), plan };
    },
    extend({ order, until, ...signing }) {
      const record: ExtendRecord = { record: 'extend', ...head(signing), order: { issuer, n: order }, until };
      return { paper: 'extend', signed: signed(record) };
    },
    end({ order, ...signing }) {
      const record: EndRecord = { record: 'end', ...head(signing), order: { issuer, n: order } };
      return { paper: 'end', signed: signed(record) };
    },
  };
}
