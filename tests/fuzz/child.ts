import { writeSync } from 'node:fs';
import { fuzzerNamed } from './boundaries/all.ts';
import { runCases, type RunOptions, type RunResult } from './run.ts';

/** What the watcher asks of a child: `argv[2]` as JSON. */
export interface Task extends Omit<RunOptions, 'at'> {
  name: string;
}
export type ChildWord = { result: RunResult };

/** Descriptor that the watcher gave: eight bytes, the case under way. Written, not sent: a hanging case sends nothing. */
const PROGRESS_FD = 4;
const word = new BigUint64Array(1);
const bytes = new Uint8Array(word.buffer);

const task = JSON.parse(process.argv[2] ?? '') as Task;
const fuzzer = await fuzzerNamed(task.name);
let underWay = task.from;
/** What a part of the product throws where nobody awaits it is a crash like any other. */
process.on('uncaughtException', (error) => {
  const what = error.name === 'Finding' ? error.message : (error.stack ?? error.message);
  const result: RunResult = { cases: underWay - task.from, tookMs: performance.now(), counts: {}, red: { caseNumber: underWay, what } };
  process.send?.({ result } satisfies ChildWord, () => process.exit(1));
});

const result = await runCases(fuzzer, {
  ...task,
  at(caseNumber) {
    underWay = caseNumber;
    word[0] = BigInt(caseNumber);
    writeSync(PROGRESS_FD, bytes, 0, 8, 0);
  },
});
process.send?.({ result } satisfies ChildWord, () => process.exit(0));
