import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeMachine } from '../support/machine.ts';
import { openWindow } from '../support/window.ts';
import { buildShim, POWER_GONE, powerCuts, powerEnvironment } from './power-cuts.ts';

let shim: ReturnType<typeof buildShim>;
beforeAll(() => {
  shim = buildShim();
});
afterAll(() => shim.remove());

describe('power that goes while a window sells, on a disk that keeps only what was synced', () => {
  test('takes no sale that was said to be durable, and leaves a ledger that opens', async () => {
    const cuts = await powerCuts({ shim: shim.path, cuts: 5, seed: 11, sync: 'full', least: 60 });
    expect(cuts).toMatchObject({ cuts: 5, lost: 0, broken: [] });
    expect(cuts.commands).toBeGreaterThan(20);
  });

  test('is caught when SQLite does not sync', async () => {
    const cuts = await powerCuts({ shim: shim.path, cuts: 2, seed: 12, sync: 'off', least: 200 });
    expect(cuts.lost).toBeGreaterThan(0);
    expect(cuts.broken.length).toBeGreaterThan(0);
  });
});

test.each(['keys.json', 'anchor.json', 'city.json'])(
  'power that goes between the new %s and its rename leaves the old one',
  async (name) => {
    const machine = makeMachine();
    try {
      (await openWindow(machine)).close();
      machine.runtime.files.writeAtomic('city.json', '{"old":true}\n');
      const before = readFileSync(join(machine.folder, name), 'utf8');
      const child = spawnSync(
        process.execPath,
        [fileURLToPath(new URL('rewrite.ts', import.meta.url)), machine.folder, name],
        {
          env: powerEnvironment(shim.path, machine.folder, { rename: name }),
          encoding: 'utf8',
        },
      );
      expect([child.status, child.stdout]).toEqual([POWER_GONE, '']);
      expect(readFileSync(join(machine.folder, name), 'utf8')).toBe(before);
      // The new one was whole on the disk, under its temporary name; the office opens beside it.
      const [draft] = readdirSync(machine.folder).filter((each) => each.endsWith('.tmp'));
      expect(readFileSync(join(machine.folder, draft ?? ''), 'utf8')).toContain('"new":true');
      (await openWindow(machine.restart())).close();
    } finally {
      machine.remove();
    }
  },
);
