/** What a test's own plan file says; everything else is as plain as a plan may be. */
export interface OwnPlan {
  id: string;
  /** As people read it. */
  name: string;
  /** One effect of the vocabulary, as YAML in braces: `{ effect: leases, leases: hold }`. */
  effect: string;
  /** Absent = it loosens nothing that ends by itself. */
  loosensAtMostMin?: number;
}

/** A file of `plans/` for one effect, switched by the manager alone. */
export function planFile({ id, name, effect, loosensAtMostMin }: OwnPlan): { name: string; text: string } {
  return {
    name: `${id}.yaml`,
    text: `format: so.plan.1
vocabulary: 1
id: ${id}
version: 1
name: ${name}
approval: ''
trigger: { manual: true, suggestedWhen: [] }
authority: { switch: [manager], countersign: [], orderReference: optional, measuredValue: optional }
reviewEveryMin: 30
loosensAtMostMin: ${loosensAtMostMin ?? 'null'}
scope: {}
effects:
  - ${effect}
notices: { board: '', broadcast: '', text: '', ended: '' }
`,
  };
}
