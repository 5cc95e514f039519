import type { Store } from './store.ts';

/** One file of `city/migrations`: forward only, run once. */
export interface Migration {
  /** File name without `.sql`; starts with four digits and gives the order. */
  name: string;
  sql: string;
}

/**
 * Brings the schema up to date, each migration in a transaction of its own.
 * @throws when the database was written by a newer program: it is left as it was
 */
export async function migrate(
  store: Store,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<string[]> {
  await store.script(
    'create table if not exists schema_migrations (name text primary key, applied_at bigint not null)',
  );
  const known = new Set(migrations.map((migration) => migration.name));
  const applied = new Set<string>();
  for (const { name } of await store.query<{ name: string }>('select name from schema_migrations')) {
    if (!known.has(name)) throw new Error(`the city's database is newer than this program: it has ${name}`);
    applied.add(name);
  }
  const ran: string[] = [];
  for (const migration of migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (applied.has(migration.name)) continue;
    const isNew = await store.transaction(async (sql) => {
      // Two gateways may start on one database: the second waits here and then finds the work done.
      await sql.query("select pg_advisory_xact_lock(hashtext('station-office-city'))");
      const found = await sql.query('select 1 from schema_migrations where name = $1', [migration.name]);
      if (found.length > 0) return false;
      await sql.script(migration.sql);
      await sql.query('insert into schema_migrations (name, applied_at) values ($1, $2)', [
        migration.name,
        nowMs,
      ]);
      return true;
    }, 'long');
    if (isNew) ran.push(migration.name);
  }
  return ran;
}
