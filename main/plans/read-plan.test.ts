import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { effectSchemas } from '../../contract/contingency.ts';
import { defersACheck } from '../../domain/contingency/effects.ts';
import { readPlan } from './read-plan.ts';

const folder = join(import.meta.dirname, '..', '..', 'plans');
const shipped = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'fee-rules.yaml');
const fog = readFileSync(join(folder, 'fog.yaml'), 'utf8');

/** Number of the first line that holds a text. */
const lineWith = (text: string, part: string): number =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1;

function refusalOf(text: string) {
  const read = readPlan(text);
  if (read.ok) throw new Error('expected a refusal');
  return read.refusal;
}

describe('the plans that come with the program', () => {
  test('are those that the trade asks for', () => {
    expect(shipped.toSorted()).toEqual([
      'divert.yaml',
      'fog.yaml',
      'link-lost.yaml',
      'peak.yaml',
      'power-lost.yaml',
      'printer-down.yaml',
      'reader-down.yaml',
      'system-down.yaml',
      'transition.yaml',
      'wind-typhoon.yaml',
    ]);
  });

  test.each(shipped)('%s is whole, and its id is its file name', (name) => {
    const read = readPlan(readFileSync(join(folder, name), 'utf8'));
    expect(read).toMatchObject({ ok: true, value: { id: name.replace('.yaml', '') } });
  });

  test('defer a check of people only with a second person', () => {
    const alone = shipped.filter((name) => {
      const read = readPlan(readFileSync(join(folder, name), 'utf8'));
      if (!read.ok) throw new Error(name);
      return read.value.authority.countersign.length === 0 && read.value.effects.some(defersACheck);
    });
    expect(alone).toEqual([]);
  });
});

describe('a plan file that is wrong is refused with its line', () => {
  test('an effect that this program does not know is named', () => {
    const text = fog.replace('effect: queueNumbers', 'effect: releaseBalloons');
    const refusal = refusalOf(text);
    expect(refusal.code).toBe('plan.unknownEffect');
    expect(refusal.message).toContain('releaseBalloons');
    expect(refusal.message).toContain(`第 ${lineWith(text, 'releaseBalloons')} 行`);
  });

  test('a vocabulary of a later program asks for that program', () => {
    const text = fog.replace('vocabulary: 1', 'vocabulary: 2').replace('effect: leases', 'effect: drones');
    expect(refusalOf(text)).toMatchObject({ code: 'plan.vocabulary', field: 'vocabulary' });
    expect(refusalOf(text).message).toContain('第 4 行');
  });

  test.each([
    ['a state that no notice has', 'state: paused', 'state: foggy', 'plan.shape'],
    ['a member that no effect has', 'leases: recall', 'leases: recall\n    colour: red', 'plan.shape'],
    ['an empty list in a scope', 'modes: [water]', 'modes: []', 'plan.shape'],
    ['a field that no notice has', '{signal}。', '{phase}。', 'plan.shape'],
    ['loosenings without a longest time', 'loosensAtMostMin: 720', 'loosensAtMostMin: null', 'plan.shape'],
    ['a tab as indent', '  modes: [water]', '\tmodes: [water]', 'plan.notYaml'],
    ['a member twice', 'name: 大雾 · 三级', 'name: 大雾 · 三级\nname: 雾', 'plan.notYaml'],
  ])('%s', (_, there, instead, code) => {
    expect(fog).toContain(there);
    const text = fog.replace(there, instead);
    const refusal = refusalOf(text);
    expect(refusal.code).toBe(code);
    const line = Number(/第 (\d+) 行/.exec(refusal.message)?.[1]);
    const changed = lineWith(text, instead.split('\n').at(-1) ?? '');
    expect(Math.abs(line - changed)).toBeLessThanOrEqual(1);
  });

  test('a missing part is said with its place', () => {
    const refusal = refusalOf(fog.replace('reviewEveryMin: 30\n', ''));
    expect(refusal).toMatchObject({ code: 'plan.shape', field: 'reviewEveryMin' });
    expect(refusal.message).toContain('缺少这一栏');
  });

  test('a check that is put off without a second person, or without counting heads', () => {
    const reader = readFileSync(join(folder, 'reader-down.yaml'), 'utf8');
    const alone = refusalOf(reader.replace('countersign: [manager, shiftLeader]', 'countersign: []'));
    expect(alone.message).toContain('第二人复核');
    const uncounted = refusalOf(reader.replace('[headCount, nameList, signature]', '[nameList]'));
    expect(uncounted.message).toContain('headCount');
  });

  test.each([
    ['nothing', ''],
    ['a list', '- a\n- b\n'],
    ['an alias', 'a: &x [1]\nb: *x\n'],
    ['a bomb of aliases', `a: &a [x,x]\n${'b'.repeat(3)}: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n`],
    ['a tag', 'format: !!js/function "x"\n'],
    ['no text at all', '\u0000\u0001'],
    ['too much', `a: ${'x'.repeat(100_001)}`],
  ])('%s is no plan, and nothing breaks', (_, text) => {
    expect(readPlan(text).ok).toBe(false);
  });
});

describe('docs/contingency.md', () => {
  const page = readFileSync(join(folder, '..', 'docs', 'contingency.md'), 'utf8');

  test('explains every line of the fog plan', () => {
    const unexplained = fog
      .slice(0, fog.indexOf('notices:'))
      .split('\n')
      .map((line) => line.trim())
      .filter(
        (line) =>
          line !== '' &&
          !line.startsWith('#') &&
          !/^- effect: (departureState|leases|queueNumbers)$/.test(line),
      )
      // A member that only opens a block says nothing by itself.
      .filter((line) => !/^[a-zA-Z]+:$/.test(line) && !page.includes(`\`${line}\``));
    expect(unexplained).toEqual([]);
  });

  test('names every effect of the vocabulary', () => {
    expect(Object.keys(effectSchemas).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
