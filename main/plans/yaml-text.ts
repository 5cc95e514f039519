import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';

/** Longest file that is looked at. */
const MOST_CHARACTERS = 100_000;

export type YamlPath = readonly (string | number)[];

/** A YAML text as plain data that still knows its lines. */
export interface YamlText {
  readonly value: unknown;
  /** Line of a place in the text; where the place is missing, that of the nearest thing around it. Counts from 1. */
  lineOf(path: YamlPath): number;
}

/** Reads YAML 1.2 without tags and aliases. The refusal `plan.notYaml` names the line. */
export function readYaml(text: string): Outcome<YamlText> {
  if (text.length > MOST_CHARACTERS) return refused('plan.notYaml', { line: 1, detail: '文件过大' });
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
    });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem)
      return refused('plan.notYaml', { line: lines.linePos(problem.pos[0]).line, detail: problem.code });
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return accepted({ value, lineOf: (path) => lineAt(document, lines, path) });
  } catch {
    return refused('plan.notYaml', { line: 1, detail: '不是 YAML,或用了别名' });
  }
}

function lineAt(document: Document, lines: LineCounter, path: YamlPath): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

type Issue = z.core.$ZodIssue;

/** What is wrong first, where, and in Chinese. */
export function firstIssue(error: z.ZodError): { path: (string | number)[]; detail: string } {
  const issue = deepest(error.issues[0]);
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') path.push(issue.keys[0] ?? '');
  return { path, detail: inChinese(issue) };
}

/** Of a choice between shapes, what is wrong with the nearest one. */
function deepest(issue: Issue | undefined): Issue {
  if (!issue) throw new TypeError('a failed parse has an issue');
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
  if (!inner) return issue;
  const nearest = deepest(inner);
  return { ...nearest, path: [...issue.path, ...nearest.path] };
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
