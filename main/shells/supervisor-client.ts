import type { SimulatorCommandInput } from '../../contract/simulators.ts';
import type { DeviceProcess, DeviceProcessLauncher, Log } from '../runtime.ts';
import { supervisorAnswer, type Begun, type SupervisorPlan } from './supervisor-messages.ts';

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 15_000;
const STOP_PATIENCE_MS = 12_000;

/** The shell's end of the supervisor: starts it, starts it again, puts questions and waits for their answers. */
export interface SupervisorClient {
  /** Resolves when all children run or have failed once; those are tried again. Rejects when the supervisor itself fails. */
  begin(): Promise<Begun>;
  simulate(command: SimulatorCommandInput): Promise<void>;
  /** The embedded city's code of its last start; undefined while it never came up. */
  enrolmentCode(): string | undefined;
  /** Resolves when the gateway process runs, or is gone. */
  link(up: boolean): Promise<void>;
  stop(): Promise<void>;
}

type Question =
  | { do: 'begin'; plan: SupervisorPlan }
  | { do: 'simulate'; command: SimulatorCommandInput }
  | { do: 'link'; up: boolean }
  | { do: 'stop' };

export function createSupervisorClient(
  launcher: DeviceProcessLauncher,
  plan: SupervisorPlan,
  log: Log,
): SupervisorClient {
  let supervisor: DeviceProcess | undefined;
  let isWanted = false;
  let isLinkUp = true;
  let restartMs = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;
  let lastId = 0;
  let enrolmentCode: string | undefined;
  const open = new Map<number, (problem: string | undefined, begun?: Begun) => void>();

  const ask = (question: Question): Promise<Begun | undefined> =>
    new Promise((resolve, reject) => {
      if (!supervisor) {
        reject(new Error('the supervisor does not run'));
        return;
      }
      const id = (lastId += 1);
      open.set(id, (problem, begun) => {
        open.delete(id);
        if (problem === undefined) resolve(begun);
        else reject(new Error(problem));
      });
      supervisor.send({ id, ...question });
    });

  const onMessage = (raw: unknown): void => {
    const parsed = supervisorAnswer.safeParse(raw);
    if (!parsed.success) return log.warn({}, 'the supervisor said something of another shape');
    const answer = parsed.data;
    if ('child' in answer) {
      const { enrolmentCode: code, ...change } = answer;
      if (code !== undefined) enrolmentCode = code;
      log.info(change, 'a process of the trial changed');
      restartMs = FIRST_RESTART_MS;
    } else if (answer.ok) open.get(answer.id)?.(undefined, answer.begun);
    else open.get(answer.id)?.(answer.problem);
  };

  const launch = async (): Promise<Begun> => {
    const started = launcher.start(onMessage, (why) => {
      if (supervisor !== started) return;
      supervisor = undefined;
      for (const answer of open.values()) answer(`the supervisor ended: ${why}`);
      if (!isWanted) return;
      log.warn({ why }, 'the supervisor of the trial ended');
      restart = setTimeout(() => void launch().catch(() => undefined), restartMs);
      restartMs = Math.min(restartMs * 2, LONGEST_RESTART_MS);
    });
    supervisor = started;
    const begun = (await ask({ do: 'begin', plan })) ?? { problems: [] };
    if (!isLinkUp) await ask({ do: 'link', up: false });
    return begun;
  };

  return {
    begin() {
      isWanted = true;
      return launch();
    },
    enrolmentCode: () => enrolmentCode,
    async simulate(command) {
      await ask({ do: 'simulate', command });
    },
    async link(up) {
      isLinkUp = up;
      await ask({ do: 'link', up });
    },
    async stop() {
      isWanted = false;
      clearTimeout(restart);
      if (!supervisor) return;
      const ending = supervisor;
      const patience = setTimeout(() => ending.kill(), STOP_PATIENCE_MS);
      await ask({ do: 'stop' }).catch(() => undefined);
      clearTimeout(patience);
      supervisor = undefined;
      ending.kill();
    },
  };
}
