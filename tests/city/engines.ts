import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { CityRuntime } from '../../city/runtime.ts';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import { batchAnswerSchema, type BatchAnswer } from '../../contract/city.ts';
import type { SealedWeekKey } from '../../contract/encoding/batch.ts';
import { answerSchema, type Answer } from '../../contract/envelope.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import { KitWindow, saleInstantMs } from './window-kit.ts';

/** A city under test, on one engine. */
export interface CityUnderTest {
  /** Open from before the first test of the suite to after the last. */
  city(): OpenCity;
  runtime: CityRuntime;
  /** Everything that the city logged. */
  logged: unknown[];
  moveClock(byMs: number): void;
  rpc(method: string, params: object): Promise<Answer>;
  enrol(window: KitWindow, code?: string): Promise<Answer>;
  /** An enrolled window of a station of its own. */
  newWindow(number?: string): Promise<KitWindow>;
  send(gzip: Uint8Array): Promise<Answer>;
  /** Sends a batch that must be taken. */
  take(gzip: Uint8Array): Promise<BatchAnswer>;
  keysOf(window: KitWindow, ...weeks: string[]): SealedWeekKey[];
  /** Rows of a table that belong to a window. */
  count(window: KitWindow, table: string, where?: string): Promise<number>;
}

export const refusalOf = (answer: Answer): string | undefined =>
  answer.ok ? undefined : answer.refusal.code;

/** Runs the same cases on PGlite and on a real PostgreSQL. */
export function onBothEngines(what: string, cases: (under: CityUnderTest) => void): void {
  describe.each(['pglite', 'postgresql'] as const)(`${what} on %s`, (engine) => {
    let folder: string;
    let cluster: PostgresCluster | undefined;
    let city: OpenCity;
    let nowMs = saleInstantMs;
    let stations = 0;
    const logged: unknown[] = [];
    const keep = (fields: Record<string, unknown>, message: string): void => {
      logged.push([fields, message]);
    };
    const runtime: CityRuntime = {
      nowMs: () => nowMs,
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      breathe: () => new Promise((resolve) => void setImmediate(resolve)),
      log: { info: keep, warn: keep, error: keep },
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'so-city-'));
      cluster = engine === 'postgresql' ? startPostgres() : undefined;
      const postgres = cluster ? { postgres: cluster.url('city') } : {};
      city = await openCity({ data: folder, trial: true, name: '测试城市', ...postgres }, runtime);
    });
    afterAll(async () => {
      await city?.close();
      cluster?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const under: CityUnderTest = {
      city: () => city,
      runtime,
      logged,
      moveClock(byMs) {
        nowMs += byMs;
      },
      rpc: async (method, params) => answerSchema.parse(await city.gateway.rpc({ id: 1, method, params })),
      enrol: async (window, code) =>
        under.rpc('window.enrol', {
          code: code ?? (await city.makeEnrolmentCode()),
          window: window.window,
          key: window.publicKey,
        }),
      async newWindow(number = '03') {
        stations += 1;
        const window = new KitWindow(`${engine}-${stations}/${number}`);
        expect(await under.enrol(window)).toMatchObject({ ok: true });
        // Ticket numbers are unique across the city: each station of this suite sells in its own range.
        window.ticketNumber(stations * 100);
        return window;
      },
      send: async (gzip) => answerSchema.parse(await city.gateway.batch(gzip)),
      async take(gzip) {
        const answer = await under.send(gzip);
        expect(answer).toMatchObject({ ok: true });
        return batchAnswerSchema.parse(answer.ok ? answer.result : undefined);
      },
      keysOf: (window, ...weeks) =>
        weeks.map((week) => window.sealWeekKey(week, city.ring.publicKeys.sealing)),
      async count(window, table, where = 'true') {
        const sql = `select count(*) as n from ${table} where window_id = $1 and ${where}`;
        const [row] = await city.store.query<{ n: number }>(sql, [window.window]);
        return row?.n ?? -1;
      },
    };
    cases(under);
  });
}
