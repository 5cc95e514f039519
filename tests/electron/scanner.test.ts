import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../build/pieces.mjs';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';

interface Found {
  checks: number;
  errors: { file: string; message: string }[];
  issues: { id: string; file: string; severity: string; sample: string }[];
}

let layout: ProgramLayout;
const folder = mkdtempSync(join(tmpdir(), 'so-scan-'));
const electronVersion = (
  JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8')) as {
    version: string;
  }
).version;

/** Electronegativity, a scanner that others wrote, on a folder. */
function scan(path: string): Found {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('scan.cjs', import.meta.url)), path, electronVersion],
    { encoding: 'utf8', timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`the scanner failed:\n${stderr}`);
  return JSON.parse(stdout) as Found;
}

/** The scanner's parser is of 2021; newer syntax is taken back to that, which changes no call and no option. */
async function lowered(path: string, target: string): Promise<void> {
  const { code } = await transformWithOxc(readFileSync(path, 'utf8'), basename(target), {
    target: 'es2020',
    sourcemap: false,
  });
  writeFileSync(target, code);
}

beforeAll(async () => {
  layout = await layOutProgram('bundled');
  for (const name of ['sources', 'built', 'hole']) mkdirSync(join(folder, name));
  const sources = globSync(['main/index.ts', 'main/shells/*.ts'], { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts'),
  );
  for (const path of sources) cpSync(join(root, path), join(folder, 'sources', basename(path)));
  const out = join(layout.root, 'out');
  await lowered(join(out, 'main', 'index.js'), join(folder, 'built', 'main.js'));
  await lowered(join(out, 'preload', 'preload.cjs'), join(folder, 'built', 'preload.js'));
  for (const page of globSync('*.html', { cwd: join(out, 'renderer') }))
    cpSync(join(out, 'renderer', page), join(folder, 'built', page));
  cpSync(join(layout.root, 'package.json'), join(folder, 'built', 'package.json'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  layout.remove();
});

/**
 * Findings that were looked at and stand: the policy allows the page its own files (`'self'`), which the scanner calls
 * weak for sites that host what strangers upload; and it says of every program which Electron it has.
 */
const reviewed = [
  'CSP_GLOBAL_CHECK LOW board.html',
  'CSP_GLOBAL_CHECK LOW display.html',
  'CSP_GLOBAL_CHECK LOW index.html',
  'ELECTRON_VERSION_JSON_CHECK INFORMATIONAL package.json',
];

test('the scanner reads all of the built program and finds nothing in it', () => {
  const { issues, errors, checks } = scan(join(folder, 'built'));
  expect(checks).toBeGreaterThan(35);
  expect(errors).toEqual([]);
  expect(issues.map(({ id, severity, file }) => `${id} ${severity} ${basename(file)}`).sort()).toEqual(
    reviewed,
  );
});

test('and in the sources of the shells nothing but that it sees no policy there, which is in the pages', () => {
  const { issues, errors } = scan(join(folder, 'sources'));
  expect(errors).toEqual([]);
  expect(issues.map(({ id, file }) => `${id} ${basename(file)}`)).toEqual(['CSP_GLOBAL_CHECK A']);
});

test('it does find holes: a window as nobody should open one', () => {
  writeFileSync(
    join(folder, 'hole', 'hole.ts'),
    `import { BrowserWindow, shell } from 'electron';
const window = new BrowserWindow({ webPreferences: { nodeIntegration: true, contextIsolation: false, sandbox: false, webSecurity: false } });
shell.openExternal(window.webContents.getURL());`,
  );
  const found = new Set(scan(join(folder, 'hole')).issues.map(({ id }) => id));
  for (const id of [
    'CONTEXT_ISOLATION_JS_CHECK',
    'SANDBOX_JS_CHECK',
    'WEB_SECURITY_JS_CHECK',
    'OPEN_EXTERNAL_JS_CHECK',
    'PERMISSION_REQUEST_HANDLER_GLOBAL_CHECK',
  ])
    expect(found).toContain(id);
});
