import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../build/pieces.mjs';

let top: string;

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'station-office-launcher-'));
  cpSync(join(root, 'build'), join(top, 'build'), { recursive: true });
  cpSync(join(root, 'package.json'), join(top, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(top, 'node_modules'));
  mkdirSync(join(top, 'tests', 'bench'), { recursive: true });
  writeFileSync(
    join(top, 'tests', 'bench', 'bench.mjs'),
    `console.log(JSON.stringify({ pid: process.pid, version: process.version, rest: process.argv.slice(2) }));
     if (process.argv.includes('--stay')) setInterval(() => {}, 1000);`,
  );
});

afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});

const launch = (...args: string[]) =>
  spawnSync(process.execPath, ['build/run.mjs', ...args], { cwd: top, encoding: 'utf8' });

test('a part runs on Node 24 with the arguments it was given', () => {
  const { stdout, status } = launch('bench', '--json', '--only', 'sale');
  expect(JSON.parse(stdout)).toMatchObject({
    version: expect.stringMatching(/^v24\./) as string,
    rest: ['--json', '--only', 'sale'],
  });
  expect(status).toBe(0);
});

test('a part that is missing from this copy is named, and the end is bad', () => {
  const { stderr, status } = launch('demo');
  expect(stderr).toContain('tests/demo/demo.mjs is missing');
  expect(status).toBe(1);
});

test('an unknown part is answered with those that there are', () => {
  const { stderr, status } = launch('sail');
  expect(stderr).toContain('no part is called "sail"; there are: start, host, demo');
  expect(status).toBe(1);
});

test('when npm is killed, the part that it runs ends as well', async () => {
  const npm = spawn('npm', ['run', '--silent', 'bench', '--', '--stay'], {
    cwd: top,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(npm.stdout.setEncoding('utf8'), 'data')) as [string];
  const { pid } = JSON.parse(line) as { pid: number };
  expect(isAlive(pid)).toBe(true);
  npm.kill('SIGKILL');
  const deadlineMs = Date.now() + 10_000;
  while (isAlive(pid) && Date.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAlive(pid)).toBe(false);
});

/** A process that ended and that nobody has waited for yet counts as ended. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
