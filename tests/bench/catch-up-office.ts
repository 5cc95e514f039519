/**
 * A window's office in a process of its own, with a ledger that no city has seen: says when it begins and when everything is
 * acknowledged. Arguments: data folder, the city's address, enrolment code. Ends when its standard input closes.
 */
import { createOffice } from '../../main/office.ts';
import type { Log } from '../../main/runtime.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { findProgram, readMigrations } from '../../main/shells/program.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { stationConfig } from './bench-station.ts';
import { noDevices } from './no-devices.ts';

const [folder = '', url = '', enrolmentCode = ''] = process.argv.slice(2);
const warn: Log['warn'] = (fields, message) =>
  void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
const log: Log = { info: () => undefined, warn, error: warn };
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const config = await stationConfig({ city: { url, enrolmentCode } });
const begun = performance.now();
const opened = await createOffice({
  runtime: machineRuntime({ files: folderStore(folder), log, devices: noDevices }),
  config,
  migrations: readMigrations(findProgram()),
  program: 'bench',
});
if (!opened.ok) throw new Error(opened.refusal.message);
const office = opened.value;
const openMs = performance.now() - begun;
let isDone = false;
office.subscribe('bench', ({ event, data }) => {
  if (event !== 'link.changed' || isDone) return;
  const { state, backlog } = data as { state: string; backlog: number };
  if (state !== 'up' || backlog > 0) return;
  isDone = true;
  say({
    seconds: (performance.now() - begun - openMs) / 1_000,
    cpuSeconds: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  });
});
process.stdin.on('end', () => void office.stop().then(() => process.exit(0))).resume();
