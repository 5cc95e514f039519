import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDemo } from '../run-demo.ts';
import { cityFolder } from '../station/offices.ts';
import { countCrisis, isUnharmed, type CrisisCount } from './count.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-crisis-'));
const story = join(folder, 'story');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const told = await runDemo('--scenario', 'reader-down', '--keep', story);
  expect(told.summary, told.stderr).toMatchObject({ ok: true, overCapacity: 0, identitiesLost: 0 });
  expect(told.code).toBe(0);
}, 180_000);

/** The same day with something done to the city's database, as anybody could who has the folder. */
async function with_(plant: (database: PGlite) => Promise<unknown>): Promise<CrisisCount> {
  const planted = join(folder, 'planted');
  if (existsSync(planted)) rmSync(planted, { recursive: true });
  cpSync(story, planted, { recursive: true });
  const database = await PGlite.create(join(cityFolder(planted), 'database'));
  await plant(database);
  await database.close();
  return countCrisis(planted);
}

/** One more entry of a window, as if it had written it. */
const entry = (database: PGlite, kind: string, body: string, more = ''): Promise<unknown> =>
  database.exec(
    `insert into entries (window_id, ledger_id, seq, hash, entry, kind, at, received_at)
     select window_id, ledger_id, 1000000 + row_number() over () + (select count(*) from entries), hash,
       jsonb_build_object('plans', '[]'::jsonb, 'body', ${body})::text, '${kind}', at, received_at
     from (select t.*, e.hash, e.at, e.received_at from counted_tickets t join entries e using (window_id, ledger_id, seq)
           order by t.ticket_number) t ${more}`,
  );

describe('what must never be is found in the city', () => {
  test('the day as it was is unharmed', async () => {
    const count = await countCrisis(story);
    expect(isUnharmed(count)).toBe(true);
    expect(count.identitiesTyped).toBe(5);
  });

  test('more heads aboard than the licence, and one ticket aboard two vessels', async () => {
    const over = await with_((database) =>
      entry(
        database,
        'ticket.boarded',
        `jsonb_build_object('ticketNumber', t.ticket_number, 'departureId', 'w-wgz-pts/2026-01-01/0001-9', 'gate', '1')`,
        'limit 2',
      ),
    );
    // Nobody gave that vessel a licence; and both are aboard another one.
    expect(over.overCapacity).toBeGreaterThanOrEqual(4);
    expect(isUnharmed(over)).toBe(false);
  });

  test('a fee of whom a right was given, and of whose departure was cancelled', async () => {
    const refund = (because: string): string =>
      `jsonb_build_object('ticketNumber', t.ticket_number, 'departureId', t.departure_id, 'fareFen', 3000, 'feeFen', 300, 'backFen', 2700, 'because', '${because}'::jsonb)`;
    const right = await with_((database) => entry(database, 'ticket.refunded', refund('["a-1"]'), 'limit 1'));
    expect(right).toMatchObject({ feesChargedAtCarrierFault: 1, refunds: 1 });
    const cancelled = await with_(async (database) => {
      await cancel(database);
      await entry(database, 'ticket.refunded', refund('[]'), 'limit 1');
    });
    expect(cancelled.feesChargedAtCarrierFault).toBe(1);
  });

  test('a fee kept although the boat was paused, by line, or an order with a free refund was in force', async () => {
    // Without a word of a right in the entry itself: the right was lost, and the city's own record of the day gives it back.
    const kept = `jsonb_build_object('ticketNumber', t.ticket_number, 'departureId', t.departure_id, 'fareFen', 3000, 'feeFen', 300, 'backFen', 2700, 'because', '[]'::jsonb)`;
    const paused = await with_(async (database) => {
      await entry(
        database,
        'departure.stateSet',
        `jsonb_build_object('state', 'paused', 'key', jsonb_build_object('issuer', 'x', 'n', 1), 'scope', jsonb_build_object('lines', jsonb_build_array(t.line_id)))`,
        'limit 1',
      );
      await entry(database, 'ticket.refunded', kept, 'limit 1');
    });
    expect(paused.feesChargedAtCarrierFault).toBe(1);
    const fog = await with_(async (database) => {
      await entry(database, 'plan.ordered', orderOf('fog'), 'limit 1');
      await entry(database, 'ticket.refunded', kept, 'limit 1');
    });
    expect(fog.feesChargedAtCarrierFault).toBe(1);
    const own = await with_((database) => entry(database, 'ticket.refunded', kept, 'limit 1'));
    expect(own.feesChargedAtCarrierFault).toBe(0);
  });

  test('passengers of a line that was cancelled after a time of day, and of a plan that cancels', async () => {
    const served = `delete from entries where kind = 'ticket.boarded'`;
    const byTime = (from: string): Promise<CrisisCount> =>
      with_(async (database) => {
        await entry(
          database,
          'departure.stateSet',
          `jsonb_build_object('state', 'cancelled', 'key', jsonb_build_object('issuer', 'x', 'n', 1),
            'scope', jsonb_build_object('lines', jsonb_build_array(t.line_id), 'departing', jsonb_build_object('from', '${from}')))`,
          'limit 1',
        );
        await database.exec(served);
      });
    const early = await byTime('00:01');
    expect(early.unresolvedPassengers).toBe(early.tickets);
    expect((await byTime('23:59')).unresolvedPassengers).toBe(0);
    const wind = await with_(async (database) => {
      await entry(database, 'plan.ordered', orderOf('wind-typhoon'), 'limit 1');
      await database.exec(served);
    });
    expect(wind.unresolvedPassengers).toBe(wind.tickets);
  });

  test('a passenger of a cancelled departure whom nobody served', async () => {
    const count = await with_(async (database) => {
      await cancel(database);
      await database.exec(`delete from entries where kind = 'ticket.boarded'`);
    });
    expect(count.unresolvedPassengers).toBe(count.tickets);
  });

  test('an identity typed without anybody who read aloud, and one that is not on record', async () => {
    const alone = await with_((database) =>
      database.exec(
        `update entries set entry = (entry::jsonb #- '{body,readAloudBy}')::text where kind = 'ticket.sold'
         and seq = (select min(seq) from entries where kind = 'ticket.sold' and entry::jsonb -> 'body' ->> 'readAloudBy' is not null)`,
      ),
    );
    expect(alone.identitiesLost).toBe(1);
    const lost = await with_((database) => database.exec('delete from passengers'));
    expect(lost.identitiesLost).toBe(lost.boarded);
  });

  test('somebody aboard before their number was called, and a number that two tickets have', async () => {
    const count = await with_((database) => database.exec('update tickets set queue_number = 9150301'));
    expect(count.outOfTurn).toBe(count.boarded);
    expect(count.numbersTwice).toBe(1);
  });
});

/** An order for everything, as its entry has it. */
const orderOf = (plan: string): string =>
  `jsonb_build_object('signed', jsonb_build_object('record', jsonb_build_object('record', 'order', 'issuer', 'x', 'n', 7,
    'plan', jsonb_build_object('id', '${plan}', 'version', 1), 'scope', '{}'::jsonb)))`;

const cancel = (database: PGlite): Promise<unknown> =>
  entry(
    database,
    'departure.stateSet',
    `jsonb_build_object('state', 'cancelled', 'key', jsonb_build_object('issuer', 'x', 'n', 1), 'scope', jsonb_build_object('departures', jsonb_build_array(t.departure_id)))`,
    'limit 1',
  );
