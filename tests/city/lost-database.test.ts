import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresql } from '../../city/store/postgresql.ts';
import { batchAnswerSchema } from '../../contract/city.ts';
import { answerSchema, type Answer } from '../../contract/envelope.ts';
import { startGateway } from './link-kit.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import { KitWindow } from './window-kit.ts';

let cluster: PostgresCluster;

beforeAll(() => {
  cluster = startPostgres();
}, 60_000);

afterAll(() => cluster.stop());

test.each(['between two statements', 'in the middle of one'])(
  'a connection lost in mid-transaction, %s, is a rejection, and the store goes on',
  async (when) => {
    const lost: Error[] = [];
    const store = openPostgresql(cluster.url('lost'), (error) => lost.push(error));
    const other = openPostgresql(cluster.url('lost'), () => undefined);
    try {
      const cut = store.transaction(async (sql) => {
        const [own] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
        const end = (): Promise<unknown> => other.query('select pg_terminate_backend($1)', [own?.pid ?? 0]);
        if (when === 'in the middle of one') {
          await Promise.all([sql.query('select pg_sleep(60)'), sleep(100).then(end)]);
        } else {
          await end();
          // Judging entries goes on meanwhile; the end of the connection is heard now.
          await sleep(200);
          await sql.query('select 1 as one');
        }
      });
      await expect(cut).rejects.toThrow();
      expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
      expect(lost).toHaveLength(1);
    } finally {
      await Promise.all([store.close(), other.close()]);
    }
  },
);

test('a gateway lives through a restart of PostgreSQL in the middle of a batch, which is taken once when it comes again', async () => {
  const data = mkdtempSync(join(tmpdir(), 'so-city-'));
  const url = cluster.url('restart');
  const gateway = await startGateway(data, 0, ['--postgres', url]);
  const other = openPostgresql(url, () => undefined);
  const post = async (
    path: string,
    type: string,
    body: Uint8Array<ArrayBuffer> | string,
  ): Promise<Answer> => {
    const response = await fetch(new URL(path, `${gateway.url}/`), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return answerSchema.parse(await response.json());
  };
  try {
    const window = new KitWindow('restart/03');
    const params = { code: gateway.enrolmentCode, window: window.window, key: window.publicKey };
    const enrolment = JSON.stringify({ id: 1, method: 'window.enrol', params });
    expect(await post('v1/rpc', 'application/json', enrolment)).toMatchObject({ ok: true });
    window.open();
    window.sell();
    const batch = new Uint8Array(window.batch(1, 3));
    const send = (): Promise<Answer> => post('v1/batches', 'application/gzip', batch);
    // The batch comes as far as the row of its window, which another transaction has.
    const cut = other.transaction(async (sql) => {
      await sql.query('select 1 from windows where window_id = $1 for update', [window.window]);
      const sent = send();
      await expect
        .poll(() => other.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'"))
        .toHaveLength(1);
      cluster.restart();
      expect(await sent).toMatchObject({ ok: false, refusal: { code: 'defect' } });
    });
    await cut.catch(() => undefined);
    const answer = await send();
    expect(answer).toMatchObject({ ok: true });
    expect(batchAnswerSchema.parse(answer.ok ? answer.result : undefined).ackSeq).toBe(3);
    expect(await other.query('select seq from entries order by seq')).toEqual([
      { seq: 1 },
      { seq: 2 },
      { seq: 3 },
    ]);
    expect(await other.query('select ticket_number from tickets')).toHaveLength(1);
  } finally {
    await other.close();
    await gateway.kill();
    rmSync(data, { recursive: true, force: true });
  }
}, 60_000);
