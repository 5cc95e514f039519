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
