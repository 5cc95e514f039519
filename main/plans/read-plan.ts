import { effectSchemas, PLAN_VOCABULARY, planSchema, type Plan } from '../../contract/contingency.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { checkPlan } from '../../domain/contingency/plan-check.ts';
import { firstIssue, readYaml, type YamlPath } from './yaml-text.ts';

/**
 * Reads a plan from YAML (1.2; no tags, no aliases). A refusal names the line: text that is no YAML, a vocabulary of a later
 * program, an effect that this program does not know, a shape or content that is wrong. Nothing of a wrong plan is used.
 */
export function readPlan(text: string): Outcome<Plan> {
  const read = readYaml(text);
  if (!read.ok) return read;
  const { value, lineOf } = read.value;
  const vocabulary = (value as { vocabulary?: unknown } | null)?.vocabulary;
  if (typeof vocabulary === 'number' && vocabulary !== PLAN_VOCABULARY)
    return refused(
      'plan.vocabulary',
      { line: lineOf(['vocabulary']), wanted: vocabulary, own: PLAN_VOCABULARY },
      'vocabulary',
    );
  const unknown = unknownEffect(value);
  if (unknown)
    return refused(
      'plan.unknownEffect',
      { line: lineOf(unknown.path), effect: unknown.name, own: PLAN_VOCABULARY },
      unknown.path.join('.'),
    );
  const parsed = planSchema.safeParse(value, { reportInput: true });
  const fault = parsed.success ? checkPlan(parsed.data) : firstIssue(parsed.error);
  if (fault) {
    const shown = fault.path.join('.');
    return refused('plan.shape', { line: lineOf(fault.path), path: shown, detail: fault.detail }, shown);
  }
  if (!parsed.success) throw new TypeError('a plan without fault has been parsed');
  return accepted(parsed.data);
}

function unknownEffect(value: unknown): { path: YamlPath; name: string } | undefined {
  const effects = (value as { effects?: unknown } | null)?.effects;
  if (!Array.isArray(effects)) return undefined;
  for (const [index, effect] of effects.entries()) {
    const name = (effect as { effect?: unknown } | null)?.effect;
    if (typeof name === 'string' && !Object.hasOwn(effectSchemas, name))
      return { path: ['effects', index, 'effect'], name: name.slice(0, 60) };
  }
  return undefined;
}
