import { parseArgs } from 'node:util';
import { boundaryNames, fuzzerNamed } from './boundaries/all.ts';
import type { Fuzzer } from './fuzzer.ts';
import { watched } from './watch.ts';

/**
 * `node tests/fuzz/fuzz.mjs [--cases N] [--seed S] [--only NAME,…] [--json]`: N cases in all, shared out among the fuzzers.
 * `--only NAME --case K` runs case K again, from the start of its round. The exit code is 1 when anything is red.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    case: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** As many processes at a time as two cores carry. */
const SIDE_BY_SIDE = 2;

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && text.trim() !== '') return value;
  process.stderr.write(`--${name} must be a whole number\n`);
  process.exit(2);
};
const seed = wholeNumber(values.seed, 'seed');
const cases = wholeNumber(values.cases, 'cases');
const names = values.only === undefined ? boundaryNames : values.only.split(',');
const unknown = names.find((name) => !boundaryNames.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`no fuzzer is called "${unknown}"; there are: ${boundaryNames.join(', ')}\n`);
  process.exit(2);
}
const fuzzers = await Promise.all(names.map(fuzzerNamed));
const shares = fuzzers.reduce((sum, { share }) => sum + share, 0);

interface Line {
  fuzz: string;
  seed: number;
  cases: number;
  seconds: number;
  casesPerSecond: number;
  caughtPlanted: boolean;
  missing: string[];
  counts: Record<string, number>;
  red?: { case: number; what: string; replay: string };
}

async function runOne(fuzzer: Fuzzer): Promise<Line> {
  const { name } = fuzzer;
  const from = values.case === undefined ? 0 : wholeNumber(values.case, 'case');
  const wanted = values.case === undefined ? Math.ceil((cases * fuzzer.share) / shares) : 1;
  // A fuzzer that cannot be red proves nothing: it has to catch its planted bug in this very run.
  const plantedCases = values.case === undefined ? fuzzer.quickCases : 0;
  const { result, planted } = await watched({ name, seed, from, cases: wanted, plantedCases });
  const caughtPlanted = plantedCases === 0 || result.red !== undefined || planted?.red !== undefined;
  const isWhole = values.case === undefined && wanted >= fuzzer.quickCases;
  const missing =
    isWhole && result.red === undefined ? fuzzer.reaches.filter((what) => !result.counts[what]) : [];
  const seconds = result.tookMs / 1000;
  return {
    fuzz: name,
    seed,
    cases: result.cases,
    seconds: Number(seconds.toFixed(1)),
    casesPerSecond: Math.round(result.cases / Math.max(seconds, 0.001)),
    caughtPlanted,
    missing,
    counts: result.counts,
    ...(result.red && {
      red: {
        case: result.red.caseNumber,
        what: result.red.what,
        replay: `node tests/fuzz/fuzz.mjs --only ${name} --seed ${seed} --case ${result.red.caseNumber}`,
      },
    }),
  };
}

const isBad = (line: Line): boolean =>
  line.red !== undefined || !line.caughtPlanted || line.missing.length > 0;

function tell(line: Line): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const state = isBad(line) ? 'RED' : 'ok';
  process.stdout.write(
    `${state.padEnd(4)} ${line.fuzz.padEnd(16)} ${String(line.cases).padStart(8)} cases ${String(line.seconds).padStart(7)} s ${String(line.casesPerSecond).padStart(7)} cases/s\n`,
  );
  if (line.red)
    process.stdout.write(`     case ${line.red.case}: ${line.red.what}\n     again: ${line.red.replay}\n`);
  if (!line.caughtPlanted) process.stdout.write('     does not catch its planted bug\n');
  if (line.missing.length > 0) process.stdout.write(`     never came to: ${line.missing.join(', ')}\n`);
}

const startedMs = performance.now();
const waiting = [...fuzzers];
const lines: Line[] = [];
await Promise.all(
  Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (let fuzzer = waiting.shift(); fuzzer; fuzzer = waiting.shift()) {
      const line = await runOne(fuzzer);
      lines.push(line);
      tell(line);
    }
  }),
);
const total = lines.reduce((sum, line) => sum + line.cases, 0);
const red = lines.filter(isBad).map((line) => line.fuzz);
const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
const summary = { cases: total, seed, fuzzers: lines.length, red, seconds, ok: red.length === 0 };
process.stdout.write(
  values.json ? `${JSON.stringify(summary)}\n` : `${total} cases in ${seconds} s, ${red.length} red\n`,
);
process.exitCode = red.length === 0 ? 0 : 1;
