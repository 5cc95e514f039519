import Database from 'better-sqlite3';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { WindowId } from '../../contract/ids.ts';
import { folderDigests, makeMachine, readMigrationFiles, type Machine } from '../../tests/support/machine.ts';
import { openWindow, tryWindow, type TestWindow } from '../../tests/support/window.ts';
import { readAnchor, type Anchor } from './anchor.ts';
import { openConnection, SYNCHRONOUS_FULL } from './connection.ts';
import { readMigrations } from './migrate.ts';

const machines: Machine[] = [];
const windows: TestWindow[] = [];

function newMachine(): Machine {
  const machine = makeMachine();
  machines.push(machine);
  return machine;
}

async function open(machine: Machine, options: Parameters<typeof openWindow>[1] = {}): Promise<TestWindow> {
  const window = await openWindow(machine, options);
  windows.push(window);
  return window;
}

/** A ledger of `entries` entries, closed. */
async function closedLedger(entries = 5): Promise<Machine> {
  const machine = newMachine();
  const window = await open(machine);
  for (let n = 1; n < entries; n += 1)
    window.write([{ kind: 'session.signedIn', body: { clerkNumber: '1001' } }]);
  window.close();
  return machine;
}

async function refusalOf(machine: Machine, options: Parameters<typeof tryWindow>[1] = {}): Promise<string> {
  const opened = await tryWindow(machine.restart(), options);
  if (opened.ok) {
    windows.push(opened.value);
    return 'opened';
  }
  return `${opened.refusal.code}: ${opened.refusal.message}`;
}

function alter(machine: Machine, sql: string): void {
  const database = new Database(join(machine.folder, 'ledger.db'));
  database.exec(sql);
  database.close();
}

afterEach(() => {
  for (const window of windows.splice(0)) window.close();
  for (const machine of machines.splice(0)) machine.remove();
});

describe('settings of a connection', () => {
  test('a writable connection is WAL with synchronous FULL and foreign keys', () => {
    const machine = newMachine();
    const connection = openConnection(join(machine.folder, 'ledger.db'));
    expect(connection.pragma('journal_mode')).toBe('wal');
    expect(connection.pragma('synchronous')).toBe(SYNCHRONOUS_FULL);
    expect(connection.pragma('foreign_keys')).toBe(1);
    expect(connection.pragma('busy_timeout')).toBe(5_000);
    connection.close();
  });

  test('without the setting SQLite would open a WAL file with less than FULL or leave foreign keys to chance', () => {
    const machine = newMachine();
    const path = join(machine.folder, 'ledger.db');
    openConnection(path).close();
    const plain = new Database(path);
    const ours = openConnection(path);
    expect([ours.pragma('synchronous'), ours.pragma('foreign_keys')]).toEqual([2, 1]);
    expect(plain.pragma('synchronous', { simple: true })).not.toBe(SYNCHRONOUS_FULL);
    plain.close();
    ours.close();
  });

  test('every table is STRICT', async () => {
    const machine = await closedLedger();
    const database = new Database(join(machine.folder, 'ledger.db'), { readonly: true });
    const tables = database.prepare(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    const rows = tables.all() as { name: string; strict: number }[];
    database.close();
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ strict }) => strict !== 1)).toEqual([]);
  });
});

describe('opening', () => {
  test('looking at a ledger changes not a byte, even when its WAL was left behind', async () => {
    const machine = newMachine();
    const window = await open(machine);
    window.openShift();
    const copy = newMachine();
    for (const name of ['ledger.db', 'ledger.db-wal', 'anchor.json'])
      copyFileSync(join(machine.folder, name), join(copy.folder, name));
    const before = folderDigests(copy.runtime.files);
    expect(await refusalOf(copy, { window: 'zhujiajian-wugongzhi/04' as WindowId })).toContain(
      'ledger.foreign',
    );
    const { 'ledger.db-shm': _, ...after } = folderDigests(copy.runtime.files);
    expect(after).toEqual(before);
  });

  test('the ledger of another window is refused by name', async () => {
    const machine = await closedLedger();
    expect(await refusalOf(machine, { window: 'zhujiajian-wugongzhi/04' as WindowId })).toContain(
      'ledger.foreign: 账本属于另一个窗口(zhujiajian-wugongzhi/03)',
    );
  });

  test('a ledger that was opened with another signing key is refused', async () => {
    const machine = await closedLedger();
    expect(await refusalOf(machine, { signingKey: 'A'.repeat(43) })).toContain('keys.missing');
  });

  test('a file that is no database is broken, not replaced', async () => {
    const machine = await closedLedger();
    writeFileSync(
      join(machine.folder, 'ledger.db'),
      'not a database, but long enough to be looked at as one '.repeat(40),
    );
    const before = folderDigests(machine.runtime.files);
    expect(await refusalOf(machine)).toContain('ledger.broken');
    expect(folderDigests(machine.runtime.files)).toEqual(before);
  });

  test('a making that power ended before its first entry is begun again', async () => {
    const machine = newMachine();
    const connection = openConnection(join(machine.folder, 'ledger.db'));
    connection.close();
    expect(await refusalOf(machine)).toBe('opened');
  });

  test('a making that power ended in the middle of a page is undone and begun again', async () => {
    const machine = newMachine();
    const making = new Database(join(machine.folder, 'making.db'));
    making.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 5; BEGIN; CREATE TABLE half (v TEXT);');
    const insert = making.prepare('INSERT INTO half VALUES (?)');
    for (let n = 0; n < 200; n += 1) insert.run('x'.repeat(3_000));
    copyFileSync(join(machine.folder, 'making.db'), join(machine.folder, 'ledger.db'));
    copyFileSync(join(machine.folder, 'making.db-journal'), join(machine.folder, 'ledger.db-journal'));
    making.exec('ROLLBACK');
    making.close();
    expect(await refusalOf(machine)).toBe('opened');
    expect(windows.at(-1)?.ledger.verify()).toEqual({ ok: true, count: 1 });
  });

  test('a chain broken near its end is found at the start', async () => {
    const machine = await closedLedger(6);
    alter(machine, `UPDATE journal SET entry = replace(entry, '"1001"', '"1002"') WHERE seq = 4`);
    expect(await refusalOf(machine)).toContain('ledger.broken: 账本校验不通过(第 4 条)');
  });

  test('a first entry that does not say whose ledger it is, beside an anchor that cannot be read, is refused and nothing is made of it', async () => {
    const machine = await closedLedger(6);
    alter(machine, `UPDATE journal SET entry = replace(entry, '"ledgerId"', '"ledgerIc"') WHERE seq = 1`);
    writeFileSync(join(machine.folder, 'anchor.json'), '{"seq":');
    rmSync(join(machine.folder, 'anchor.slots'), { force: true });
    const before = folderDigests(machine.runtime.files);
    expect(await refusalOf(machine)).toContain('ledger.broken: 账本校验不通过(第 1 条)');
    // Reading leaves SQLite's own files beside the ledger.
    const { 'ledger.db-shm': _, 'ledger.db-wal': __, ...after } = folderDigests(machine.runtime.files);
    expect(after).toEqual(before);
  });
});

describe('anchor', () => {
  const anchorOf = (machine: Machine) =>
    JSON.parse(readFileSync(join(machine.folder, 'anchor.json'), 'utf8')) as { seq: number };
  const known = (machine: Machine): Anchor => {
    const anchor = readAnchor(machine.runtime.files);
    if (anchor === undefined || anchor === 'unreadable') throw new Error('no anchor');
    return anchor;
  };
  const sign = (window: TestWindow): void =>
    void window.write([{ kind: 'session.signedIn', body: { clerkNumber: '1001' } }]);

  test('it follows within a second, never leads, and stands at the head after a clean stop', async () => {
    const machine = newMachine();
    const window = await open(machine);
    expect(anchorOf(machine).seq).toBe(1);
    sign(window);
    expect(anchorOf(machine).seq).toBe(1);
    machine.pass(999);
    expect(anchorOf(machine).seq).toBe(1);
    machine.pass(1);
    expect(anchorOf(machine).seq).toBe(2);
    sign(window);
    window.close();
    expect(anchorOf(machine).seq).toBe(3);
  });

  test('it is never more than fifty entries behind, however fast they come', async () => {
    const machine = newMachine();
    const window = await open(machine);
    for (let n = 0; n < 160; n += 1) {
      sign(window);
      const behind = window.ledger.head().seq - known(machine).seq;
      expect(behind).toBeGreaterThanOrEqual(0);
      expect(behind).toBeLessThan(50);
    }
    expect(known(machine).seq).toBeGreaterThan(100);
    machine.pass(1_000);
    expect(anchorOf(machine).seq).toBe(161);
  });

  /** A ledger of ten entries, put back after the window had written 120 more in one second and its power went. */
  async function putBackAfterARush(): Promise<Machine> {
    const machine = newMachine();
    const early = await open(machine);
    for (let n = 0; n < 9; n += 1) sign(early);
    early.close();
    const copy = readFileSync(join(machine.folder, 'ledger.db'));
    const window = await open(machine.restart());
    for (let n = 0; n < 120; n += 1) sign(window);
    // Whatever the timers would have written is never written.
    const files = ['anchor.json', 'anchor.slots'].map(
      (name) => [name, readFileSync(join(machine.folder, name))] as const,
    );
    window.close();
    for (const name of ['ledger.db-wal', 'ledger.db-shm'])
      rmSync(join(machine.folder, name), { force: true });
    writeFileSync(join(machine.folder, 'ledger.db'), copy);
    for (const [name, bytes] of files) writeFileSync(join(machine.folder, name), bytes);
    return machine;
  }

  test('what was written in place during a rush finds out an older ledger that its own file would let pass', async () => {
    const machine = await putBackAfterARush();
    expect(anchorOf(machine).seq).toBe(10);
    expect(known(machine).seq).toBe(110);
    const window = await open(machine.restart());
    expect(window.ledger.succession).toMatchObject({ why: 'older', fromSeq: 10 });
  });

  test('a torn slot is passed over for the other one, and two for the file', async () => {
    const machine = await putBackAfterARush();
    const path = join(machine.folder, 'anchor.slots');
    const slots = readFileSync(path);
    // The hundred-and-tenth stands in the second page.
    slots.write('7', 4_096 + slots.subarray(4_096).indexOf('"seq":110') + 6);
    writeFileSync(path, slots);
    expect(known(machine).seq).toBe(60);
    slots.fill(0, 0, 512);
    writeFileSync(path, slots);
    expect(known(machine)).toEqual(anchorOf(machine));
    rmSync(path);
    expect(known(machine)).toEqual(anchorOf(machine));
  });

  test('slots of another ledger say nothing, and slots without the file are no anchor', async () => {
    const machine = await putBackAfterARush();
    const window = await open(machine.restart());
    const { ledgerId } = window.ledger;
    window.close();
    expect(known(machine)).toMatchObject({ ledgerId, seq: 1 });
    rmSync(join(machine.folder, 'anchor.json'));
    expect(readAnchor(machine.runtime.files)).toBeUndefined();
  });

  test('a disk that refuses the anchor costs no sale, and the anchor follows when it can', async () => {
    const machine = newMachine();
    const window = await open(machine);
    const { files } = machine.runtime;
    const whole = { ...files };
    files.writeAtomic = () => {
      throw new Error('ENOSPC');
    };
    sign(window);
    machine.pass(1_000);
    expect(machine.logged.at(-1)).toMatchObject({
      level: 'error',
      message: 'the anchor could not be written',
    });
    Object.assign(files, whole);
    machine.pass(1_000);
    expect(anchorOf(machine).seq).toBe(2);
  });

  test('a ledger without its anchor goes on and says so', async () => {
    const machine = await closedLedger();
    rmSync(join(machine.folder, 'anchor.json'));
    const restarted = machine.restart();
    await open(restarted);
    expect(restarted.logged).toContainEqual({
      level: 'warn',
      fields: { lastSeq: 5 },
      message: 'a ledger without an anchor',
    });
    expect(anchorOf(machine).seq).toBe(5);
  });
});

describe('migrations', () => {
  const own = readMigrationFiles().length;
  const ownMinReader = Math.max(...readMigrations(readMigrationFiles()).map(({ minReader }) => minReader));
  const fourDigits = (n: number): string => String(n).padStart(4, '0');
  /** The next one after those of this program, which older programs may ignore. */
  const second = {
    name: `${fourDigits(own + 1)}_remarks.sql`,
    sql: '-- min-reader: 1\n-- rebuild\nCREATE TABLE remarks (seq INTEGER PRIMARY KEY) STRICT;',
  };
  const third = {
    name: `${fourDigits(own + 2)}_more.sql`,
    sql: `-- min-reader: ${own + 2}\nCREATE TABLE more (seq INTEGER PRIMARY KEY) STRICT;`,
  };
  const marksOf = (machine: Machine): unknown[] => {
    const database = new Database(join(machine.folder, 'ledger.db'), { readonly: true });
    const rows = database.prepare('SELECT name, value FROM meta ORDER BY name').all();
    database.close();
    return rows;
  };

  test('each runs once, after a copy of the ledger as it was', async () => {
    const machine = await closedLedger(4);
    const migrations = [...readMigrationFiles(), second];
    const window = await open(machine.restart(), { migrations });
    expect(window.ledger.verify()).toEqual({ ok: true, count: 4 });
    window.close();
    expect(marksOf(machine)).toEqual([
      { name: 'minReader', value: ownMinReader },
      { name: 'schema', value: own + 1 },
    ]);
    const copy = new Database(join(machine.folder, `ledger.db.before-${fourDigits(own + 1)}`), {
      readonly: true,
    });
    expect(copy.prepare('SELECT count(*) AS n FROM journal').get()).toEqual({ n: 4 });
    expect(copy.prepare("SELECT value FROM meta WHERE name = 'schema'").get()).toEqual({ value: own });
    copy.close();
    const made = folderDigests(machine.runtime.files)[`ledger.db.before-${fourDigits(own + 1)}`];
    (await open(machine.restart(), { migrations })).close();
    expect(folderDigests(machine.runtime.files)[`ledger.db.before-${fourDigits(own + 1)}`]).toBe(made);
  });

  test('one that fails leaves the ledger as it was', async () => {
    const machine = await closedLedger(4);
    const bad = {
      name: `${fourDigits(own + 1)}_bad.sql`,
      sql: '-- min-reader: 1\nCREATE TABLE remarks (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1);',
    };
    const restarted = machine.restart();
    expect(await refusalOf(restarted, { migrations: [...readMigrationFiles(), bad] })).toContain(
      'folder.notWritable',
    );
    expect(marksOf(machine)).toEqual([
      { name: 'minReader', value: ownMinReader },
      { name: 'schema', value: own },
    ]);
    const window = await open(machine.restart());
    expect(window.ledger.verify()).toEqual({ ok: true, count: 4 });
  });

  test('only the newest three copies are kept', async () => {
    const machine = await closedLedger(2);
    const many = [1, 2, 3, 4, 5].map((n) => ({
      name: `${fourDigits(own + n)}_more.sql`,
      sql: `-- min-reader: 1\nCREATE TABLE more${n} (n INTEGER) STRICT;`,
    }));
    await open(machine.restart(), { migrations: [...readMigrationFiles(), ...many] });
    const copies = Object.keys(folderDigests(machine.runtime.files))
      .filter((name) => name.includes('before'))
      .sort();
    expect(copies).toEqual([3, 4, 5].map((n) => `ledger.db.before-${fourDigits(own + n)}`));
  });

  test('a ledger that needs a newer program is refused and not a byte of it is touched', async () => {
    const machine = await closedLedger();
    (await open(machine.restart(), { migrations: [...readMigrationFiles(), second, third] })).close();
    const before = folderDigests(machine.runtime.files);
    expect(await refusalOf(machine)).toContain(
      `ledger.newer: 账本由更新的程序写成(需要 ${own + 2},本程序 ${own})`,
    );
    const { 'ledger.db-shm': _shm, 'ledger.db-wal': _wal, ...after } = folderDigests(machine.runtime.files);
    expect(after).toEqual(before);
  });

  test('a newer ledger that older programs still understand is opened and kept as it is', async () => {
    const machine = await closedLedger();
    (await open(machine.restart(), { migrations: [...readMigrationFiles(), second] })).close();
    const window = await open(machine.restart());
    window.openShift();
    window.close();
    expect(marksOf(machine)).toEqual([
      { name: 'minReader', value: ownMinReader },
      { name: 'schema', value: own + 1 },
    ]);
  });

  test('a gap, a missing heading or a strange name is a defect of the program', () => {
    const [first] = readMigrationFiles();
    if (!first) throw new Error('no migration');
    expect(() => readMigrations([first, third])).toThrow('expected number 2');
    expect(() => readMigrations([{ name: '0001_a.sql', sql: 'SELECT 1' }])).toThrow('min-reader');
    expect(() => readMigrations([{ name: 'a.sql', sql: '-- min-reader: 1' }])).toThrow('NNNN_words.sql');
    expect(() => readMigrations([])).toThrow('no migrations');
  });
});

// Opens the file once for every page of it.
test('a page that cannot be read is found at the start, wherever it is; an index is made again', async () => {
  const machine = newMachine();
  const window = await open(machine);
  window.openShift();
  window.takeLease('wugongzhi-putuoshan/2026-11-21/1100', { count: 100 });
  const sold = Array.from({ length: 60 }, (_, n) => window.sell('wugongzhi-putuoshan/2026-11-21/1100', [n]));
  window.close();
  const path = join(machine.folder, 'ledger.db');
  const whole = readFileSync(path);
  const found = new Map<string, number>();
  for (let page = 4096; page < whole.length; page += 4096) {
    const broken = Buffer.from(whole).fill(0xee, page, page + 12);
    writeFileSync(path, broken);
    const opened = await tryWindow(machine.restart());
    const what = opened.ok ? 'opened' : opened.refusal.code;
    found.set(what, (found.get(what) ?? 0) + 1);
    if (opened.ok) {
      expect(opened.value.ledger.verify()).toMatchObject({ ok: true });
      for (const { ticketNumbers } of sold)
        expect(opened.value.ledger.ticket(ticketNumbers[0] ?? '')).toBeDefined();
      opened.value.ledger.close();
    }
    for (const rest of ['ledger.db-wal', 'ledger.db-shm'])
      rmSync(join(machine.folder, rest), { force: true });
  }
  expect([...found.keys()].filter((what) => what !== 'opened')).toEqual(['ledger.broken']);
}, 120_000);
