import type { Plan, PlanRole } from '../../contract/contingency.ts';
import type { Signer } from '../../contract/orders.ts';
import { refused, type Refusal } from '../../contract/refusals.ts';

/** Who put their names to a record. */
export interface Signers {
  readonly by: Signer;
  readonly countersignedBy: Signer | null;
}

const roleNames: Record<PlanRole, string> = { manager: '值班站长', shiftLeader: '班长' };

function named(roles: readonly PlanRole[]): string {
  return roles.map((role) => roleNames[role]).join('或');
}

/**
 * Whether a record may follow an order: what the authority ordered, only the authority lengthens or ends, and nothing else. Whose key signed it was looked
 * at before (`accept-record.ts`).
 */
export const mayFollow = (order: Signers, following: Signers): boolean =>
  isOfAuthority(order) === isOfAuthority(following);

/** Signed by the approving authority, whose word needs no second person here. */
export const isOfAuthority = ({ by }: Pick<Signers, 'by'>): boolean => by.role === 'authority';

/** Refuses a role that a plan does not name. */
export function wrongRole(by: Signer, roles: readonly PlanRole[], name: string): Refusal | undefined {
  return (roles as readonly string[]).includes(by.role)
    ? undefined
    : refused('plan.role', { name, roles: named(roles) }, 'by').refusal;
}

/** Refuses signers whom a plan does not allow: the first person's role, then a second one who is another and has a role of those named. */
export function wrongSigners(plan: Plan, { by, countersignedBy }: Signers): Refusal | undefined {
  const { name, authority } = plan;
  if (isOfAuthority({ by })) return undefined;
  const role = wrongRole(by, authority.switch, name);
  if (role) return role;
  if (authority.countersign.length === 0) return undefined;
  if (countersignedBy?.number === by.number)
    return refused('plan.countersignSame', {}, 'countersignedBy').refusal;
  if (!countersignedBy || !(authority.countersign as readonly string[]).includes(countersignedBy.role))
    return refused('plan.countersign', { name, roles: named(authority.countersign) }, 'countersignedBy')
      .refusal;
  return undefined;
}
