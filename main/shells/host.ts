import { randomBytes } from 'node:crypto';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { startBrowserShell, type BrowserShell } from './browser.ts';
import { askForToken, removeControl, writeControl } from './control.ts';
import { childDeviceLauncher } from './device-process.ts';
import { folderStore } from './file-store.ts';
import { keepPort, portsToTry } from './host-ports.ts';
import { hostUsage, readHostOptions, type HostOptions } from './host-options.ts';
import {
  openOffice,
  openStation,
  type CreateOffice,
  type OpenOffice,
  type Opened,
  type Station,
} from './open-office.ts';
import { findProgram } from './program.ts';
import { childSupervisorLauncher } from './trial.ts';

const PORT_NOTE = 'port.json';
const REFUSED = 2;
/** A stop that takes longer than this is given up: the ledger is safe at any instant. */
const STOP_PATIENCE_MS = 20_000;

/** A running host: the office and its page on 127.0.0.1. */
export interface Host {
  readonly url: string;
  readonly folder: string;
  newToken(): string;
  stop(): Promise<void>;
}

/** `npm run host`: one JSON line on stdout, then it serves until it is told to end. Sets the exit code. */
export async function runHost(args: readonly string[], createOffice: CreateOffice): Promise<void> {
  const read = readHostOptions(args);
  if (!read.ok) return giveUp([read.refusal]);
  const options = read.value;
  if (options.help) return void process.stderr.write(hostUsage);
  if (options.newToken) return tellNewToken(options);
  const started = await startHost(options, createOffice);
  if (!started.ok) return giveUp(started.refusals);
  const host = started.value;
  process.stdout.on('error', () => undefined);
  process.stdout.write(`${JSON.stringify({ ready: true, url: host.url, token: host.newToken() })}\n`);
  stopWhenTold(host, options.withParent);
}

/** Opens the data folder, the page and the office on it. */
export async function startHost(options: HostOptions, createOffice: CreateOffice): Promise<Opened<Host>> {
  const opened = await openStation(options.folder, options);
  if (!opened.ok) return opened;
  const station = opened.value;
  const { files, log, config } = station;
  if (!config.trial && (options.clockOffsetMs !== 0 || options.sheetsFile !== undefined))
    return { ok: false, refusals: [refuse('host.option', { detail: '--clock 和 --sheets 只能用于试用站' })] };
  process.on('uncaughtExceptionMonitor', (error) =>
    log.error({ error: error.stack }, 'a defect ends the office'),
  );

  const controlSecret = randomBytes(32).toString('base64url');
  const program = findProgram();
  const listening = await startBrowserShell({
    ports: options.port === undefined ? portsToTry(files, PORT_NOTE) : [options.port],
    pageFolder: program.pageFolder,
    controlSecret,
    log,
  });
  if (!listening.ok) return { ok: false, refusals: [listening.refusal] };
  const shell = listening.value;
  const running = await openOffice(station, {
    program,
    createOffice,
    devices: childDeviceLauncher({
      entryPath: program.file('native/index.mjs'),
      onLog: (line) => log.warn({ line }, 'the device process says'),
    }),
    supervisor: childSupervisorLauncher(program),
    clockOffsetMs: options.clockOffsetMs,
    sheetsFile: options.sheetsFile,
    address: shell.url,
  });
  if (!running.ok) {
    await shell.close();
    log.warn({ refusals: running.refusals.map(({ code }) => code) }, 'the office does not open');
    log.close();
    return running;
  }
  // Only now is the folder ours: an office that runs on it already keeps its notes.
  shell.attach(running.value.office);
  keepPort(files, PORT_NOTE, shell.port);
  writeControl(files, { pid: process.pid, url: shell.url, secret: controlSecret });
  log.info(
    { program: program.name, url: shell.url, window: config.window, trial: config.trial },
    'the office is open',
  );
  return { ok: true, value: hostOf(station, shell, running.value, controlSecret) };
}

function hostOf(station: Station, shell: BrowserShell, running: OpenOffice, controlSecret: string): Host {
  const { files, log } = station;
  return {
    url: shell.url,
    folder: files.folder,
    newToken: () => shell.newToken(),
    async stop() {
      await shell.close();
      await running.stop();
      removeControl(files, controlSecret);
      log.info({}, 'the office is closed');
      log.close();
    },
  };
}

/** Ends in order at SIGTERM, SIGINT, SIGHUP and, with a parent, when the standard input closes. */
export function stopWhenTold(host: Host, withParent: boolean): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_PATIENCE_MS).unref();
    host.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `关闭时出错: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', stop);
  if (withParent) process.stdin.on('end', stop).on('error', stop).on('close', stop).resume();
}

async function tellNewToken(options: HostOptions): Promise<void> {
  const asked = await askForToken(folderStore(options.folder));
  if (!asked.ok) return giveUp([asked.refusal]);
  process.stdout.write(`${JSON.stringify({ ready: true, ...asked.value })}\n`);
}

/** The refusal as JSON for programs and in Chinese for people; exit code 2. */
export function giveUp(refusals: readonly [Refusal, ...Refusal[]]): void {
  for (const { message, next } of refusals) process.stderr.write(`${message}。${next}\n`);
  process.stdout.write(`${JSON.stringify({ ready: false, refusal: refusals[0], refusals })}\n`);
  process.exitCode = REFUSED;
}
