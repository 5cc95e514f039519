import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  isProven,
  proofPage,
  type BenchLine,
  type FuzzLine,
  type FuzzSum,
  type ProofResults,
} from './page.ts';

/**
 * `npm run proof [-- --quick] [--cases N] [--kills N] [--seed S]`: the long run. 1,000,000 fuzz cases, 300 kills of a real office with twice as
 * many power cuts, the whole bench; writes its figures into `docs/proof.md`. Takes hours and wants the machine for itself. `--quick` tries the
 * script in some minutes and prints the page instead. Exit code 1 unless everything is green; what failed is on the page as well.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cases: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const { quick, seed } = values;
const cases = values.cases ?? (quick ? '6000' : '1000000');
const kills = values.kills ?? (quick ? '6' : '300');

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

const fuzz = await run('../fuzz/fuzz.mjs', ['--cases', cases, '--seed', seed, '--json']);
const crash = await run('../crash/crash.mjs', ['--kills', kills, '--seed', seed, '--json']);
const bench = await run('../bench/bench.mjs', ['--json', ...(quick ? ['--quick'] : [])]);

const sum = fuzz.lines.at(-1) as FuzzSum | undefined;
const crashSum = crash.lines.at(-1) as ProofResults['crash'];
const results: ProofResults = {
  isQuick: quick,
  date: new Date().toISOString().slice(0, 10),
  machine: machineWords(),
  version: versionWords(),
  ...(sum && 'red' in sum && Array.isArray(sum.red)
    ? { fuzz: { lines: fuzz.lines.slice(0, -1) as FuzzLine[], sum } }
    : {}),
  ...(crashSum && 'ok' in crashSum ? { crash: crashSum } : {}),
  ...(bench.lines.length > 0 ? { bench: { lines: bench.lines as BenchLine[], ok: bench.ok } } : {}),
};
const page = proofPage(results);
if (quick) process.stdout.write(page);
else {
  writeFileSync(file('../../docs/proof.md'), page);
  process.stderr.write('docs/proof.md written\n');
}
process.exitCode = isProven(results) ? 0 : 1;
