import type { Fuzzer } from '../fuzzer.ts';

const WRONG_CASE = 37;

function brokenBy(name: string, breakIt: () => Promise<void> | void): Fuzzer {
  let cases = 0;
  const one = (): Promise<void> | void => {
    cases += 1;
    if (cases > WRONG_CASE) return breakIt();
  };
  return {
    name,
    boundary: 'none',
    quickCases: 100,
    share: 1,
    casesPerRound: 10,
    reaches: [],
    open: () => ({ one }),
  };
}

/** Never gives the processor back. */
export const hangingFuzzer = brokenBy('broken-hang', () => {
  for (;;) if (performance.now() < 0) return;
});
/** Waits for what never comes. */
export const silentFuzzer = brokenBy('broken-silence', () => new Promise(() => undefined));
/** Takes the whole process with it. */
export const crashingFuzzer = brokenBy('broken-crash', () => void process.kill(process.pid, 'SIGKILL'));
/** Throws where nobody awaits it. */
export const rejectingFuzzer = brokenBy('broken-reject', async () => {
  void Promise.reject(new Error('nobody awaits this'));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
});
