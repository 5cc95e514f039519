import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { app, safeStorage } from 'electron';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { lockDataFolder } from '../ledger/lock.ts';
import type { Log } from '../runtime.ts';
import { trialWindow } from '../trial-station.ts';
import { machineClock } from './clock.ts';
import { defaultDataFolder } from './data-folder.ts';
import { utilityDeviceLauncher, utilitySupervisorLauncher } from './electron-launchers.ts';
import { lockContents, lockSession } from './electron-lockdown.ts';
import { announceScheme, servePages, type Pages } from './electron-page.ts';
import { followPower, stopInOrder } from './electron-power.ts';
import { openWindows } from './electron-windows.ts';
import { readClock, trialOnly } from './host-options.ts';
import { systemKeyStore } from './key-stores.ts';
import {
  fileRefusal,
  openOffice,
  openStation,
  type CreateOffice,
  type Opened,
  type OpenOffice,
  type Station,
} from './open-office.ts';
import { findProgram, type Program } from './program.ts';
import { childSupervisorLauncher } from './trial.ts';

/**
 * Electron's shell: the clerk's window and the passengers', pages of our own scheme, one call channel and one event
 * channel. `--data DIR` names the data folder, `--display=off` keeps a second screen free, `--board=on` shows the hall's
 * departures on the last one, `--key=file` moves the master key out of the system's key store and ends; in a trial `--clock`
 * and `--sheets` are those of the host. What is in the way of an
 * office is shown on a page of its own; the exit code is then 2.
 */
export async function runElectron(createOffice: CreateOffice): Promise<void> {
  process.umask(0o077);
  app.enableSandbox();
  announceScheme();
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  const program = findProgram();
  const named = switchOf('data');
  const folder = named === undefined ? defaultDataFolder(trialWindow) : resolve(named);
  if (folder !== undefined) {
    // What the browser engine stores belongs to the window, as everything else does; and the instance lock goes by it.
    app.setPath('userData', join(folder, 'electron'));
    if (!app.requestSingleInstanceLock()) {
      app.exit(0);
      return;
    }
  }
  await app.whenReady();
  lockSession();
  const pages = servePages(program);
  if (folder === undefined)
    return pages.refuse([refuse('host.option', { detail: '本机有几个窗口的数据目录,请用 --data 指明' })]);

  const isMovingKey = switchOf('key') === 'file';
  const clock = readClock(switchOf('clock'));
  if (!clock.ok) return pages.refuse([clock.refusal]);
  const trial = { clockOffsetMs: clock.value, sheetsFile: switchOf('sheets') };
  const opened = await openStation(folder, {
    makeTrial: !isMovingKey,
    clockOffsetMs: trial.clockOffsetMs,
  });
  if (!opened.ok) return pages.refuse(opened.refusals);
  const station = opened.value;
  const notHere = trialOnly(station.config.trial, trial);
  if (notHere) return pages.refuse([notHere]);
  const { log, files } = station;
  process.on('uncaughtExceptionMonitor', (error) =>
    log.error({ error: error.stack }, 'a defect ends the office'),
  );
  if (isMovingKey) return moveKeyOut(station, pages);
  const running = await openInElectron(program, station, createOffice, { ...trial, pdf: pages.pdf });
  if (!running.ok) {
    log.warn({ refusals: running.refusals.map(({ code }) => code) }, 'the office does not open');
    return pages.refuse(running.refusals);
  }
  const { firstManagerCode } = running.value.office;
  // A window program has no other voice: the code is good for a day and for one use.
  if (firstManagerCode !== undefined)
    log.warn({ firstManagerCode }, 'this station has no manager yet: the code for the first one, told once');
  stopInOrder(running.value, log);
  followPower(running.value, log);
  const shown = {
    withDisplay: app.commandLine.getSwitchValue('display') !== 'off',
    withBoard: app.commandLine.getSwitchValue('board') === 'on',
  };
  openWindows({ program, office: running.value.office, files, log }, shown, () => app.quit());
}

/** `--key=file`: for a host without a desktop. Nobody else may have the folder open meanwhile. */
async function moveKeyOut({ files, log, config }: Station, pages: Pages): Promise<void> {
  const lock = lockDataFolder({ files, clock: machineClock(0) }, { pid: process.pid });
  if (!lock.ok) return pages.refuse([lock.refusal]);
  const moved = await keyStoreOf({ files, log, config }).toFile();
  lock.value.release();
  if (!moved.ok) return pages.refuse([moved.refusal]);
  process.stdout.write(`${JSON.stringify({ keyInFile: true, folder: files.folder })}\n`);
  app.exit(0);
}

const keyStoreOf = ({ files, log, config }: Pick<Station, 'files' | 'log' | 'config'>) =>
  systemKeyStore({ files, store: safeStorage, isTrial: config.trial, platform: process.platform, log });

/** The value of a switch of this program; undefined when it was not given. */
function switchOf(name: string): string | undefined {
  const value = app.commandLine.getSwitchValue(name);
  return value === '' ? undefined : value;
}

/** A defect on the way is a refusal too: without a page nobody would see it. */
async function openInElectron(
  program: Program,
  station: Station,
  createOffice: CreateOffice,
  more: { clockOffsetMs: number; sheetsFile: string | undefined; pdf: Pages['pdf'] },
): Promise<Opened<OpenOffice>> {
  const { files, log } = station;
  try {
    return await openOffice(station, {
      program,
      createOffice,
      devices: utilityDeviceLauncher(program, log),
      // Packed, there is no Node beside Electron, and Electron's own is burnt out.
      supervisor: app.isPackaged ? utilitySupervisorLauncher(program, log) : childSupervisorLauncher(program),
      keyStore: keyStoreOf(station),
      ...more,
      address: `Electron, ${files.folder}`,
    });
  } catch (error) {
    return { ok: false, refusals: [refusalOf(error, log)] };
  }
}

function refusalOf(error: unknown, log: Log): Refusal {
  const incident = randomBytes(4).toString('hex');
  log.error(
    { incident, error: error instanceof Error ? error.stack : String(error) },
    'a defect keeps the office from opening',
  );
  return fileRefusal(error) ?? refuse('defect', { incident });
}
