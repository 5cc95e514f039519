import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { paperLines } from '../authorities.ts';
import { forkLines } from '../fork-lines.ts';
import { importBatches } from './import-batches.ts';
import { nameFromArguments, putPapers } from './put-papers.ts';
import { openCity } from './open-city.ts';
import { machineRuntime } from './runtime.ts';
import { StartError } from './data-folder.ts';

const USAGE = `city gateway
  --data DIR       data folder: keys.json and, unless --postgres is given, the embedded database
  --postgres URL   PostgreSQL to use
  --port N         port; any free one when left out
  --host ADDRESS   address to listen on; 127.0.0.1 when left out, another one only with TLS
  --tls-key FILE   private key (PEM): serves https, TLS 1.3
  --tls-cert FILE  certificate chain (PEM) for it
  --import PATH…   takes in batch files that came by hand (or folders of them), writes an answer file beside each, and ends;
                   with --postgres also beside a running gateway
  --forks          lists what came of two copies of one window's key (every window, or those named after it), and ends
  --authority STATION KEY NAME
                   names an authority whose plans and orders are passed on to a station (its raw Ed25519 key, base64url), and ends
  --papers FILE…   takes in what an authority signed (city/authority.mjs), and ends
  --list-papers    lists what authorities signed (every station, or those named after it), and ends
  --name TEXT      how the city calls itself
  --trial          puts the trial timetable in force and makes an enrolment code
  --new-code       makes an enrolment code
  --with-parent    ends when standard input closes
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    postgres: { type: 'string' },
    port: { type: 'string', default: '0' },
    host: { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
    import: { type: 'boolean', default: false },
    forks: { type: 'boolean', default: false },
    authority: { type: 'boolean', default: false },
    papers: { type: 'boolean', default: false },
    'list-papers': { type: 'boolean', default: false },
    name: { type: 'string' },
    trial: { type: 'boolean', default: false },
    'new-code': { type: 'boolean', default: false },
    'with-parent': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const isHalfTls = (values['tls-key'] === undefined) !== (values['tls-cert'] === undefined);
const isStray = values.authority
  ? positionals.length !== 3
  : values.import || values.papers
    ? positionals.length === 0
    : positionals.length > 0 && !values.forks && !values['list-papers'];
/** Does one thing and ends; with PostgreSQL beside a running gateway. */
const isErrand = values.import || values.forks || values.authority || values.papers || values['list-papers'];
if (values.help || values.data === undefined || !/^\d{1,5}$/.test(values.port) || isHalfTls || isStray) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const clockOffsetMs = values.trial ? Number(process.env['STATION_OFFICE_CLOCK_OFFSET_MS'] ?? 0) : 0;
const runtime = machineRuntime(
  process.env['CITY_LOG'] ?? 'warn',
  Number.isSafeInteger(clockOffsetMs) ? clockOffsetMs : 0,
);
// Watched before anything else: a parent that dies while the database opens must not leave a city behind.
let end = (): void => process.exit(0);
if (values['with-parent'])
  process.stdin
    .once('end', () => end())
    .once('error', () => end())
    .resume();
process.once('SIGTERM', () => end()).once('SIGINT', () => end());

function pem(option: 'tls-key' | 'tls-cert'): string {
  const path = values[option] ?? '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`--${option} ${path} cannot be read`, { cause: error });
  }
}

try {
  const tls = values['tls-key'] === undefined ? {} : { tls: { key: pem('tls-key'), cert: pem('tls-cert') } };
  const city = await openCity(
    {
      data: values.data,
      trial: values.trial,
      name: values.name ?? (values.trial ? '城市平台(试用)' : '城市平台'),
      ...(values.postgres === undefined ? {} : { postgres: values.postgres }),
      ...tls,
      isAlone: !isErrand,
    },
    runtime,
  );
  let isEnding = false;
  end = () => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(1), 5_000).unref();
    city.close().then(
      () => process.exit(0),
      (error: unknown) => {
        runtime.log.error({ err: error }, 'close failed');
        process.exit(1);
      },
    );
  };
  if (values.import) {
    const refused = await importBatches(city, positionals, (imported) =>
      process.stdout.write(`${JSON.stringify(imported)}\n`),
    );
    await city.close();
    process.exit(refused === 0 ? 0 : 1);
  }
  if (values.forks) {
    for (const line of await forkLines(city.store, positionals)) process.stdout.write(`${line}\n`);
    await city.close();
    process.exit(0);
  }
  if (values.authority) {
    const named = await nameFromArguments(city.store, runtime, positionals);
    process.stdout.write(`${JSON.stringify(named)}\n`);
    await city.close();
    process.exit(named.ok ? 0 : 1);
  }
  if (values.papers) {
    const refused = await putPapers(city.store, runtime, positionals, (put) =>
      process.stdout.write(`${JSON.stringify(put)}\n`),
    );
    await city.close();
    process.exit(refused === 0 ? 0 : 1);
  }
  if (values['list-papers']) {
    for (const line of await paperLines(city.store, positionals)) process.stdout.write(`${line}\n`);
    await city.close();
    process.exit(0);
  }
  const enrolmentCode = values.trial || values['new-code'] ? await city.makeEnrolmentCode() : undefined;
  const url = await city.listen(Number(values.port), values.host);
  process.stdout.write(
    `${JSON.stringify({ ready: true, url, ...(enrolmentCode ? { enrolmentCode } : {}) })}\n`,
  );
} catch (error) {
  const why = error instanceof StartError ? error.message : String(error);
  runtime.log.error({ err: error }, 'the city does not start');
  process.stdout.write(`${JSON.stringify({ ready: false, why })}\n`);
  process.exit(1);
}
