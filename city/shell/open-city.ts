import { makeEnrolmentCode } from '../enrolment.ts';
import { publishFeed } from '../feeds.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import type { CityKeyRing } from '../keys.ts';
import type { CityRuntime } from '../runtime.ts';
import { createServer, type ServerTls } from '../server.ts';
import { migrate } from '../store/migrate.ts';
import { openEmbedded } from '../store/pglite.ts';
import { openPostgresql, type Patience } from '../store/postgresql.ts';
import type { Store } from '../store/store.ts';
import { embeddedPlace, loadKeyRing, lockFolder, makeFolder, StartError } from './data-folder.ts';
import { readMigrations, trialFeed } from './files.ts';

export interface CityOptions {
  /** Data folder: keys, and the embedded database unless `postgres` is given. */
  data: string;
  /** `postgres://…` of a PostgreSQL to use in place of the embedded database. */
  postgres?: string;
  /** How long that PostgreSQL may take; the store's own measure when left out. */
  patience?: Patience;
  /** Puts the trial feed in force. */
  trial: boolean;
  name: string;
  /** Serves HTTPS; without it plain HTTP, on loopback only. */
  tls?: ServerTls;
  /**
   * False for a second process beside a running gateway on one PostgreSQL: the folder's lock is left to the gateway. An
   * embedded database has one process at a time, whatever is said here.
   */
  isAlone?: boolean;
}

/** A city, open: its database up to date, its keys read. */
export interface OpenCity {
  gateway: Gateway;
  store: Store;
  ring: CityKeyRing;
  /** Starts serving; 0 = any free port. Gives the address. Without TLS every host but loopback is refused by throwing. */
  listen(port: number, host?: string): Promise<string>;
  makeEnrolmentCode(): Promise<string>;
  close(): Promise<void>;
}

/** Joins the city's parts on the real machine. @throws {StartError} with words when it cannot start */
export async function openCity(options: CityOptions, runtime: CityRuntime): Promise<OpenCity> {
  makeFolder(options.data);
  const isAlone = options.postgres === undefined || options.isAlone !== false;
  const unlock = isAlone ? lockFolder(options.data) : (): void => undefined;
  let store: Store | undefined;
  try {
    const ring = loadKeyRing(options.data, runtime);
    store = options.postgres
      ? openPostgresql(
          options.postgres,
          (error) => runtime.log.warn({ err: error }, 'database connection lost'),
          options.patience,
        )
      : await openEmbedded(embeddedPlace(options.data));
    const opened = store;
    const ran = await migrate(opened, readMigrations(), runtime.nowMs());
    if (ran.length > 0) runtime.log.info({ migrations: ran }, 'database brought up to date');
    if (options.trial) await publishFeed(opened, ring, trialFeed(runtime.nowMs()));
    const gateway = createGateway({ store: opened, ring, runtime, name: options.name });
    const server = createServer(gateway, options.tls);
    return {
      gateway,
      store: opened,
      ring,
      async listen(port, host = '127.0.0.1') {
        if (!options.tls && !isLoopback(host)) throw new StartError(`${host} needs --tls-key and --tls-cert`);
        return server.listen({ host, port });
      },
      makeEnrolmentCode: () => makeEnrolmentCode(opened, runtime),
      close: async () => {
        await server.close();
        await opened.close();
        unlock();
      },
    };
  } catch (error) {
    await store?.close();
    unlock();
    throw error;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
