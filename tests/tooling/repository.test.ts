import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeLock } from '../../build/complete-lock.mjs';
import type { LockEntry } from '../../build/complete-lock.mjs';
import { root } from '../../build/pieces.mjs';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readLock = (): { packages: Record<string, LockEntry> } =>
  JSON.parse(read('package-lock.json')) as { packages: Record<string, LockEntry> };

/** Every file that belongs to the program: tracked, or new and not ignored. */
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .stdout.split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).isFile());

/** Says where a pattern stands, as `file:line`. The patterns are put together here so that this file is not found. */
function findIn(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    if (bytes.subarray(0, 8000).includes(0)) return [];
    return bytes
      .toString('utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []));
  });
}

describe('the lock file', () => {
  test('holds no download address', () => {
    const lock = read('package-lock.json');
    expect(Object.keys(readLock().packages).length).toBeGreaterThan(100);
    expect(lock).not.toContain('"resolved"');
  });

  test('names a package for every optional part, so that a clean install accepts it', () => {
    const lock = readLock();
    expect(completeLock(lock)).toEqual([]);
    delete lock.packages['node_modules/@swc/core-darwin-arm64'];
    expect(completeLock(lock)).toEqual(['@swc/core-darwin-arm64']);
    expect(lock.packages['node_modules/@swc/core-darwin-arm64']).toMatchObject({
      os: ['darwin'],
      cpu: ['arm64'],
      optional: true,
    });
  });

  test('locks exactly what package.json names', () => {
    const named = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const versions = kinds.flatMap((kind) => Object.entries(named[kind] ?? {}));
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const { packages } = readLock();
    const wrong = versions.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version);
    expect(wrong).toEqual([]);
  });
});

describe('no file of the program', () => {
  test('names a package registry', () => {
    const pattern = new RegExp(
      ['registry\\.(?:np', 'mjs|yarn', 'pkg)|npm', 'mirror|_auth', 'Token'].join(''),
      'i',
    );
    expect(pattern.test(['https://registry', 'npmjs', 'org/'].join('.'))).toBe(true);
    expect(findIn(files, pattern)).toEqual([]);
  });

  test('names a folder of one machine', () => {
    const pattern = new RegExp(['(?:^|[\\s"\'`(=:])/(?:wo', 'rk|ro', 'ot|home)/'].join(''));
    expect(pattern.test(['at "', 'work', 'main"'].join('/'))).toBe(true);
    expect(findIn(files, pattern)).toEqual([]);
  });
});

test('every script runs on Node 24, the one that the lock file brings', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const wrong = Object.entries(scripts).filter(
    ([, script]) => !/^(?:node build\/run\.mjs \w+|oxfmt --\w+)/.test(script),
  );
  expect(wrong).toEqual([]);
  const { stdout } = spawnSync('npm', ['exec', '--offline', '--', 'node', '--version'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout.trim()).toMatch(/^v24\./);
});

test('the test command ends with one line of counts, red when a check is missing', () => {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'build', 'test.ts'), 'no-such-check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
