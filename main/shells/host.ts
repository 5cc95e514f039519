import { randomBytes } from 'node:crypto';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { startBrowserShell } from './browser.ts';
import { askForToken, removeControl, writeControl } from './control.ts';
import { childDeviceLauncher } from './device-process.ts';
import { keepPort, portsToTry } from './host-ports.ts';
import { hostUsage, readHostOptions, trialOnly, type HostOptions } from './host-options.ts';
import {
  fileRefusal,
  openOffice,
  openStation,
  type CreateOffice,
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
  /** The first manager's code, when this start made one. */
  readonly firstManagerCode?: string;
  newToken(): string;
  stop(): Promise<void>;
}

/** `npm run host`: one JSON line on stdout, then it serves until it is told to end. Sets the exit code. */
export async function runHost(args: readonly string[], createOffice: CreateOffice): Promise<void> {
  outliveReaders();
  const read = readHostOptions(args);
  if (!read.ok) return giveUp([read.refusal]);
  const options = read.value;
  if (options.help) return void process.stderr.write(hostUsage);
  if (options.newToken) return tellNewToken(options);
  const started = await startHost(options, createOffice);
  if (!started.ok) return giveUp(started.refusals);
  const host = started.value;
  const { url, firstManagerCode } = host;
  if (firstManagerCode !== undefined)
    process.stderr.write(`本站还没有站长。首次设置码(只显示这一次,24 小时内有效): ${firstManagerCode}\n`);
  const first = firstManagerCode === undefined ? {} : { firstManagerCode };
  process.stdout.write(`${JSON.stringify({ ready: true, url, token: host.newToken(), ...first })}\n`);
  stopWhenTold(host, options.withParent);
}

/** Opens the data folder, the page and the office on it. What was opened is closed again when something refuses. */
export async function startHost(options: HostOptions, createOffice: CreateOffice): Promise<Opened<Host>> {
  // Whatever any of our processes writes is this user's alone, also where a library chooses the mode.
  process.umask(0o077);
  const opened = await openStation(options.folder, options);
  if (!opened.ok) return opened;
  const station = opened.value;
  const { log } = station;
  const notHere = trialOnly(station.config.trial, options);
  if (notHere) return { ok: false, refusals: [notHere] };
  process.on('uncaughtExceptionMonitor', (error) =>
    log.error({ error: error.stack }, 'a defect ends the office'),
  );
  const closing: (() => Promise<void>)[] = [];
  try {
    const host = await openHost(station, options, createOffice, closing);
    if (host.ok) return host;
    log.warn({ refusals: host.refusals.map(({ code }) => code) }, 'the office does not open');
    await closeAll(closing);
    return host;
  } catch (error) {
    const incident = randomBytes(4).toString('hex');
    const stack = error instanceof Error ? error.stack : String(error);
    log.error({ incident, error: stack }, 'a defect keeps the office from opening');
    process.stderr.write(`${stack ?? ''}\n`);
    await closeAll(closing);
    return { ok: false, refusals: [fileRefusal(error) ?? refuse('defect', { incident })] };
  }
}

/** Every step that opens something adds how to close it, before the next step may fail. */
async function openHost(
  station: Station,
  options: HostOptions,
  createOffice: CreateOffice,
  closing: (() => Promise<void>)[],
): Promise<Opened<Host>> {
  const { files, log, config } = station;
  const secret = randomBytes(32).toString('base64url');
  const program = findProgram();
  const listening = await startBrowserShell({
    ports: options.port === undefined ? portsToTry(files, PORT_NOTE) : [options.port],
    pageFolder: program.pageFolder,
    controlSecret: secret,
    log,
  });
  if (!listening.ok) return { ok: false, refusals: [listening.refusal] };
  const shell = listening.value;
  closing.push(() => shell.close());
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
  if (!running.ok) return running;
  closing.push(() => running.value.stop());
  const code = running.value.office.firstManagerCode;
  // Only now is the folder ours: an office that runs on it already keeps its notes.
  shell.attach(running.value.office);
  keepPort(files, PORT_NOTE, shell.port);
  writeControl(files, { pid: process.pid, url: shell.url, secret });
  closing.push(async () => removeControl(files, secret));
  log.info(
    { program: program.name, url: shell.url, window: config.window, trial: config.trial },
    'the office is open',
  );
  return {
    ok: true,
    value: {
      url: shell.url,
      folder: files.folder,
      ...(code === undefined ? {} : { firstManagerCode: code }),
      newToken: () => shell.newToken(),
      async stop() {
        await closeAll(closing);
        log.info({}, 'the office is closed');
        log.close();
      },
    },
  };
}

/** In the order of opening: pages first, so that nobody asks an office that is closing. */
async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closing) await close();
}

/**
 * Ends in order at SIGTERM, SIGINT, SIGHUP and, with a parent, when the standard input closes. The answer is the same by
 * call.
 */
export function stopWhenTold(host: Pick<Host, 'stop'>, withParent: boolean): () => void {
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
  return stop;
}

async function tellNewToken(options: HostOptions): Promise<void> {
  const asked = await askForToken(options.folder);
  if (!asked.ok) return giveUp([asked.refusal]);
  process.stdout.write(`${JSON.stringify({ ready: true, ...asked.value })}\n`);
}

/** The refusal as JSON for programs and in Chinese for people; exit code 2. */
export function giveUp(refusals: readonly [Refusal, ...Refusal[]]): void {
  for (const { message, next } of refusals) process.stderr.write(`${message}。${next}\n`);
  process.stdout.write(`${JSON.stringify({ ready: false, refusal: refusals[0], refusals })}\n`);
  process.exitCode = REFUSED;
  // Something that a defect left open must not keep a program alive that does nothing.
  setTimeout(() => process.exit(), STOP_PATIENCE_MS).unref();
}

/** Whoever reads what this program says may go away; the office stays. */
export function outliveReaders(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
