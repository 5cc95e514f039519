import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { effectSchemas, PLAN_VOCABULARY, planSchema, type Plan } from '../../contract/contingency.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { checkPlan } from '../../domain/contingency/plan-check.ts';

/** Longest file that is looked at. */
const MOST_CHARACTERS = 100_000;

type Path = readonly (string | number)[];

/**
 * Reads a plan from YAML (1.2; no tags, no aliases). A refusal names the line: text that is no YAML, a vocabulary of a later
 * program, an effect that this program does not know, a shape or content that is wrong. Nothing of a wrong plan is used.
 */
export function readPlan(text: string): Outcome<Plan> {
  if (text.length > MOST_CHARACTERS) return refused('plan.notYaml', { line: 1, detail: '文件过大' });
  const lines = new LineCounter();
  let document: Document;
  let value: unknown;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
    });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem)
      return refused('plan.notYaml', { line: lines.linePos(problem.pos[0]).line, detail: problem.code });
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return refused('plan.notYaml', { line: 1, detail: '不是 YAML,或用了别名' });
  }
  const lineOf = (path: Path): number => lineAt(document, lines, path);

  const vocabulary = document.getIn(['vocabulary']);
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
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0]);
    const path = [...issue.path].map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys') path.push(issue.keys[0] ?? '');
    const shown = path.join('.');
    return refused('plan.shape', { line: lineOf(path), path: shown, detail: inChinese(issue) }, shown);
  }
  const fault = checkPlan(parsed.data);
  if (fault) {
    const shown = fault.path.join('.');
    return refused('plan.shape', { line: lineOf(fault.path), path: shown, detail: fault.detail }, shown);
  }
  return accepted(parsed.data);
}

function unknownEffect(value: unknown): { path: Path; name: string } | undefined {
  const effects = (value as { effects?: unknown } | null)?.effects;
  if (!Array.isArray(effects)) return undefined;
  for (const [index, effect] of effects.entries()) {
    const name = (effect as { effect?: unknown } | null)?.effect;
    if (typeof name === 'string' && !Object.hasOwn(effectSchemas, name))
      return { path: ['effects', index, 'effect'], name: name.slice(0, 60) };
  }
  return undefined;
}

/** Line of a place in the document; where it is missing, that of the nearest thing around it. */
function lineAt(document: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

type Issue = z.core.$ZodIssue;

/** Of a choice between shapes, what is wrong with the nearest one. */
function deepest(issue: Issue | undefined): Issue {
  if (!issue) throw new TypeError('a failed parse has an issue');
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
  return inner ? { ...deepest(inner), path: [...issue.path, ...deepest(inner).path] } : issue;
}

function inChinese(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? '缺少这一栏' : `应为 ${issue.expected}`;
    case 'unrecognized_keys':
      return '没有这一栏';
    case 'invalid_value':
      return `应为 ${issue.values.map(String).join('、')} 之一`;
    case 'too_small':
      return `至少 ${String(issue.minimum)}`;
    case 'too_big':
      return `至多 ${String(issue.maximum)}`;
    default:
      return '写法不对';
  }
}
