import { expect, test } from 'vitest';
import { readMigrations } from '../shell/files.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';

test('each migration runs once; a database of a newer program is left as it was; a failing one leaves nothing', async () => {
  const store = await openPglite('memory://');
  try {
    const own = readMigrations();
    expect(await migrate(store, own, 1)).toEqual(own.map(({ name }) => name));
    expect(await migrate(store, own, 2)).toEqual([]);
    const broken = {
      name: '9998_broken',
      sql: 'create table half_made (id int); create table windows (id int);',
    };
    await expect(migrate(store, [...own, broken], 3)).rejects.toThrow(/windows/);
    expect(
      await store.query("select 1 from information_schema.tables where table_name = 'half_made'"),
    ).toEqual([]);
    const newer = { name: '9999_newer', sql: 'create table of_tomorrow (id int)' };
    await migrate(store, [...own, newer], 4);
    await expect(migrate(store, own, 5)).rejects.toThrow(/newer/);
  } finally {
    await store.close();
  }
});

test('stations keep the codes that their ledgers were opened with, the oldest ledger first', async () => {
  const store = await openPglite('memory://');
  try {
    const own = readMigrations();
    await migrate(
      store,
      own.filter(({ name }) => name < '0012'),
      1,
    );
    const opened = async (station: string, code: string, at: number): Promise<void> => {
      const ledger = [`${station}/03`, String(at).repeat(32)];
      await store.query(
        `insert into windows (window_id, public_key, enrolled_at) values ($1, decode(repeat('00', 32), 'hex'), 0)`,
        [`${station}/03`],
      );
      await store.query(
        `insert into ledgers (window_id, ledger_id, last_hash, first_seen_at, last_seen_at)
         values ($1, $2, decode(repeat('00', 32), 'hex'), $3, $3)`,
        [...ledger, at],
      );
      const body = { program: '"stationCode":"9999" \0', stationCode: code };
      await store.query(
        `insert into entries (window_id, ledger_id, seq, hash, entry, kind, received_at)
         values ($1, $2, 1, '', $3, 'ledger.opened', 0)`,
        [...ledger, JSON.stringify({ body })],
      );
    };
    await opened('late', '3090', 3);
    await opened('early', '3090', 1);
    await opened('own', '4000', 2);
    await migrate(store, own, 4);
    expect(await store.query('select code, station from station_codes order by code')).toEqual([
      { code: '3090', station: 'early' },
      { code: '4000', station: 'own' },
    ]);
  } finally {
    await store.close();
  }
});
