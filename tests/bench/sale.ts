import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { explains, median, round, spreadPercent, type Figure } from './figure.ts';
import { runFolder } from './folders.ts';
import { openOffice, type BenchOffice } from './office-in-process.ts';

interface Captured {
  sql: string;
  params: readonly unknown[];
}

/**
 * What a sale costs above what its own statements cost. A = `office.call('sales.sell', …)` for one adult, to its answer; B = the
 * very statements that such a sale runs, with captured values, on a copy of the same ledger on the same disk. Interleaved ABBA
 * in short turns; the figure is the median of B ÷ A over all turns, so 1 would be an office that costs nothing.
 */
export async function benchSale({ quick }: { quick: boolean }): Promise<Figure[]> {
  // Short turns: what else the machine does then meets both sides alike.
  const rounds = quick ? 40 : 160;
  const salesARound = quick ? 30 : 50;
  const base = runFolder('sale');
  try {
    const seeded = join(base, 'seeded');
    const seeding = await openOffice(seeded);
    await seeding.openShift();
    await sellMany(seeding, 100, 0);
    await seeding.stop();
    for (const copy of ['office', 'traced', 'statements'])
      cpSync(seeded, join(base, copy), { recursive: true });

    const captured = await capture(join(base, 'traced'), rounds * salesARound);
    const office = await openOffice(join(base, 'office'));
    const replay = openReplay(join(base, 'statements', 'ledger.db'));
    await office.signIn();
    await sellMany(office, 50, 10_000);

    const officeUs: number[] = [];
    const statementUs: number[] = [];
    const ratios: number[] = [];
    for (let index = 0; index < rounds; index += 1) {
      const sales = captured.slice(index * salesARound, (index + 1) * salesARound);
      const runOffice = async (): Promise<number> => {
        const holders = await office.typeHolders(salesARound, 20_000 + index * salesARound);
        const begun = performance.now();
        for (const holderRef of holders) await office.sellOne(holderRef);
        return ((performance.now() - begun) * 1_000) / salesARound;
      };
      const runStatements = (): number => {
        const begun = performance.now();
        for (const sale of sales) replay.run(sale);
        return ((performance.now() - begun) * 1_000) / salesARound;
      };
      const officeFirst = index % 4 === 0 || index % 4 === 3;
      const first = officeFirst ? await runOffice() : runStatements();
      const second = officeFirst ? runStatements() : await runOffice();
      const [a, b] = officeFirst ? [first, second] : [second, first];
      officeUs.push(a);
      statementUs.push(b);
      ratios.push(b / a);
    }
    const oneRowUs = replay.oneRow(salesARound);
    const { rows, bytes } = perSale(captured);
    await office.stop();
    replay.close();
    return [
      { metric: 'ratio', value: round(median(ratios)), unit: 'statements/call', goal: 0.6, better: 'higher' },
      explains('ratioSpread', spreadPercent(ratios), '%'),
      explains('callUs', median(officeUs), 'us'),
      explains('statementsUs', median(statementUs), 'us'),
      explains('overheadUs', median(officeUs) - median(statementUs), 'us'),
      {
        ...explains('bareOneRowRatio', oneRowUs / median(officeUs), 'one durable row/call', 3),
        better: 'higher',
      },
      explains('statementsPerSale', median(captured.map((sale) => sale.length)), 'statements'),
      explains('rowsPerSale', rows, 'rows written'),
      explains('bytesPerSale', bytes, 'bytes bound', 0),
    ];
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function sellMany(office: BenchOffice, count: number, from: number): Promise<void> {
  for (const holderRef of await office.typeHolders(count, from)) await office.sellOne(holderRef);
}

/** The statements of `count` sales, sale by sale, from an office that is traced. */
async function capture(folder: string, count: number): Promise<Captured[][]> {
  let open: Captured[] | undefined;
  const office = await openOffice(folder, (sql, params) => open?.push({ sql, params }));
  await office.signIn();
  const sales: Captured[][] = [];
  for (let done = 0; done < count; done += 400) {
    for (const holderRef of await office.typeHolders(Math.min(400, count - done), 20_000 + done)) {
      open = [];
      await office.sellOne(holderRef);
      sales.push(open);
      open = undefined;
    }
  }
  await office.stop();
  return sales;
}

/** The statements alone, prepared once, on a connection with the ledger's settings. */
function openReplay(file: string) {
  const database = new Database(file);
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'trusted_schema = OFF',
    'wal_autocheckpoint = 4000',
  ]) {
    database.pragma(pragma);
  }
  const prepared = new Map<string, Database.Statement>();
  const statement = (sql: string): Database.Statement => {
    let found = prepared.get(sql);
    if (!found) {
      found = database.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  return {
    run(sale: readonly Captured[]): void {
      for (const { sql, params } of sale) {
        const one = statement(sql);
        if (one.reader) one.all(...params);
        else one.run(...params);
      }
    },
    /** Microseconds for one durable insert of one small row: the least that any durable sale can cost. */
    oneRow(count: number): number {
      database.exec('CREATE TABLE bare (id INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT');
      const insert = database.prepare('INSERT INTO bare (note) VALUES (?)');
      const note = Buffer.alloc(64);
      const begun = performance.now();
      for (let index = 0; index < count; index += 1) insert.run(note);
      return ((performance.now() - begun) * 1_000) / count;
    },
    close: () => database.close(),
  };
}

function perSale(captured: readonly Captured[][]): { rows: number; bytes: number } {
  const sale = captured.at(-1) ?? [];
  const writes = sale.filter(({ sql }) => /^\s*(INSERT|UPDATE|DELETE)/i.test(sql));
  const bytes = writes.flatMap(({ params }) => params).reduce<number>((sum, value) => sum + sizeOf(value), 0);
  return { rows: writes.length, bytes };
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  return value === null || value === undefined ? 0 : 8;
}
