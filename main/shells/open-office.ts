import { randomBytes } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import { refuse, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { Office, OfficeOptions } from '../office-types.ts';
import type { DeviceProcessLauncher, FileStore } from '../runtime.ts';
import { makeTrialStation } from '../trial-station.ts';
import type { KeyStore } from '../vault/types.ts';
import { folderStore } from './file-store.ts';
import { hostKeyStore } from './key-stores.ts';
import { openLog, type OfficeLog } from './log.ts';
import { chromiumPdf } from './pdf.ts';
import { readMigrations, readPlanFiles, type Program } from './program.ts';
import { machineRuntime } from './runtime.ts';
import { readStation, writeStation } from './station-file.ts';
import { startTrial, trialPorts, type Trial } from './trial.ts';

/** The composition root, as a shell needs it. */
export type CreateOffice = (options: OfficeOptions) => Promise<Outcome<Office>>;

/** A value, or every refusal there is to show: a broken `station.json` has one a field. */
export type Opened<T> = { ok: true; value: T } | { ok: false; refusals: [Refusal, ...Refusal[]] };

/** A data folder that can be written to, with its configuration. Nothing runs yet. */
export interface Station {
  files: FileStore;
  log: OfficeLog;
  config: StationConfig;
}

/**
 * Opens the data folder and reads `station.json`. When there is none, a trial station is made, or, without
 * `makeTrial`, its absence refused.
 */
export async function openStation(
  folder: string,
  options: { makeTrial: boolean; clockOffsetMs: number },
): Promise<Opened<Station>> {
  let log: OfficeLog | undefined;
  try {
    const files = folderStore(folder);
    log = openLog(files.folder, () => Date.now() + options.clockOffsetMs);
    const known = readStation(files);
    if (known && !known.ok) {
      log.close();
      return known;
    }
    if (known) return { ok: true, value: { files, log, config: known.config } };
    if (!options.makeTrial) {
      log.close();
      return {
        ok: false,
        refusals: [refuse('station.notJson', { detail: `没有 ${join(files.folder, 'station.json')}` })],
      };
    }
    const config = await makeTrialStation({ ...trialPorts(files.folder), salt: () => randomBytes(16) });
    writeStation(files, config);
    log.info({}, 'a trial station was made');
    return { ok: true, value: { files, log, config } };
  } catch (error) {
    log?.close();
    const refusal = fileRefusal(error);
    if (!refusal) throw error;
    return { ok: false, refusals: [refusal] };
  }
}

const FILE_TROUBLE = new Set(
  'EACCES EPERM EROFS ENOSPC EDQUOT ENOTDIR EEXIST EISDIR EIO ENAMETOOLONG EMFILE'.split(' '),
);

/** A file system that says no is something to put right, not a defect; of everything else there is none. */
export function fileRefusal(error: unknown): Refusal | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FILE_TROUBLE.has(code) ? refuse('folder.notWritable', { detail: code }) : undefined;
}

/** The office of a station, running, and its trial's outside when it is one. */
export interface OpenOffice {
  office: Office;
  stop(): Promise<void>;
}

/** Starts the trial's outside, if it is a trial, and the office. What was started is ended again when one refuses. */
export async function openOffice(
  station: Station,
  options: {
    program: Program;
    createOffice: CreateOffice;
    devices: DeviceProcessLauncher;
    supervisor: DeviceProcessLauncher;
    /** The 0600 file of a host unless told otherwise. */
    keyStore?: KeyStore;
    clockOffsetMs: number;
    sheetsFile?: string | undefined;
    address: string;
    /** What makes PDFs; a Chromium of this PC unless told otherwise. */
    pdf?: (html: string) => Promise<Uint8Array>;
  },
): Promise<Opened<OpenOffice>> {
  const { files, log } = station;
  let { config } = station;
  let trial: Trial | undefined;
  if (config.trial) {
    const started = await startTrial({
      program: options.program,
      folder: files.folder,
      config,
      launcher: options.supervisor,
      clockOffsetMs: options.clockOffsetMs,
      sheetsFile: options.sheetsFile && absolute(options.sheetsFile),
      address: options.address,
      log,
    });
    if (!started.ok) return { ok: false, refusals: [started.refusal] };
    trial = started.value;
    config = trial.city === undefined ? config : { ...config, city: trial.city };
  }
  const stopTrial = async (): Promise<void> => trial?.stop();
  try {
    const opened = await options.createOffice({
      runtime: machineRuntime({
        files,
        log,
        devices: options.devices,
        clockOffsetMs: options.clockOffsetMs,
        pdf: options.pdf ?? chromiumPdf(),
      }),
      config,
      migrations: readMigrations(options.program),
      plans: readPlanFiles(options.program),
      program: options.program.name,
      keyStore: options.keyStore ?? hostKeyStore(files),
      address: options.address,
      ...(trial === undefined ? {} : { trial: trial.controls }),
    });
    if (!opened.ok) {
      await stopTrial();
      return { ok: false, refusals: [opened.refusal] };
    }
    const office = opened.value;
    return {
      ok: true,
      value: {
        office,
        async stop() {
          await office.stop();
          await stopTrial();
        },
      },
    };
  } catch (error) {
    await stopTrial();
    throw error;
  }
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path);
}
