import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishFeed } from '../../city/feeds.ts';
import type { CityRuntime } from '../../city/runtime.ts';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import type { StationConfig } from '../../contract/station.ts';
import { startLineProxy, type LineProxy } from '../city/line-proxy.ts';
import { startPostgres } from '../city/postgres-cluster.ts';
import { MORNING_MS } from '../support/machine.ts';
import type { TestOffice } from '../office/kit.ts';
import { numberedFeed, until } from './kit.ts';

/** The repository's own city on a PostgreSQL of its own, behind a line that a test may cut: the same for every office of a station. */
export interface StationCity {
  city: OpenCity;
  runtime: CityRuntime;
  line: LineProxy;
  /** `city` of a `station.json`, with a fresh code. */
  config(): Promise<NonNullable<StationConfig['city']>>;
  /** What the city counts. */
  tickets(): Promise<CityTicket[]>;
  entriesOf(window: number): Promise<{ entries: number; last: number }>;
  /** As after a restore from an older copy: of every ledger nothing after entry `seq` is left. */
  loseAfter(seq: number): Promise<void>;
  /** As at first: no window is enrolled, nothing stored, the line whole. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export interface CityTicket {
  ticketNumber: string;
  departureId: string;
  seatNumber: number | null;
}

/** A city whose trial coaches have numbered seats, its clock the morning of the tests unless told. */
export async function openStationCity(startMs = MORNING_MS): Promise<StationCity> {
  const data = mkdtempSync(join(tmpdir(), 'so-station-city-'));
  const cluster = startPostgres();
  const nothing = (): void => undefined;
  const shiftMs = startMs - Date.now();
  const runtime: CityRuntime = {
    nowMs: () => Date.now() + shiftMs,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    breathe: () => new Promise<void>((resolve) => void setImmediate(resolve)),
    log: { info: nothing, warn: nothing, error: nothing },
  };
  const city = await openCity(
    { data, trial: true, name: '测试城市', postgres: cluster.url('city') },
    runtime,
  );
  const { version: _version, ...feed } = numberedFeed();
  await publishFeed(city.store, city.ring, { ...feed, issuedAt: startMs });
  const port = Number(new URL(await city.listen(0)).port);
  const line = await startLineProxy(port);
  return {
    city,
    runtime,
    line,
    config: async () => ({
      url: `http://127.0.0.1:${line.port}`,
      enrolmentCode: await city.makeEnrolmentCode(),
    }),
    tickets: () =>
      city.store.query<CityTicket>(
        `select ticket_number as "ticketNumber", departure_id as "departureId", seat_number as "seatNumber"
         from counted_tickets order by 1`,
      ),
    async entriesOf(window) {
      const [row] = await city.store.query<{ entries: number; last: number }>(
        `select count(*) as entries, coalesce(max(seq), 0) as last from entries where window_id like $1`,
        [`%/${String(window).padStart(2, '0')}`],
      );
      return row ?? { entries: 0, last: 0 };
    },
    async loseAfter(seq) {
      for (const table of ['entries', 'verdicts', 'sealed_rows', 'passengers', 'tickets'])
        await city.store.query(`delete from ${table} where seq > $1`, [seq]);
      await city.store.query(
        `update ledgers l set ack_seq = $1, last_hash = e.hash from entries e
         where e.window_id = l.window_id and e.ledger_id = l.ledger_id and e.seq = $1 and l.ack_seq > $1`,
        [seq],
      );
    },
    async forget() {
      line.rule = () => ({});
      await city.store.script(
        `truncate windows, enrolment_codes, ledgers, entries, verdicts, week_keys, sealed_rows, passengers, tickets,
         fork_entries cascade`,
      );
    },
    async close() {
      await line.close();
      await city.close();
      cluster.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The city's timetable is in force at this office. */
export async function hasTimetable(office: TestOffice): Promise<void> {
  await until(
    async () => ((await office.ask('timetable.departures', { date: '2026-11-21' })).ok ? true : undefined),
    'the timetable',
  );
}

/** The window knows that everything it wrote is at the city. */
export async function allUp(office: TestOffice): Promise<void> {
  await until(
    async () => ((await office.ok('status.get')).link.backlog === 0 ? true : undefined),
    'everything at the city, and known here',
    20_000,
  );
}
