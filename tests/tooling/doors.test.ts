import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DoorReport } from '../../build/doors/check.ts';
import { importRules, outsideBuiltins, rooms } from '../../build/doors/imports.ts';
import { root } from '../../build/pieces.mjs';

/** One planted violation: the file it is put in, what it says, and the rule that must catch it. */
interface Plant {
  rule: string;
  path: string;
  source: string;
}

const plant = (rule: string, path: string, source: string): Plant => ({ rule, path, source });
/** An import that stays in the file for its effect, so that no parser may drop it. */
const importing = (from: string): string =>
  `import * as planted from '${from}';\nexport const kept = planted;\n`;

const plants: Plant[] = [
  plant('contract-stands-alone', 'contract/planted/a.ts', importing('../../domain/planted/target.ts')),
  plant('contract-only-zod', 'contract/planted/b.ts', importing('temporal-polyfill')),
  plant('contract-only-zod', 'contract/planted/c.ts', importing('node:crypto')),
  plant('domain-only-contract', 'domain/planted/a.ts', importing('../../main/planted/target.ts')),
  plant(
    'domain-only-contract',
    'domain/planted/types.ts',
    "export type { target } from '../../main/planted/target.ts';\n",
  ),
  plant('domain-only-temporal', 'domain/planted/b.ts', importing('zod')),
  plant('domain-only-temporal', 'domain/planted/c.ts', importing('node:path')),
  plant('renderer-not-inside', 'renderer/planted/a.ts', importing('../../main/planted/target.ts')),
  plant('renderer-not-inside', 'renderer/planted/b.ts', importing('../../native/planted/target.ts')),
  plant('renderer-not-inside', 'renderer/planted/c.tsx', importing('../../city/planted/target.ts')),
  plant('renderer-no-node', 'renderer/planted/d.ts', importing('node:path')),
  plant('native-not-office', 'native/planted/a.ts', importing('../../main/planted/target.ts')),
  plant('main-not-native', 'main/planted/a.ts', importing('../../native/planted/target.ts')),
  plant(
    'main-not-native',
    'main/planted/b.ts',
    "export const later = () => import('../../native/planted/target.ts');\n",
  ),
  plant('main-not-renderer', 'main/planted/c.ts', importing('../../renderer/planted/target.ts')),
  plant('main-not-city', 'main/planted/d.ts', importing('../../city/planted/target.ts')),
  plant('main-not-build', 'main/planted/e.ts', importing('../../build/program.ts')),
  plant('city-only-contract', 'city/planted/a.ts', importing('../../main/planted/target.ts')),
  plant('city-only-contract', 'city/planted/b.ts', importing('../../domain/planted/target.ts')),
  plant('electron-in-shells', 'main/desks/planted.ts', importing('electron')),
  plant('electron-in-shells', 'main/office-planted.ts', "export type { App } from 'electron';\n"),
  plant('electron-in-shells', 'native/planted/b.ts', importing('electron')),
  plant('sqlite-in-ledger', 'main/vault/planted.ts', importing('better-sqlite3')),
  plant('sqlite-in-ledger', 'main/vault/planted-builtin.ts', importing('node:sqlite')),
  plant('ports-in-transports', 'native/drivers/planted.ts', importing('serialport')),
  plant('ports-in-transports', 'main/devices/planted.ts', importing('pcsclite')),
  plant('sockets-in-shells', 'main/citylink/planted.ts', importing('ws')),
  plant('no-room-imports-tests', 'main/planted/f.ts', importing('../../tests/planted/target.ts')),
  plant('no-room-imports-tests', 'main/planted/g.ts', importing('./target.test.ts')),
  plant('no-tools-in-rooms', 'main/planted/h.ts', importing('fast-check')),
  plant('everything-is-there', 'main/planted/i.ts', importing('./nowhere.ts')),
  ...outsideBuiltins.flatMap((name) => [
    plant('outside-in-shells', `main/ledger/planted-${name}.ts`, importing(`node:${name}`)),
    plant('outside-in-shells', `city/planted/${name}.ts`, importing(name)),
    plant(
      'outside-in-shells',
      `native/drivers/planted-${name}.ts`,
      `export const later = import('node:${name}');\n`,
    ),
  ]),
  plant('outside-in-shells', 'main/planted/promises.ts', importing('node:fs/promises')),
  plant('ambient', 'contract/planted/clock.ts', 'export const at = Date.now();\n'),
  plant('ambient', 'domain/planted/clock.ts', 'export const at = new Date();\n'),
  plant(
    'ambient',
    'domain/planted/polyfill.ts',
    "import { Temporal } from 'temporal-polyfill';\nexport const at = Temporal.Now.instant();\n",
  ),
  plant('ambient', 'main/ledger/planted-timer.ts', 'export const timer = setTimeout(() => {}, 1);\n'),
  plant(
    'ambient',
    'main/office-planted-chance.ts',
    "import { randomBytes } from 'node:crypto';\nexport const id = randomBytes(16);\n",
  ),
  plant('ambient', 'main/updates/planted.ts', "export const answer = fetch('https://example.invalid');\n"),
  plant('ambient', 'city/planted/chance.ts', 'export const id = crypto.randomUUID();\n'),
  plant('ambient', 'native/drivers/planted-clock.ts', 'export const at = performance.now();\n'),
  plant('ambient', 'native/simulators/planted.ts', 'export const dice = Math.random();\n'),
  plant('ambient', 'renderer/planted/clock.tsx', 'export const Clock = () => <b>{Date.now()}</b>;\n'),
];

/** What stands open on purpose: the same imports where they belong. */
const allowed: Record<string, string> = {
  'contract/allowed.ts': importing('zod'),
  'domain/allowed.ts': `${importing('temporal-polyfill')}export { kept as schema } from '../contract/allowed.ts';\n`,
  'domain/allowed.test.ts': importing('node:fs'),
  'main/shells/electron.ts': `${importing('electron')}export { createServer } from 'node:http';\nexport const at = Date.now();\n`,
  'main/shells/browser.ts': `${importing('ws')}export { spawn } from 'node:child_process';\n`,
  'main/updates/updater.ts': importing('electron-updater'),
  'main/index.ts': importing('electron'),
  'main/ledger/open.ts': importing('better-sqlite3'),
  'main/vault/seal.ts':
    "import { createCipheriv } from 'node:crypto';\nexport const seal = createCipheriv;\n",
  'main/office.ts':
    "export { kept } from '../domain/allowed.ts';\nexport const later = (setTimeout: () => void) => setTimeout();\n",
  'native/transports/serial.ts': `${importing('serialport')}export { Socket } from 'node:net';\n`,
  'native/transports/cards.ts': importing('pcsclite'),
  'native/clock.ts': 'export const wallMs = () => Date.now();\n',
  'renderer/clock.ts': 'export const wallMs = () => Date.now();\n',
  'renderer/page.tsx':
    "import { useState } from 'react';\nexport const Page = () => <b>{useState(0)[0]}</b>;\n",
  'city/gateway.ts': `${importing('fastify')}export { kept as schema } from '../contract/allowed.ts';\n`,
  'city/shell/host.ts': `${importing('node:fs')}export const at = Date.now();\n`,
  'tests/anything.ts':
    "export { kept } from '../main/ledger/open.ts';\nexport { spawn } from 'node:child_process';\n",
};

const targets: Record<string, string> = {
  ...Object.fromEntries(rooms.map((room) => [`${room}/planted/target.ts`, 'export const target = 1;\n'])),
  'main/planted/target.test.ts': 'export const target = 1;\n',
  'tests/planted/target.ts': 'export const target = 1;\n',
};

let scratch: string;
let plantedReport: DoorReport;

function makeTree(name: string, files: Record<string, string>): string {
  const top = join(scratch, name);
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), source);
  }
  cpSync(join(root, 'package.json'), join(top, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(top, 'node_modules'));
  return top;
}

function look(top: string): { report: DoorReport; exitCode: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, 'build', 'doors.ts'), '--json', '--top', top],
    { encoding: 'utf8', cwd: top, maxBuffer: 64 * 1024 * 1024 },
  );
  if (stdout === '') throw new Error(`the door check did not answer: ${stderr}`);
  return { report: JSON.parse(stdout) as DoorReport, exitCode: status };
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'station-office-doors-'));
  const top = makeTree('planted', {});
  for (const room of [...rooms, 'build']) {
    if (existsSync(join(root, room))) cpSync(join(root, room), join(top, room), { recursive: true });
  }
  for (const [path, source] of [
    ...Object.entries(targets),
    ...plants.map((p) => [p.path, p.source] as const),
  ]) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), source);
  }
  plantedReport = look(top).report;
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('each door catches what is planted in a copy of the program', () => {
  test.each(plants)('$rule is caught in $path', ({ rule, path }) => {
    const caught = plantedReport.breaches
      .filter((breach) => breach.path === path)
      .map((breach) => breach.rule);
    expect(caught).toContain(rule);
  });

  test('every rule has a plant', () => {
    const planted = new Set(plants.map(({ rule }) => rule));
    expect(
      importRules.map(({ name }) => name).filter((name) => name === undefined || !planted.has(name)),
    ).toEqual([]);
  });

  test('every file of the copy was read, with the imports that it has', () => {
    expect(plantedReport.unread).toEqual([]);
    expect(plantedReport.modules).toBe(plantedReport.sources);
    expect(plantedReport.imports).toBeGreaterThan(plants.length / 2);
  });
});

describe('a tree with every import where it belongs', () => {
  test('is let through', () => {
    const { report, exitCode } = look(makeTree('clean', allowed));
    expect(report.breaches).toEqual([]);
    expect(report.unread).toEqual([]);
    expect(report.modules).toBe(Object.keys(allowed).length);
    expect(exitCode).toBe(0);
  });

  test('is red as soon as one door opens', () => {
    const { exitCode } = look(
      makeTree('opened', { ...allowed, 'domain/opened.ts': importing('../main/office.ts') }),
    );
    expect(exitCode).toBe(1);
  });

  test('is red when there is nothing to read', () => {
    expect(look(makeTree('empty', { 'docs/a.md': 'nothing' })).exitCode).toBe(1);
  });
});
