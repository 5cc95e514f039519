import { writeSync } from 'node:fs';
import { fuzzerNamed } from './boundaries/all.ts';
import { runCases, type RunOptions, type RunResult } from './run.ts';

/** What the watcher asks of a child: `argv[2]` as JSON. */
export interface Task extends Omit<RunOptions, 'at' | 'planted'> {
  name: string;
  /** Afterwards the same fuzzer with its planted bug, for so many cases at most. */
  plantedCases: number;
}

export interface Outcome {
  result: RunResult;
  /** Red when the planted bug was caught, as it must be. */
  planted?: RunResult;
}

/** Descriptor that the watcher gave: eight bytes, the case under way. Written, not sent: a hanging case sends nothing. */
const PROGRESS_FD = 4;
const word = new BigUint64Array(1);
const bytes = new Uint8Array(word.buffer);

const task = JSON.parse(process.argv[2] ?? '') as Task;
const startedMs = performance.now();
const outcome: Partial<Outcome> = {};
let underWay = task.from;
const tell = (): void => void process.send?.(outcome, () => process.exit(0));
/** What a part of the product throws where nobody awaits it is a crash like any other. */
process.on('uncaughtException', (error) => {
  const what = error.name === 'Finding' ? error.message : (error.stack ?? error.message);
  const crashed: RunResult = {
    cases: underWay - task.from,
    tookMs: performance.now() - startedMs,
    counts: {},
    red: { caseNumber: underWay, what },
  };
  if (outcome.result === undefined) outcome.result = crashed;
  else outcome.planted = crashed;
  tell();
});
const at = (caseNumber: number): void => {
  underWay = caseNumber;
  word[0] = BigInt(caseNumber);
  writeSync(PROGRESS_FD, bytes, 0, 8, 0);
};

const fuzzer = await fuzzerNamed(task.name);
outcome.result = await runCases(fuzzer, { ...task, planted: false, at });
if (task.plantedCases > 0)
  outcome.planted = await runCases(fuzzer, { ...task, from: 0, cases: task.plantedCases, planted: true, at });
tell();
