import { fork } from 'node:child_process';
import { join } from 'node:path';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { StationConfig } from '../../contract/station.ts';
import { lockDataFolder } from '../ledger/lock.ts';
import { trialPeople } from '../trial-people.ts';
import { trialStaff } from '../trial-station.ts';
import type { TrialControls } from '../trial.ts';
import type { DeviceProcessLauncher, FileStore, Log } from '../runtime.ts';
import { machineClock } from './clock.ts';
import { folderStore } from './file-store.ts';
import { choosePort } from './host-ports.ts';
import type { Program } from './program.ts';
import { createSupervisorClient } from './supervisor-client.ts';

/** A trial's outside: simulated devices, the embedded city, and the controls that move them. */
export interface Trial {
  controls: TrialControls;
  /** The city to use: the embedded one with this start's enrolment code, or the one that `station.json` names. */
  city: StationConfig['city'];
  /** Ends simulators and gateway and gives the trial's folder free. */
  stop(): Promise<void>;
}

export interface TrialOptions {
  program: Program;
  /** The data folder of the office; everything of the trial lies in its `trial/`. */
  folder: string;
  config: StationConfig;
  launcher: DeviceProcessLauncher;
  clockOffsetMs: number;
  /** Every byte that the printer receives is appended to this file. */
  sheetsFile?: string | undefined;
  address: string;
  log: Log;
}

/** Where the simulated ports of a data folder are. */
export function trialPorts(folder: string): { readerPath: string; printerPath: string } {
  return {
    readerPath: join(folder, 'trial', 'ports', 'reader'),
    printerPath: join(folder, 'trial', 'ports', 'printer'),
  };
}

/**
 * Starts the outside of a trial. Refuses `folder.locked` when another office uses it: a second supervisor would take
 * its ports and its city's database away. What does not start is logged and tried again; the office shows it missing.
 */
export async function startTrial(options: TrialOptions): Promise<Outcome<Trial>> {
  const { program, log, config } = options;
  const clock = machineClock(options.clockOffsetMs);
  const files = folderStore(join(options.folder, 'trial'));
  folderStore(join(options.folder, 'trial', 'ports'));
  const lock = lockDataFolder({ files, clock }, { pid: process.pid, address: options.address });
  if (!lock.ok) return lock;
  try {
    const gatewayPort = config.city === undefined ? await choosePort(files, 'gateway-port.json') : undefined;
    const { readerPath, printerPath } = trialPorts(options.folder);
    const client = createSupervisorClient(
      options.launcher,
      {
        folder: files.folder,
        simulators: {
          program: program.file('native/simulators/index.mjs'),
          readerLink: readerPath,
          printerLink: printerPath,
          ...(options.sheetsFile === undefined ? {} : { sheetsFile: options.sheetsFile }),
        },
        ...(gatewayPort === undefined
          ? {}
          : { gateway: gatewayPlan(program, files, gatewayPort, options.clockOffsetMs) }),
      },
      log,
    );
    const { problems, enrolmentCode } = await client
      .begin()
      .catch((error: unknown) => ({ problems: [wordsOf(error)], enrolmentCode: undefined }));
    for (const problem of problems)
      log.warn({ problem }, 'a part of the trial does not start; it is tried again');
    const year = new Date(clock.nowMs() + 8 * 3_600_000).getUTCFullYear();
    const city = gatewayPort === undefined ? config.city : embeddedCity(gatewayPort, enrolmentCode);
    return accepted({
      controls: trialControls(client, trialPeople(year), log),
      city,
      async stop() {
        await client.stop();
        lock.value.release();
      },
    });
  } catch (error) {
    lock.value.release();
    throw error;
  }
}

function gatewayPlan(
  program: Program,
  files: FileStore,
  port: number,
  clockOffsetMs: number,
): { program: string; args: string[]; clockOffsetMs: number } {
  const data = join(files.folder, 'city');
  return {
    program: program.file('city/index.mjs'),
    args: ['--trial', '--with-parent', '--data', data, '--port', String(port)],
    clockOffsetMs,
  };
}

function embeddedCity(port: number, enrolmentCode: string | undefined): NonNullable<StationConfig['city']> {
  return { url: `http://127.0.0.1:${port}`, ...(enrolmentCode === undefined ? {} : { enrolmentCode }) };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function trialControls(
  client: ReturnType<typeof createSupervisorClient>,
  people: ReturnType<typeof trialPeople>,
  log: Log,
): TrialControls {
  /** A simulator that does not answer is shown as a missing device; the button that asked does not fail. */
  const whateverHappens = async (what: string, doing: Promise<void>): Promise<void> => {
    try {
      await doing;
    } catch (error) {
      log.warn(
        { what, problem: error instanceof Error ? error.message : String(error) },
        'a trial control failed',
      );
    }
  };
  return {
    people: () => people.map(({ id, name, note }) => ({ id, name, note })),
    async layCard(wanted): Promise<Outcome<null>> {
      const person = people.find(({ id }) => id === wanted);
      if (!person) return refused('trial.unknownPerson', { person: wanted }, 'person');
      try {
        await client.simulate({ command: 'layCard', person: person.card });
        return accepted(null);
      } catch (error) {
        return refused('trial.notReady', { detail: wordsOf(error) });
      }
    },
    enrolmentCode: () => client.enrolmentCode(),
    removeCard: () => whateverHappens('removeCard', client.simulate({ command: 'removeCard' })),
    readerPower: (on) =>
      whateverHappens(
        'readerPower',
        client.simulate({ command: 'power', device: 'reader', state: on ? 'on' : 'off' }),
      ),
    link: (up) => whateverHappens('link', client.link(up)),
    paper: (state) => whateverHappens('paper', client.simulate({ command: 'paper', state })),
    clerks: () => trialStaff.map((person) => ({ ...person, roles: [...person.roles] })),
  };
}

/**
 * Starts the supervisor as a child of this process. It has its own process group, so that Ctrl-C in a terminal reaches
 * only the office, which then ends everything in order. Where there is no Node to run it, that is said at each start.
 */
export function childSupervisorLauncher(program: Program): DeviceProcessLauncher {
  return {
    start(onMessage, onExit) {
      const node = program.node();
      if (node === undefined) {
        setImmediate(onExit, 'this copy of the program has no Node for the simulators');
        return { send: () => undefined, kill: () => undefined };
      }
      const child = fork(program.file('main/shells/supervisor.mjs'), [], {
        execPath: node,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [],
        detached: process.platform !== 'win32',
      });
      let isEnded = false;
      const end = (why: string): void => {
        if (isEnded) return;
        isEnded = true;
        onExit(why);
      };
      child.on('message', onMessage);
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => end(signal ?? `exit code ${code ?? 'unknown'}`));
      return {
        send: (message) => {
          if (child.connected) child.send(message as object, () => undefined);
        },
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}
