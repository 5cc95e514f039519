import { copyFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { trialStation } from '../../main/trial-station.ts';
import { folderDigests, makeMachine, readMigrationFiles, type Machine } from '../support/machine.ts';
import { readBooks } from './books.ts';
import { closeOffices, expectChinese, ferry, openOffice, openWindow, restart, tryOffice } from './kit.ts';

const others: Machine[] = [];
afterEach(async () => {
  await closeOffices();
  for (const machine of others.splice(0)) machine.remove();
});

/** A window that sold and was closed in order; gives the outside to open it with again. */
async function closedWindow(seed = 1): Promise<Machine> {
  const window = await openWindow({ machine: makeMachine({ seed }) });
  await window.sell(ferry(), [1, 2]);
  await window.office.stop();
  return window.machine.restart();
}

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Files whose bytes count: whoever looks touches the lock file, and SQLite's index of an empty WAL. */
const digests = (machine: Machine): Record<string, string> =>
  Object.fromEntries(
    Object.entries(folderDigests(machine.runtime.files)).filter(
      ([name, digest]) =>
        !name.startsWith('office.lock') &&
        name !== 'ledger.db-shm' &&
        !(name === 'ledger.db-wal' && digest === EMPTY),
    ),
  );

/** The office does not open, says why in Chinese, and not a byte is other than before. */
async function expectClosed(
  machine: Machine,
  code: string,
  change: Parameters<typeof tryOffice>[0] = {},
): Promise<string> {
  const before = digests(machine);
  const { opened } = await tryOffice({ machine, ...change });
  if (opened.ok) await opened.value.stop();
  expect(opened).toMatchObject({ ok: false, refusal: { code } });
  if (opened.ok) return '';
  expectChinese(opened.refusal);
  expect(digests(machine)).toEqual(before);
  return opened.refusal.message;
}

test('a second office on the same folder is told who holds it, and the first sells on', async () => {
  const window = await openWindow();
  window.office.nameAddress('http://127.0.0.1:4321/');
  const before = window.books();
  const { opened } = await tryOffice({ machine: window.machine.restart() });
  expect(opened).toMatchObject({ ok: false, refusal: { code: 'folder.locked' } });
  if (!opened.ok) {
    expectChinese(opened.refusal);
    expect(opened.refusal.message).toContain(`进程 ${process.pid}`);
    expect(opened.refusal.message).toContain('http://127.0.0.1:4321/');
  }
  expect(window.books()).toEqual(before);
  await window.sell(ferry(), [1]);
  // When the first has ended the folder is free.
  const second = await restart(window);
  expect(second.books().tickets).toBe(1);
});

test('ticket numbers begin with the station code that the ledger was opened with, whatever the station file says later', async () => {
  const before = await openWindow();
  const [first] = (await before.sell(ferry(), [1])).tickets;
  const again = await restart(before, { config: { station: { ...trialStation, code: '4455' } } });
  await again.signIn();
  const [second] = (await again.sell(ferry(), [2])).tickets;
  expect(second?.ticketNumber.slice(0, 14)).toBe(first?.ticketNumber.slice(0, 14));
  expect(Number(second?.ticketNumber.slice(14, 19))).toBe(Number(first?.ticketNumber.slice(14, 19)) + 1);
});

describe('a ledger that may not go on is refused and stays as it is, byte for byte', () => {
  test('written by a newer program', async () => {
    const machine = await closedWindow();
    const newer = readMigrationFiles().length + 1;
    const database = new Database(join(machine.folder, 'ledger.db'));
    database.pragma('journal_mode = DELETE');
    database.prepare("UPDATE meta SET value = ? WHERE name IN ('schema', 'minReader')").run(newer);
    database.close();
    expect(await expectClosed(machine, 'ledger.newer')).toContain(String(newer));
  });

  test('older than its anchor, without the keys that a successor would sign with', async () => {
    const machine = await closedWindow();
    rmSync(join(machine.folder, 'ledger.db'));
    rmSync(join(machine.folder, 'master.key'));
    await expectClosed(machine, 'ledger.older');
  });

  test('of another window', async () => {
    const machine = await closedWindow();
    expect(await expectClosed(machine, 'ledger.foreign', { config: { window: 4 } })).toContain(
      'zhujiajian-wugongzhi/03',
    );
  });

  test('with one changed letter in its last entries', async () => {
    const machine = await closedWindow();
    const database = new Database(join(machine.folder, 'ledger.db'));
    database.pragma('journal_mode = DELETE');
    database.exec(
      "DROP TRIGGER IF EXISTS journal_no_update; UPDATE journal SET entry = replace(entry, '\"fareFen\":3000', '\"fareFen\":2000') WHERE kind = 'ticket.sold'",
    );
    expect(
      database.prepare('SELECT count(*) AS n FROM journal WHERE entry LIKE \'%"fareFen":2000%\'').get(),
    ).toEqual({ n: 2 });
    database.close();
    await expectClosed(machine, 'ledger.broken');
  });

  test('that is no database any more', async () => {
    const machine = await closedWindow();
    writeFileSync(join(machine.folder, 'ledger.db'), '这不是账本'.repeat(500));
    await expectClosed(machine, 'ledger.broken');
  });
});

describe('keys', () => {
  test.each(['keys.json', 'master.key'])(
    'without %s nothing opens and no new key is made in silence',
    async (file) => {
      const machine = await closedWindow();
      const kept = join(tmpdir(), `station-office-${process.pid}-${file}`);
      copyFileSync(join(machine.folder, file), kept);
      rmSync(join(machine.folder, file));
      await expectClosed(machine, 'keys.missing');
      expect(machine.runtime.files.exists(file)).toBe(false);
      // Put back, everything is there again, names too.
      copyFileSync(kept, join(machine.folder, file));
      rmSync(kept);
      const window = await openOffice({ machine });
      await window.signIn();
      const { tickets } = await window.ok('sales.list', { limit: 5 });
      expect(tickets.every(({ holderName }) => typeof holderName === 'string')).toBe(true);
    },
  );

  test('of another machine do not open this ledger', async () => {
    const machine = await closedWindow();
    const other = await closedWindow(7);
    for (const file of ['keys.json', 'master.key'])
      copyFileSync(join(other.folder, file), join(machine.folder, file));
    const before = digests(machine);
    const { opened } = await tryOffice({ machine });
    if (opened.ok) await opened.value.stop();
    expect(opened.ok).toBe(false);
    if (!opened.ok) expect(['keys.missing', 'keys.broken']).toContain(opened.refusal.code);
    expect(digests(machine)).toEqual(before);
  });

  test('that are rubbish are refused as broken', async () => {
    const machine = await closedWindow();
    machine.runtime.files.writeAtomic('master.key', 'rubbish\n');
    await expectClosed(machine, 'keys.broken');
  });
});

test('a whole folder carried to another place goes on there', async () => {
  const machine = await closedWindow();
  const elsewhere = makeMachine({ seed: 9 });
  others.push(elsewhere);
  cpSync(machine.folder, elsewhere.folder, { recursive: true });
  const window = await openOffice({ machine: elsewhere });
  await window.signIn();
  await window.sell(ferry(), [3]);
  expect(readBooks(elsewhere.folder)).toMatchObject({ tickets: 3, verified: { ok: true } });
});

test('a folder that takes no file is refused, and nothing of an office stays in it', async () => {
  const machine = makeMachine();
  others.push(machine);
  machine.runtime.files.writeAtomic('feed/own.json', '{}');
  const files = { ...machine.runtime.files, folder: join(machine.folder, 'feed', 'own.json') };
  const { opened } = await tryOffice({ machine, runtime: { files } });
  expect(opened).toMatchObject({ ok: false, refusal: { code: 'folder.notWritable' } });
});
