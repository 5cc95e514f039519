import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real PostgreSQL in a folder of its own, on a unix socket only. */
export interface PostgresCluster {
  /** Connection address of a database, made empty when it is not there. */
  url(database: string): string;
  /** Every connection is cut, as at an update of the server. */
  restart(): void;
  stop(): void;
}

/** Where Debian and others put the server's programs. */
function binaries(): string {
  const places = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin'];
  const found = places.find((place) => existsSync(join(place, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL 15 is not installed: run "sh build/setup.sh"');
  return found;
}

/** Makes and starts a cluster; as root it belongs to the user postgres, because the server refuses root. */
export function startPostgres(settings: Record<string, string> = {}): PostgresCluster {
  const bin = binaries();
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), 'so-pg-'));
  const run = (program: string, args: readonly string[]): void => {
    const path = join(bin, program);
    const [command, given] = isRoot
      ? ['runuser', ['-u', 'postgres', '--', path, ...args]]
      : [path, [...args]];
    execFileSync(command, given, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  };
  const data = join(folder, 'data');
  const start = (): void => {
    const options = [`-k ${folder}`, "-c listen_addresses=''"];
    for (const [name, value] of Object.entries(settings)) options.push(`-c ${name}=${value}`);
    const log = join(folder, 'log');
    run('pg_ctl', ['-D', data, '-w', '-t', '60', '-l', log, '-o', options.join(' '), 'start']);
  };
  try {
    if (isRoot) execFileSync('chown', ['postgres', folder]);
    chmodSync(folder, 0o755);
    run('initdb', ['-D', data, '-U', 'city', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
    start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: (database) => {
      const made = execFileSync(join(bin, 'psql'), [
        '-h',
        folder,
        '-U',
        'city',
        '-d',
        'postgres',
        '-Atc',
        `select 1 from pg_database where datname = '${database}'`,
      ]);
      if (made.length === 0) run('createdb', ['-h', folder, '-U', 'city', database]);
      return `postgres:///${database}?host=${encodeURIComponent(folder)}&user=city`;
    },
    restart: () => {
      run('pg_ctl', ['-D', data, '-m', 'fast', '-w', 'stop']);
      start();
    },
    stop: () => {
      try {
        run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
