import { expect, test } from 'vitest';
import { cityMethods } from '../../contract/city.ts';
import { cityApi, cityApiYaml } from './city-api.ts';
import { toYaml } from './yaml.ts';

test('every method of the city has a request and an answer in the page, and every reference leads somewhere', () => {
  const api = cityApi() as { components: { schemas: Record<string, unknown> } };
  const text = JSON.stringify(api);
  for (const method of Object.keys(cityMethods)) expect(text).toContain(`"const":"${method}"`);
  const references = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
  expect(references.length).toBeGreaterThan(10);
  expect(references.filter((name) => !(name in api.components.schemas))).toEqual([]);
  expect(cityApiYaml()).toBe(cityApiYaml());
});

test.each<[string, unknown, string]>([
  ['words stand as they are', { title: 'City gateway' }, '\ntitle: City gateway\n'],
  ['what could be read as something else is quoted', { a: 'true', b: '1.0', c: 'no', y: '' }, '\na: "true"\nb: "1.0"\nc: "no"\n"y": ""\n'],
  ['lists of objects begin at the dash', { a: [{ b: 1, c: [2] }] }, '\na:\n  - b: 1\n    c:\n      - 2\n'],
  ['prose is a block', { a: { d: 'one\n\ntwo: three' } }, '\na:\n  d: |-\n    one\n\n    two: three\n'],
  ['a text that a block cannot hold is quoted', { d: ' one\ntwo' }, '\nd: " one\\ntwo"\n'],
  ['empty things', { a: [], b: {}, c: null }, '\na: []\nb: {}\nc: null\n'],
])('YAML: %s', (_what, value, text) => {
  expect(toYaml(value)).toBe(text);
});
