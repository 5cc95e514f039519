import { folderStore } from './file-store.ts';
import { noteProcesses, waitForLeftovers } from './leftovers.ts';
import type { StartProgram } from './program-starter.ts';
import { superviseChild, type SupervisedChild } from './supervised-child.ts';
import {
  supervisorRequest,
  type Begun,
  type SupervisorAnswer,
  type SupervisorPlan,
  type SupervisorRequest,
} from './supervisor-messages.ts';

const SIMULATORS_READY_MS = 15_000;
/** The gateway's first start creates its database; on a slow disk that takes a while. */
const GATEWAY_READY_MS = 90_000;
const SIMULATOR_ANSWER_MS = 10_000;

/** The supervisor of a trial: owns the simulated devices and the embedded city gateway, and ends with them. */
export interface TrialSupervisor {
  /** A request of the shell, whatever came; each that can be read is answered once, by `tell`. */
  onMessage(raw: unknown): void;
  /** Ends simulators and gateway. */
  end(): Promise<void>;
}

/** `startProgram` is how programs are started where the supervisor runs: as a process of its own, or inside Electron. */
export function createTrialSupervisor(
  startProgram: StartProgram,
  tell: (answer: SupervisorAnswer) => void,
): TrialSupervisor {
  let simulators: SupervisedChild | undefined;
  let gateway: SupervisedChild | undefined;
  /** Simulators answer commands one by one, in order. */
  const waiting: ((problem: string | undefined) => void)[] = [];
  let paper: 'ok' | 'nearEnd' | 'out' = 'ok';

  async function begin(plan: SupervisorPlan): Promise<Begun> {
    const files = folderStore(plan.folder);
    await waitForLeftovers(files);
    let helperPids: number[] = [];
    let enrolmentCode: string | undefined;
    const note = (): void =>
      noteProcesses(files, [process.pid, simulators?.pid(), gateway?.pid(), ...helperPids]);

    const { program, ...links } = plan.simulators;
    simulators = superviseChild({
      startProgram,
      program,
      args: [],
      greeting() {
        if (paper === 'ok') return [{ command: 'start', ...links }];
        // The simulators answer this one too, and nobody waits for it.
        waiting.push(() => undefined);
        return [
          { command: 'start', ...links },
          { command: 'paper', state: paper },
        ];
      },
      isReady(line) {
        if (line['event'] === 'refused') throw new Error(String(line['problem']));
        return line['event'] === 'ready';
      },
      readyTimeoutMs: SIMULATORS_READY_MS,
      onLine(line) {
        if (line['event'] === 'ready') helperPids = (line['pids'] as number[]) ?? [];
        if (line['event'] === 'done') waiting.shift()?.(undefined);
        if (line['event'] === 'refused') waiting.shift()?.(String(line['problem']));
      },
      onState(up, detail) {
        if (!up) for (const answer of waiting.splice(0)) answer('the simulators ended');
        note();
        tell({ child: 'simulators', up, detail });
      },
    });
    if (plan.gateway) {
      const { program: gatewayProgram, args, clockOffsetMs } = plan.gateway;
      gateway = superviseChild({
        startProgram,
        program: gatewayProgram,
        args,
        env: { STATION_OFFICE_CLOCK_OFFSET_MS: String(clockOffsetMs) },
        isReady(line) {
          if (line['ready'] === false) throw new Error(String(line['why']));
          if (typeof line['enrolmentCode'] === 'string') enrolmentCode = line['enrolmentCode'];
          return line['ready'] === true;
        },
        readyTimeoutMs: GATEWAY_READY_MS,
        onLine: () => undefined,
        onState(up, detail) {
          note();
          tell({
            child: 'gateway',
            up,
            detail,
            ...(up && enrolmentCode !== undefined ? { enrolmentCode } : {}),
          });
        },
      });
    }
    const started = await Promise.allSettled([simulators.start(), gateway?.start()]);
    const problems = started.flatMap(
      ({ status, reason }: PromiseSettledResult<void> & { reason?: unknown }) =>
        status === 'rejected' ? [wordsOf(reason)] : [],
    );
    return { problems, ...(enrolmentCode === undefined ? {} : { enrolmentCode }) };
  }

  function simulate(command: Extract<SupervisorRequest, { do: 'simulate' }>['command']): Promise<void> {
    if (command.command === 'paper') paper = command.state;
    return new Promise((resolve, reject) => {
      if (simulators?.pid() === undefined) {
        reject(new Error('the simulators do not run'));
        return;
      }
      const patience = setTimeout(() => answer('no answer from the simulators'), SIMULATOR_ANSWER_MS);
      const answer = (problem: string | undefined): void => {
        clearTimeout(patience);
        if (problem === undefined) resolve();
        else reject(new Error(problem));
      };
      waiting.push(answer);
      simulators.send(command);
    });
  }

  async function end(): Promise<void> {
    await Promise.all([simulators?.stop(), gateway?.stop()]);
  }

  async function obey(request: SupervisorRequest): Promise<Begun | undefined> {
    switch (request.do) {
      case 'begin':
        return begin(request.plan);
      case 'simulate':
        await simulate(request.command);
        return undefined;
      case 'link':
        await (request.up ? gateway?.start() : gateway?.stop());
        return undefined;
      case 'stop':
        await end();
        return undefined;
    }
  }

  function onMessage(raw: unknown): void {
    const { data: request, error } = supervisorRequest.safeParse(raw);
    if (!request) {
      process.stderr.write(
        `supervisor: a message of another shape: ${error.issues[0]?.path.join('.') ?? ''}\n`,
      );
      return;
    }
    obey(request).then(
      (begun) => tell({ id: request.id, ok: true, ...(begun === undefined ? {} : { begun }) }),
      (problem: unknown) => tell({ id: request.id, ok: false, problem: wordsOf(problem) }),
    );
  }

  return { onMessage, end };
}

function wordsOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
