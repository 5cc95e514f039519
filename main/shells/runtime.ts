import type { DeviceProcessLauncher, FileStore, Log, Runtime } from '../runtime.ts';
import { machineClock, machineTimers, strongRandom } from './clock.ts';
import { openCarriedFolder } from './carried-folder.ts';
import { guardedTimers } from './guarded-timers.ts';
import { machineNetwork } from './network.ts';
import { machineStationNet } from './station-net.ts';

/**
 * The real outside of an office: this PC's clocks (the wall clock moved by `clockOffsetMs` in a trial), strong chance,
 * timers, network, the data folder, the log, and the device process as the shell starts it.
 */
export function machineRuntime(parts: {
  files: FileStore;
  log: Log;
  devices: DeviceProcessLauncher;
  clockOffsetMs?: number;
  /** How this shell makes a PDF; absent where it cannot. */
  pdf?: Runtime['pdf'];
}): Runtime {
  return {
    clock: machineClock(parts.clockOffsetMs ?? 0),
    random: strongRandom,
    timers: guardedTimers(machineTimers, { log: parts.log, random: strongRandom }),
    files: parts.files,
    network: machineNetwork,
    stationNet: machineStationNet,
    openFolder: openCarriedFolder,
    ...(parts.pdf ? { pdf: parts.pdf } : {}),
    devices: parts.devices,
    log: parts.log,
  };
}
