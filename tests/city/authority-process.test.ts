import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import { readPlanFiles } from '../support/machine.ts';

let folder: string;
let cluster: PostgresCluster;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'so-authority-'));
  cluster = startPostgres();
});
afterAll(() => {
  cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const program = (name: string): string => fileURLToPath(new URL(`../../city/${name}`, import.meta.url));
const run = (name: string, ...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program(name), ...args], {
    encoding: 'utf8',
  });
  return { said: stdout.trim(), complained: stderr, status };
};
const at = (name: string): string => join(folder, name);
const authority = (...args: string[]) => run('authority.mjs', '--key', at('key.json'), ...args);
const city = (...args: string[]) =>
  run('index.mjs', '--data', at('city'), '--postgres', cluster.url('city'), ...args);

test('an authority makes its key, signs an order with the plan that it wrote, and the city takes it from the file', () => {
  const made = authority('--new');
  expect(made.status).toBe(0);
  expect(made.said).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(statSync(at('key.json')).mode & 0o777).toBe(0o600);
  const before = readFileSync(at('key.json'), 'utf8');
  expect(authority('--new').status).toBe(1);
  expect(readFileSync(at('key.json'), 'utf8')).toBe(before);

  writeFileSync(at('fog.yaml'), readPlanFiles().find(({ name }) => name === 'fog.yaml')?.text ?? '');
  const wanted = [
    'paper: order',
    'station: zhujiajian-wugongzhi',
    'n: 1',
    "by: '0007'",
    'reason: 海上大雾',
    'orderedBy: { organisation: 样例县交通运输局, reference: 样交应急〔2026〕1 号 }',
    'plan: fog.yaml',
    'scope: { vesselKinds: [highSpeed, speedboat] }',
    "until: '2026-11-21T12:00:00+08:00'",
  ];
  writeFileSync(at('order.yaml'), wanted.join('\n'));
  const signed = authority('--sign', at('order.yaml'));
  expect(signed.complained).toBe('');
  writeFileSync(at('order.sopaper'), signed.said);
  const forged = JSON.parse(signed.said) as { paper: { signed: { record: { reason: string } } } };
  forged.paper.signed.record.reason = '改过';
  writeFileSync(at('forged.sopaper'), JSON.stringify(forged));
  writeFileSync(at('no.sopaper'), '{');

  expect(city('--authority', 'zhujiajian-wugongzhi', made.said, '样例县交通运输局').status).toBe(0);
  const put = city('--papers', at('forged.sopaper'), at('no.sopaper'), at('order.sopaper'));
  expect(put.status).toBe(1);
  expect(put.said.split('\n').map((line) => JSON.parse(line) as object)).toMatchObject([
    { ok: false, refusal: { code: 'authority.signature' } },
    { ok: false, refusal: { code: 'request.shape' } },
    { ok: true, place: 1 },
  ]);
  expect(city('--list-papers').said).toBe('zhujiajian-wugongzhi 1:第 1 号 启用 fog 第 1 版');
}, 40_000);

test('what is no order is said in words, and nothing is signed', () => {
  writeFileSync(at('wrong.yaml'), 'paper: order\nstation: zhujiajian-wugongzhi\n');
  const wrong = authority('--sign', at('wrong.yaml'));
  expect(wrong).toMatchObject({ status: 1, said: '' });
  expect(wrong.complained).toContain('reason');
});
