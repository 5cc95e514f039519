import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cutEveryByte, runStories } from './long-tests.ts';
import {
  isProven,
  proofPage,
  proofParts,
  type BenchLine,
  type FuzzLine,
  type FuzzSum,
  type ProofPart,
  type ProofResults,
  type Ran,
} from './page.ts';

/**
 * `npm run proof [-- --quick] [--only fuzz,crash,lines,faults,stories,bench] [--cases N] [--kills N] [--seed S] [--page]`: the long run. 1,000,000 fuzz
 * cases, 300 kills of a real office with twice as many power cuts, the line to the city cut at every byte of a batch, 300 tickets
 * through a day of faults, whole days of a station, the whole bench; keeps its figures in `docs/proof.json` and writes them into `docs/proof.md`. Takes hours and wants the machine for itself; `--only`
 * runs a part of it anew and keeps the others as they were; `--page` runs nothing and writes the page from the kept figures. `--quick` tries the
 * script in some minutes and prints the page instead. Exit code 1 unless everything is green; what failed is on the page as well.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: proofParts.join(',') },
    page: { type: 'boolean', default: false },
    cases: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const { quick, seed } = values;
const cases = values.cases ?? (quick ? '6000' : '1000000');
const kills = values.kills ?? (quick ? '6' : '300');
const asked = values.only.split(',');
for (const part of asked) {
  if (proofParts.some((known) => known === part)) continue;
  process.stderr.write(`--only: no part is called "${part}"; there are ${proofParts.join(', ')}\n`);
  process.exit(2);
}
const parts = proofParts.filter((part) => !values.page && asked.includes(part));

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Runs a part to its end; its JSON lines, and whether it was content. What it says beside them is passed on. */
async function run(entry: string, args: readonly string[]): Promise<{ lines: unknown[]; ok: boolean }> {
  process.stderr.write(`proof: ${entry.split('/').at(-1)} ${args.join(' ')}\n`);
  const child = spawn(process.execPath, [file(entry), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (): void => void child.kill();
  process.once('SIGTERM', end).once('SIGINT', end);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code));
  });
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    process.stderr.write(`${line}\n`);
    try {
      lines.push(JSON.parse(line));
    } catch {
      // Words beside the figures.
    }
  }
  const code = await ended;
  process.off('SIGTERM', end).off('SIGINT', end);
  return { lines, ok: code === 0 };
}

function machineWords(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${model}, ${gib} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

function versionWords(): string {
  const { version } = JSON.parse(readFileSync(file('../../package.json'), 'utf8')) as { version: string };
  try {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: file('../..'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `${version} (${commit.trim()})`;
  } catch {
    return version;
  }
}

const kept = file('../../docs/proof.json');
const results: ProofResults =
  quick || !existsSync(kept) ? {} : (JSON.parse(readFileSync(kept, 'utf8')) as ProofResults);
const ran: Ran = {
  date: new Date().toISOString().slice(0, 10),
  machine: machineWords(),
  version: versionWords(),
};

/** Runs one part; its figures, or undefined when it did not come to its end. */
const runPart: { [P in ProofPart]: () => Promise<ProofResults[P] | undefined> } = {
  async fuzz() {
    const { lines } = await run('../fuzz/fuzz.mjs', ['--cases', cases, '--seed', seed, '--json']);
    const sum = lines.at(-1) as FuzzSum | undefined;
    const isWhole = sum !== undefined && 'red' in sum && Array.isArray(sum.red);
    return isWhole ? { ran, lines: lines.slice(0, -1) as FuzzLine[], sum } : undefined;
  },
  async crash() {
    const { lines } = await run('../crash/crash.mjs', ['--kills', kills, '--seed', seed, '--json']);
    const sum = lines.at(-1) as NonNullable<ProofResults['crash']>['sum'] | undefined;
    return sum && 'ok' in sum ? { ran, sum } : undefined;
  },
  async lines() {
    const found = await cutEveryByte(quick ? 97 : 1);
    return found && { ran, ...found };
  },
  async faults() {
    const { lines } = await run('../demo/demo.mjs', [
      '--scenario',
      'faults',
      '--json',
      ...(quick ? ['--tickets', '25'] : []),
    ]);
    const sum = lines.at(-1) as NonNullable<ProofResults['faults']>['sum'] | undefined;
    return sum && 'ok' in sum ? { ran, sum } : undefined;
  },
  async stories() {
    const found = await runStories(quick ? ['tests/e2e/retirement.test.ts'] : []);
    return found && { ran, ...found };
  },
  async bench() {
    const { lines, ok } = await run('../bench/bench.mjs', ['--json', ...(quick ? ['--quick'] : [])]);
    return lines.length > 0 ? { ran, lines: lines as BenchLine[], ok } : undefined;
  },
};

for (const part of parts) {
  const found = await runPart[part]();
  delete results[part];
  results.broken = (results.broken ?? []).filter((one) => one !== part);
  if (found === undefined) results.broken.push(part);
  else Object.assign(results, { [part]: found });
  if (results.broken.length === 0) delete results.broken;
}

const page = proofPage(results, quick);
if (quick) process.stdout.write(page);
else {
  writeFileSync(kept, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(file('../../docs/proof.md'), page);
  process.stderr.write('docs/proof.md written\n');
}
process.exitCode = isProven(results) ? 0 : 1;
