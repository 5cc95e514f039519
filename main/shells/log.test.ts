import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog, REDACTED, withoutNumbers } from './log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'so-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NUMBER = '330999198003070029';
const read = (): string => readFileSync(join(folder, 'logs', 'office.log'), 'utf8');

test('a line is on disk when the call returns, with its instant', () => {
  const log = openLog(folder, () => Date.UTC(2026, 10, 21, 15, 55));
  log.info({ seq: 7 }, 'a sale');
  expect(JSON.parse(read())).toEqual({
    level: 'info',
    at: '2026-11-21T15:55:00.000Z',
    seq: 7,
    message: 'a sale',
  });
  expect(statSync(join(folder, 'logs', 'office.log')).mode & 0o777).toBe(0o600);
  log.close();
});

test('names, numbers, PINs and tokens are taken out at any of three levels', () => {
  const log = openLog(folder, () => 0);
  const person = {
    name: '测试甲',
    number: NUMBER,
    pin: '246810',
    token: 'tok-secret',
    birthDate: '1980-03-07',
  };
  log.warn({ ...person }, 'top');
  log.warn({ person }, 'second');
  log.warn({ sale: { holder: person, person } }, 'third');
  for (const secret of ['测试甲', NUMBER, '246810', 'tok-secret', '1980-03-07'])
    expect(read()).not.toContain(secret);
  expect(read()).toContain(REDACTED);
  log.close();
});

test('what looks like a document number is taken out wherever it stands, a ticket number stays', () => {
  const log = openLog(folder, () => 0);
  log.error({ error: `Error: wrong ${NUMBER} at x` }, `about ${NUMBER} and KAZ110090123105 and E12345678`);
  expect(read()).not.toContain(NUMBER);
  expect(read()).not.toContain('KAZ110090123105');
  expect(read()).not.toContain('E12345678');
  log.close();
  expect(withoutNumbers('票号 33092611210301000017')).toBe('票号 33092611210301000017');
  expect(withoutNumbers('11010519491231002X')).toBe(REDACTED);
  expect(withoutNumbers('11010519491231002x。')).toBe(`${REDACTED}。`);
  const hash = '0d64889478ccf327be9df24691f6e48574c08c0f0aad1402b7869c4e213c0f84';
  expect(withoutNumbers(hash)).toBe(hash);
});

test('a long log is set aside, and only some old ones are kept', () => {
  const log = openLog(folder, () => 0, 2000);
  for (let line = 0; line < 400; line += 1) log.info({ line }, 'x'.repeat(80));
  log.close();
  const names = readdirSync(join(folder, 'logs')).sort();
  expect(names).toEqual([
    'office.1.log',
    'office.2.log',
    'office.3.log',
    'office.4.log',
    'office.5.log',
    'office.log',
  ]);
  for (const name of names) expect(statSync(join(folder, 'logs', name)).size).toBeLessThan(2300);
  // Each was full when it was set aside.
  for (const name of names.slice(0, -1))
    expect(statSync(join(folder, 'logs', name)).size).toBeGreaterThan(2000);
  expect(readFileSync(join(folder, 'logs', 'office.log'), 'utf8')).toContain('"line":399');
});

test('a log that cannot be written does not stop the office', () => {
  const log = openLog(folder, () => 0);
  rmSync(join(folder, 'logs'), { recursive: true });
  expect(() => log.info({}, 'nowhere to go')).not.toThrow();
  expect(readdirSync(folder)).toEqual([]);
});
