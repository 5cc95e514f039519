import { generateKeyPairSync, randomInt } from 'node:crypto';
import { createAuthorityDesk, type AuthorityDesk, type Signing } from '../../city/authority-desk.ts';
import type { Plan } from '../../contract/contingency.ts';
import { readPlan } from '../../main/plans/read-plan.ts';
import { trialStation } from '../../main/trial-station.ts';
import { readPlanFiles } from '../support/machine.ts';

/** An authority with a key of its own. */
export const newAuthority = (): AuthorityDesk =>
  createAuthorityDesk(generateKeyPairSync('ed25519').privateKey);

/** A plan as a file of the program has it, changed. */
export function planOf(id: string, over: Partial<Plan> = {}): Plan {
  const file = readPlanFiles().find(({ name }) => name === `${id}.yaml`);
  const plan = readPlan(file?.text ?? '');
  if (!plan.ok) throw new Error(plan.refusal.message);
  return { ...plan.value, ...over };
}

/** The files of `plans/` with one text changed, as somebody with an editor leaves them. */
export const filesWith = (file: string, there: string, instead: string) =>
  readPlanFiles().map(({ name, text }) => {
    if (name !== file) return { name, text };
    if (!text.includes(there)) throw new Error(`${file} has no ${there}`);
    return { name, text: text.replace(there, instead) };
  });

export const signing = (n: number, at: number, over: Partial<Signing> = {}): Signing => ({
  station: trialStation.id,
  n,
  at,
  by: String(randomInt(1_000, 9_999)),
  reason: '海上大雾',
  orderedBy: { organisation: '样例县交通运输局', reference: `样交应急 ${n} 号`, at },
  measured: null,
  ...over,
});
