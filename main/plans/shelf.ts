import type { Plan } from '../../contract/contingency.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import type { FeeRules } from '../../contract/fee-rules.ts';
import { refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { readFeeRules } from './read-fee-rules.ts';
import { readPlan } from './read-plan.ts';
import { sha256Hex } from './trust.ts';

/** A file of `plans/`, read by a shell. */
export interface PlanFile {
  readonly name: string;
  readonly text: string;
}

/** Rows of fees, among the plan files. */
const FEE_RULES = 'fee-rules.yaml';

/** A plan as a file of this PC says it: a draft, until somebody who may signs it. */
export interface ShelfPlan {
  readonly file: string;
  readonly plan: Plan;
  /** Its JCS text and the SHA-256 of it, hex. */
  readonly text: string;
  readonly hash: string;
}

/** The plan files of this PC. */
export interface Shelf {
  /** By id. */
  plans(): readonly ShelfPlan[];
  /** Files that are no plan, and why. */
  broken(): readonly { readonly file: string; readonly refusal: Refusal }[];
  /** Hours for which a free refund outlives a state that was lifted; endless where the station has no such rules. */
  freeAfterRestoredHours(): number;
  /** The rows of fees that came with the program; refuses with what is wrong with them, and `feeRules.none`. */
  feeRules(): Outcome<FeeRules>;
}

/** Nothing is read before somebody asks: a start costs nothing. */
export function createShelf(files: readonly PlanFile[]): Shelf {
  let read: { plans: ShelfPlan[]; broken: { file: string; refusal: Refusal }[] } | undefined;
  let fees: Outcome<FeeRules> | undefined;

  function all() {
    if (read) return read;
    read = { plans: [], broken: [] };
    for (const { name: file, text: yaml } of files) {
      if (file === FEE_RULES) continue;
      const plan = readPlan(yaml);
      if (!plan.ok) {
        read.broken.push({ file, refusal: plan.refusal });
        continue;
      }
      const text = jcs(plan.value);
      read.plans.push({ file, plan: plan.value, text, hash: sha256Hex(text) });
    }
    read.plans.sort((a, b) => (a.plan.id < b.plan.id ? -1 : 1));
    return read;
  }

  function feeRules(): Outcome<FeeRules> {
    const text = files.find(({ name }) => name === FEE_RULES)?.text;
    fees ??= text === undefined ? refused('feeRules.none') : readFeeRules(text);
    return fees;
  }

  return {
    plans: () => all().plans,
    broken: () => all().broken,
    feeRules,
    freeAfterRestoredHours() {
      const rules = feeRules();
      return rules.ok ? rules.value.settings.freeAfterRestoredHours.value : Number.POSITIVE_INFINITY;
    },
  };
}
