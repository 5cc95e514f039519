import { Dice } from './dice.ts';
import type { Fuzzer, Round } from './fuzzer.ts';

export interface RunOptions {
  seed: number;
  /** First case; cases before it in its round are run as well, unjudged by the count. */
  from: number;
  cases: number;
  planted: boolean;
  /** Told before each case, so that a watcher knows which one hangs. */
  at?: (caseNumber: number) => void;
}

export interface Red {
  caseNumber: number;
  what: string;
}

export interface RunResult {
  cases: number;
  tookMs: number;
  counts: Record<string, number>;
  red?: Red;
}

/** Runs cases until one is red. A case depends on the seed, its number and its round, on nothing else. */
export async function runCases(fuzzer: Fuzzer, options: RunOptions): Promise<RunResult> {
  const { seed, cases, planted } = options;
  const counts: Record<string, number> = {};
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  const last = options.from + cases;
  const startedMs = performance.now();
  let caseNumber = options.from - (options.from % fuzzer.casesPerRound);
  let underWay = caseNumber;
  let ran = 0;
  let round: Round | undefined;
  const done = (red?: Red): RunResult => ({
    cases: ran,
    tookMs: performance.now() - startedMs,
    counts,
    ...(red && { red }),
  });
  try {
    while (caseNumber < last) {
      underWay = caseNumber;
      options.at?.(caseNumber);
      const dice = (of: string): Dice => new Dice(`${fuzzer.name}/${seed}/${of}/${caseNumber}`);
      if (round === undefined) round = await fuzzer.open({ dice: dice('round'), planted, count });
      const running = round.one(dice('case'));
      if (running instanceof Promise) await running;
      caseNumber += 1;
      if (caseNumber > options.from) ran += 1;
      if (caseNumber % fuzzer.casesPerRound === 0 || caseNumber === last) {
        const ended = round;
        round = undefined;
        await ended.end?.();
      }
    }
    return done();
  } catch (error) {
    await Promise.resolve(round?.end?.()).catch(() => undefined);
    const what =
      error instanceof Error
        ? error.name === 'Finding'
          ? error.message
          : (error.stack ?? error.message)
        : String(error);
    return done({ caseNumber: underWay, what });
  }
}
