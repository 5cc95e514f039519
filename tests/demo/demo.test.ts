import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSheets, PrintInterpreter } from '../../native/simulators/sheet-decoder.ts';
import { runDemo, type DemoRun } from './run-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-demo-test-'));
const sheets = join(folder, 'sheets.bin');
const TICKETS = 12;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Does something to the city's database by SQL, as anybody could who has the folder. */
async function inCity(work: (database: PGlite) => Promise<unknown>): Promise<void> {
  const database = await PGlite.create(join(folder, 'trial', 'city', 'database'));
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const count = (): Promise<DemoRun> => runDemo('--count', folder);

beforeAll(async () => {
  const told = await runDemo('--tickets', String(TICKETS), '--keep', folder);
  expect(told.summary, told.stderr).toMatchObject({
    sold: TICKETS,
    printed: TICKETS,
    inCity: TICKETS,
    duplicates: 0,
    lost: 0,
    ok: true,
  });
  expect(told.summary['offlineSold']).toBeGreaterThanOrEqual(TICKETS / 2);
  expect(Object.keys(told.summary)).toEqual([
    'sold',
    'printed',
    'inCity',
    'duplicates',
    'lost',
    'offlineSold',
    'ok',
  ]);
  expect(told.code).toBe(0);
}, 90_000);

describe('the demo counts from outside, so it sees', () => {
  test('nothing wrong when nothing is, however often it counts', async () => {
    expect(await count()).toMatchObject({
      code: 0,
      summary: { sold: TICKETS, printed: TICKETS, inCity: TICKETS, ok: true },
      stderr: '',
    });
  });

  test('a ticket that came to the city twice', async () => {
    await inCity((database) =>
      database.exec(
        `insert into entries select window_id, ledger_id, seq + 100000, hash, entry, kind, at, business_date, command_id, part_n, part_of, received_at
           from entries where seq = (select min(seq) from tickets);
         insert into passengers select window_id, ledger_id, seq + 100000, document_kind, number_index
           from passengers where seq = (select min(seq) from tickets);
         create temporary table again as select * from tickets order by seq limit 1;
         update again set seq = seq + 100000;
         insert into tickets select * from again;`,
      ),
    );
    const { code, summary } = await count();
    expect(summary).toMatchObject({ sold: TICKETS, inCity: TICKETS, duplicates: 1, lost: 0, ok: false });
    expect(code).not.toBe(0);
    await inCity((database) =>
      database.exec(
        'delete from tickets where seq > 100000; delete from entries where seq > 100000; delete from passengers where seq > 100000;',
      ),
    );
  });

  test('a ticket that the city lost', async () => {
    await inCity((database) =>
      database.exec(
        'create table put_aside as select * from tickets order by seq desc limit 1; delete from tickets where seq = (select seq from put_aside);',
      ),
    );
    const { code, summary } = await count();
    expect(summary).toMatchObject({
      sold: TICKETS,
      printed: TICKETS,
      inCity: TICKETS - 1,
      lost: 1,
      ok: false,
    });
    expect(code).not.toBe(0);
    await inCity((database) =>
      database.exec('insert into tickets select * from put_aside; drop table put_aside;'),
    );
  });

  test('a sheet that never came out, one that came out twice, and one with a changed letter', async () => {
    const kept = `${sheets}.kept`;
    copyFileSync(sheets, kept);
    const whole = readFileSync(sheets);
    const first = lengthOfFirstSheet(whole);

    writeFileSync(sheets, whole.subarray(first));
    expect(decodeSheets(readFileSync(sheets))).toHaveLength(TICKETS - 1);
    expect(await count()).toMatchObject({
      code: 1,
      summary: { sold: TICKETS, printed: TICKETS - 1, inCity: TICKETS, lost: 0, ok: false },
    });

    writeFileSync(sheets, Buffer.concat([whole, whole.subarray(0, first)]));
    expect(await count()).toMatchObject({ code: 1, summary: { printed: TICKETS, duplicates: 1, ok: false } });

    const forged = Buffer.from(whole);
    const code = forged.indexOf('SO1.');
    expect(code).toBeGreaterThan(0);
    forged[code + 12] = (forged[code + 12] ?? 0) === 0x41 ? 0x42 : 0x41;
    writeFileSync(sheets, forged);
    const told = await count();
    expect(told).toMatchObject({ code: 1, summary: { printed: TICKETS - 1, ok: false } });
    expect(told.stderr).toContain('no ticket');

    rmSync(sheets);
    expect(await count()).toMatchObject({ code: 1, summary: { printed: 0, ok: false } });
    copyFileSync(kept, sheets);
  });

  test('nothing wrong again when all is put back', async () => {
    expect(await count()).toMatchObject({ code: 0, summary: { ok: true } });
    expect(existsSync(join(folder, 'ledger.db'))).toBe(true);
  });
});

/** Bytes of the tape up to and with its first cut. */
function lengthOfFirstSheet(tape: Uint8Array): number {
  const reading = new PrintInterpreter();
  reading.push(tape);
  let length = 0;
  for (let step = reading.step(); step !== undefined; step = reading.step()) {
    length += step.bytes.length;
    if (step.kind === 'cut') return length;
  }
  throw new Error('the tape has no cut');
}
