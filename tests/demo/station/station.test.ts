import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import * as XLSX from '@e965/xlsx';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDemo, type DemoRun } from '../run-demo.ts';
import { NOTES_FILE, PAPERS_FOLDER, REPORT_FILE, type StationNotes } from './notes.ts';
import { officeFolder, sheetsFile } from './offices.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-day-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = (): Promise<DemoRun> => runDemo('--scenario', 'station', '--count', folder);
let good: Record<string, unknown>;

beforeAll(async () => {
  const told = await runDemo('--scenario', 'station', '--keep', folder);
  expect(told.summary, told.stderr).toMatchObject({
    windows: 3,
    overCapacity: 0,
    manifestDifference: 0,
    ok: true,
  });
  expect(told.summary['inCity']).toBe(told.summary['sold']);
  expect(told.code).toBe(0);
  good = told.summary;
}, 240_000);

/** Changes a file while `during` looks, and puts it back. */
async function withFile(file: string, change: () => void, during: () => Promise<void>): Promise<void> {
  const kept = `${file}.kept`;
  copyFileSync(file, kept);
  try {
    change();
    await during();
  } finally {
    copyFileSync(kept, file);
    rmSync(kept);
  }
}

/** Writes one more ticket, or changes one, in a window's journal, as nobody honest could. */
function inJournal(
  window: number,
  change: (entries: { seq: number; body: any; entry: any }[]) => object,
): void {
  const database = new Database(join(officeFolder(folder, window), 'ledger.db'));
  try {
    for (const { name } of database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .all() as {
      name: string;
    }[])
      database.exec(`DROP TRIGGER "${name}"`);
    const rows = database.prepare('SELECT seq, entry FROM journal ORDER BY seq').all() as {
      seq: number;
      entry: string;
    }[];
    const changed = change(
      rows.map(({ seq, entry }) => ({ seq, entry: JSON.parse(entry), body: JSON.parse(entry).body })),
    ) as { seq: number; entry: object };
    database
      .prepare('UPDATE journal SET entry = ? WHERE seq = ?')
      .run(JSON.stringify(changed.entry), changed.seq);
  } finally {
    database.close();
  }
}

function soldBy(window: number): { laneCm: number }[] {
  const database = new Database(join(officeFolder(folder, window), 'ledger.db'), { readonly: true });
  try {
    const rows = database.prepare("SELECT entry FROM journal WHERE kind = 'vehicle.sold'").all() as {
      entry: string;
    }[];
    return rows.map(({ entry }) => ({ laneCm: JSON.parse(entry).body.laneCm ?? 0 }));
  } finally {
    database.close();
  }
}

async function inCity(work: (database: PGlite) => Promise<unknown>): Promise<void> {
  const database = await PGlite.create(join(folder, 'city', 'database'));
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const notes = (): StationNotes => JSON.parse(readFileSync(join(folder, NOTES_FILE), 'utf8'));

describe('the station’s day is counted from outside, so it sees', () => {
  test('nothing wrong when nothing is, however often it counts', async () => {
    const { code, summary, stderr } = await count();
    expect(summary).toEqual(good);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('one numbered seat that two windows sold', async () => {
    const ledger = join(officeFolder(folder, 3), 'ledger.db');
    const numbered = ({ entry }: { entry: any }): boolean =>
      entry.kind === 'ticket.sold' && entry.body.seatNumber !== null;
    let taken = 0;
    const other = new Database(join(officeFolder(folder, 2), 'ledger.db'), { readonly: true });
    for (const { entry } of other.prepare('SELECT entry FROM journal').all() as { entry: string }[]) {
      const parsed = JSON.parse(entry);
      if (numbered({ entry: parsed })) taken = parsed.body.seatNumber;
    }
    other.close();
    expect(taken).toBeGreaterThan(0);
    await withFile(
      ledger,
      () =>
        inJournal(3, (entries) => {
          const found = entries.find(numbered);
          if (!found) throw new Error('window 3 sold no numbered seat');
          found.entry.body.seatNumber = taken;
          return found;
        }),
      async () => {
        const { code, summary } = await count();
        expect(summary).toMatchObject({ overCapacity: 1, ok: false });
        expect(code).not.toBe(0);
      },
    );
  });

  test('a vehicle for which the lane had no room, and more heads than the licence', async () => {
    const seller = [2, 3, 4].find((window) => soldBy(window).some(({ laneCm }) => laneCm > 0));
    if (seller === undefined) throw new Error('no window sold a vehicle');
    await withFile(
      join(officeFolder(folder, seller), 'ledger.db'),
      () =>
        inJournal(seller, (entries) => {
          const found = entries.find(({ body }) => (body.laneCm ?? 0) > 0);
          if (!found) throw new Error('no vehicle');
          found.entry.body.laneCm = 9_000_000;
          return found;
        }),
      async () => {
        const { summary } = await count();
        expect(summary).toMatchObject({ ok: false });
        expect(summary['overCapacity']).toBeGreaterThan(0);
      },
    );
    await inCity((database) =>
      database.exec(
        `create table feeds_aside as select * from feeds;
         update feeds set text = regexp_replace(text, '"capacity": *[0-9]+', '"capacity":1', 'g')`,
      ),
    );
    const { summary } = await count();
    expect(summary).toMatchObject({ ok: false });
    expect(summary['overCapacity']).toBeGreaterThan(0);
    await inCity((database) =>
      database.exec(
        'delete from feeds; insert into feeds select * from feeds_aside; drop table feeds_aside;',
      ),
    );
  });

  test('one who is aboard and not on the list, and one on the list who has no name', async () => {
    const [sailing] = notes().sailed;
    const file = join(folder, PAPERS_FOLDER, sailing?.list ?? '');
    const rewrite = (change: (rows: unknown[][]) => unknown[][]): void => {
      const book = XLSX.read(readFileSync(file));
      const rows = XLSX.utils.sheet_to_json<unknown[]>(Object.values(book.Sheets)[0] as XLSX.WorkSheet, {
        header: 1,
      });
      const next = XLSX.utils.book_new();
      XLSX.utils.book_append_sheet(next, XLSX.utils.aoa_to_sheet(change(rows)), '旅客名单');
      writeFileSync(file, XLSX.write(next, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
    };
    await withFile(
      file,
      () => rewrite((rows) => rows.slice(0, -1)),
      async () => expect((await count()).summary).toMatchObject({ manifestDifference: 1, ok: false }),
    );
    await withFile(
      file,
      () => rewrite((rows) => [...rows.slice(0, -1), rows.at(-1)?.with(1, '—') ?? []]),
      async () => expect((await count()).summary).toMatchObject({ manifestDifference: 1, ok: false }),
    );
  });

  test('a boarding that the gate’s journal lost: its list, its counts and the city know better', async () => {
    const ledger = join(officeFolder(folder, 5), 'ledger.db');
    await withFile(
      ledger,
      () =>
        inJournal(5, (entries) => {
          const found = entries.findLast(({ entry }) => entry.kind === 'ticket.boarded');
          if (!found) throw new Error('nobody went aboard');
          found.entry.kind = 'boarding.lost';
          return found;
        }),
      async () => {
        const { summary, stderr } = await count();
        expect(summary).toMatchObject({ boarded: Number(good['boarded']) - 1, ok: false });
        expect(summary['manifestDifference']).not.toBe(0);
        expect(stderr).toContain('aboard here and not in the city');
      },
    );
  });

  test('a ticket that the city lost', async () => {
    await inCity((database) =>
      database.exec(
        'create table put_aside as select * from tickets order by ticket_number desc limit 1; delete from tickets where ticket_number in (select ticket_number from put_aside);',
      ),
    );
    const { summary, stderr } = await count();
    expect(summary).toMatchObject({ inCity: Number(good['sold']) - 1, ok: false });
    expect(stderr).toContain('not in the city');
    await inCity((database) =>
      database.exec('insert into tickets select * from put_aside; drop table put_aside;'),
    );
  });

  test('a sheet that never came out, and a day report that does not add up', async () => {
    const tape = sheetsFile(folder, 2);
    await withFile(
      tape,
      () => writeFileSync(tape, ''),
      async () => {
        const { summary, stderr } = await count();
        expect(summary['ok']).toBe(false);
        expect(stderr).toContain('never on paper');
      },
    );
    const report = join(folder, REPORT_FILE);
    await withFile(
      report,
      () => {
        const day = JSON.parse(readFileSync(report, 'utf8'));
        day.total.fen += 1;
        writeFileSync(report, JSON.stringify(day));
      },
      async () => {
        const { summary, stderr } = await count();
        expect(summary['ok']).toBe(false);
        expect(stderr).toContain('the day report has');
      },
    );
  });

  test('nothing wrong again when all is put back', async () => {
    expect(await count()).toMatchObject({ code: 0, summary: good });
  });
});
