import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openCity } from '../../city/shell/open-city.ts';
import { openPostgresql } from '../../city/store/postgresql.ts';
import { answerSchema, type Answer } from '../../contract/envelope.ts';
import { refusalOf } from './engines.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import { startSilentProxy, type SilentProxy } from './silent-proxy.ts';
import { KitWindow } from './window-kit.ts';

const PATIENCE = { statementMs: 700, answerMs: 1_200, trivialMs: 1_200, idleMs: 700 };
const nothing = (): void => undefined;

let cluster: PostgresCluster;
let proxy: SilentProxy;

/** Address of a database by the line that can fall silent. */
function lineTo(database: string): string {
  cluster.url(database);
  return `postgres://city@127.0.0.1:${proxy.port}/${database}`;
}

beforeAll(() => {
  cluster = startPostgres();
}, 60_000);
afterAll(() => cluster.stop());
beforeEach(async () => {
  const folder = new URL(cluster.url('postgres').replace('postgres:///', 'postgres://x/')).searchParams.get(
    'host',
  );
  proxy = await startSilentProxy(join(folder ?? '', '.s.PGSQL.5432'));
});
afterEach(() => proxy.close());

test('a connection that falls silent in mid-transaction is thrown away, and what it had locked comes free', async () => {
  const store = openPostgresql(lineTo('silent'), nothing, PATIENCE);
  try {
    await store.script('create table row (id int); insert into row values (1)');
    const lock = 'select id from row for update';
    const silent = store.transaction(async (sql) => {
      await sql.query(lock);
      proxy.silence();
      await sql.query('select 1 as one');
    });
    await expect(silent).rejects.toThrow(/read timeout/);
    // The server heard nothing of it: its own limit ends the transaction that nobody goes on with.
    await expect
      .poll(() => store.transaction((sql) => sql.query(lock)).catch(() => undefined), { timeout: 10_000 })
      .toEqual([{ id: 1 }]);
  } finally {
    await store.close();
  }
}, 20_000);

test('a single query and the beginning of a transaction have a limit too', async () => {
  const store = openPostgresql(lineTo('silent'), nothing, PATIENCE);
  try {
    await store.query('select 1 as one');
    proxy.silence();
    await expect(store.query('select 1 as one')).rejects.toThrow(/read timeout/);
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
    proxy.silence();
    await expect(store.transaction(() => Promise.resolve())).rejects.toThrow(/read timeout/);
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await store.close();
  }
}, 20_000);

test('a statement that takes too long is ended by the server; in a long transaction it is not', async () => {
  const store = openPostgresql(lineTo('silent'), nothing, PATIENCE);
  const sleep = 'select 1 as one from pg_sleep(1.5)';
  try {
    await expect(store.transaction((sql) => sql.query(sleep))).rejects.toThrow(/statement timeout/);
    await expect(store.query(sleep)).rejects.toThrow(/statement timeout/);
    expect(await store.transaction((sql) => sql.query(sleep), 'long')).toEqual([{ one: 1 }]);
    await expect(
      store.transaction((sql) => sql.query(sleep)),
      'the limit is back',
    ).rejects.toThrow();
  } finally {
    await store.close();
  }
}, 20_000);

test('batches sent again while the database is silent wait in a short row, and are taken when it speaks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'so-city-'));
  const runtime = {
    nowMs: () => Date.now(),
    randomBytes: (count: number) => new Uint8Array(randomBytes(count)),
    breathe: () => new Promise<void>((resolve) => void setImmediate(resolve)),
    log: { info: nothing, warn: nothing, error: nothing },
  };
  const options = {
    data: folder,
    trial: false,
    name: '测试城市',
    postgres: lineTo('row'),
    patience: { ...PATIENCE, statementMs: 2_500, answerMs: 3_000 },
  };
  const city = await openCity(options, runtime);
  const direct = openPostgresql(cluster.url('row'), nothing);
  try {
    const window = new KitWindow('silent/03');
    const code = await city.makeEnrolmentCode();
    const params = { code, window: window.window, key: window.publicKey };
    expect(await city.gateway.rpc({ id: 1, method: 'window.enrol', params })).toMatchObject({ ok: true });
    window.open();
    window.sell();
    const send = async (): Promise<Answer> =>
      answerSchema.parse(await city.gateway.batch(window.batch(1, 3)));
    const answers = await direct.transaction(async (sql) => {
      await sql.query('select 1 from windows for update');
      const first = send();
      await expect
        .poll(() => direct.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'"))
        .toHaveLength(1);
      let busy = 0;
      const more = Array.from({ length: 10 }, async () => {
        if (refusalOf(await send()) === 'city.busy') busy += 1;
      });
      // Three wait behind the first.
      await expect.poll(() => busy).toBe(7);
      proxy.silence();
      expect(refusalOf(await first)).toBe('defect');
      return more;
    });
    await Promise.all(answers);
    await expect.poll(async () => (await send()).ok, { timeout: 25_000 }).toBe(true);
    expect(await direct.query('select seq from entries order by seq')).toHaveLength(3);
  } finally {
    await Promise.all([city.close(), direct.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
