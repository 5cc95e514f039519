import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULT_NOTES_FILE } from './count-faults.ts';
import { planFaults, STRIKES } from './fault-plan.ts';
import { runDemo, type DemoRun } from './run-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-faults-test-'));
const sheets = join(folder, 'sheets.bin');
const TICKETS = 30;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = (): Promise<DemoRun> => runDemo('--scenario', 'faults', '--count', folder);

async function inCity(sql: string): Promise<void> {
  const database = await PGlite.create(join(folder, 'city', 'database'));
  try {
    await database.exec(sql);
  } finally {
    await database.close();
  }
}

test('the same seed breaks the same things during the same sales, and every kind of thing breaks', () => {
  expect(planFaults(300, 7)).toEqual(planFaults(300, 7));
  expect(planFaults(300, 7)).not.toEqual(planFaults(300, 8));
  for (const tickets of [25, TICKETS, 300]) {
    for (let seed = 0; seed < 50; seed += 1) {
      const plan = planFaults(tickets, seed);
      expect(plan.reduce((sum, { party }) => sum + party, 0)).toBe(tickets);
      expect(new Set(plan.flatMap(({ strike }) => strike ?? []))).toEqual(new Set(STRIKES));
    }
  }
});

describe('a shift in which everything breaks', () => {
  beforeAll(async () => {
    const size = ['--tickets', String(TICKETS), '--seed', '3'];
    const run = await runDemo('--scenario', 'faults', ...size, '--keep', folder);
    expect(run.summary, run.stderr).toMatchObject({
      sold: TICKETS,
      printed: TICKETS,
      inCity: TICKETS,
      duplicates: 0,
      lost: 0,
      ok: true,
    });
    expect(Object.keys(run.summary)).toEqual([
      'sold',
      'printed',
      'unknownSettled',
      'inCity',
      'duplicates',
      'lost',
      'ok',
    ]);
    expect(run.code).toBe(0);
  }, 240_000);

  test('really was one: processes died, paper ran out, the link was cut', () => {
    const { struck, acknowledged } = JSON.parse(readFileSync(join(folder, FAULT_NOTES_FILE), 'utf8'));
    expect(struck).toMatchObject({ device: 2, paper: 1, gateway: 1, office: 1 });
    expect(struck.link).toBeGreaterThan(0);
    expect(new Set(acknowledged).size).toBe(TICKETS);
  });

  test('loses a ticket when the city loses its row, and the count sees it', async () => {
    await inCity(
      'create table put_aside as select * from tickets order by seq desc limit 1; delete from tickets where seq = (select seq from put_aside);',
    );
    const told = await count();
    expect(told.summary).toMatchObject({ sold: TICKETS, inCity: TICKETS - 1, lost: 1, ok: false });
    expect(told.code).toBe(1);
    await inCity('insert into tickets select * from put_aside; drop table put_aside;');
    expect(await count()).toMatchObject({ code: 0, summary: { lost: 0, ok: true } });
  }, 60_000);

  test('doubles every ticket when a sheet comes out again without a copy mark, and the count sees it', async () => {
    const whole = readFileSync(sheets);
    writeFileSync(sheets, Buffer.concat([whole, whole]));
    const told = await count();
    expect(told).toMatchObject({ code: 1, summary: { printed: TICKETS, ok: false } });
    expect(told.summary['duplicates']).toBeGreaterThanOrEqual(TICKETS);
    writeFileSync(sheets, whole);
  }, 60_000);

  test('loses a ticket when the clerk was told of one that is nowhere, and the count sees it', async () => {
    const file = join(folder, FAULT_NOTES_FILE);
    const kept = readFileSync(file, 'utf8');
    const notes = JSON.parse(kept);
    writeFileSync(file, JSON.stringify({ ...notes, acknowledged: [...notes.acknowledged, '0'.repeat(20)] }));
    expect(await count()).toMatchObject({ code: 1, summary: { sold: TICKETS, lost: 1, ok: false } });
    writeFileSync(file, kept);
  }, 60_000);
});
