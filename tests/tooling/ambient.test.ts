import { describe, expect, test } from 'vitest';
import { findAmbientUses, tierOf } from '../../build/doors/ambient.ts';

const uses = (source: string, tier: 'sealed' | 'clockless' = 'sealed'): string[] =>
  findAmbientUses(source, tier, false).map(({ what }) => what);

describe('time, chance and the outside taken by oneself are found', () => {
  test.each([
    ['const at = Date.now();', 'Date.now'],
    ['const at = Date["now"]();', 'Date.now'],
    ['const at = new Date();', 'new Date() without an instant'],
    ['const { now } = Date;', 'Date'],
    ['const make = Date;', 'Date'],
    ['Math.random();', 'Math.random'],
    ['const dice = Math["random"];', 'Math.random'],
    ['performance?.now();', 'performance.now'],
    ['process.hrtime.bigint();', 'process.hrtime'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['(setInterval as unknown as () => void)();', 'setInterval'],
    ['globalThis.setImmediate(() => {});', 'globalThis.setImmediate'],
    ["globalThis['fetch']('x');", 'globalThis.fetch'],
    ['const all = globalThis;', 'globalThis'],
    ['AbortSignal.timeout(5);', 'AbortSignal.timeout'],
    ['crypto.randomUUID();', 'crypto.randomUUID'],
    ['crypto.getRandomValues(new Uint8Array(1));', 'crypto.getRandomValues'],
    ["import { randomUUID as id } from 'node:crypto';", 'randomUUID of node:crypto'],
    ["export { randomBytes } from 'crypto';", 'randomBytes of crypto'],
    ["import * as c from 'node:crypto'; c.randomInt(5);", 'crypto.randomInt'],
    ["import c from 'node:crypto'; export const d = c;", 'all of node:crypto as c'],
    ["const c = await import('node:crypto');", "import('node:crypto')"],
    ["import { setTimeout as wait } from 'node:timers/promises';", 'import of node:timers/promises'],
    ["import { performance as p } from 'node:perf_hooks';", 'import of node:perf_hooks'],
    ['class Sale { at(now = Date.now()) { return now; } }', 'Date.now'],
  ])('%s', (source, what) => {
    expect(uses(source)).toEqual([what]);
  });

  test('with the line they stand in, Chinese text before them or not', () => {
    expect(findAmbientUses("const text = '站务窗口';\n\nDate.now();\n", 'sealed', false)).toEqual([
      { line: 3, what: 'Date.now' },
    ]);
  });
});

describe('what is injected or harmless is let through', () => {
  test.each([
    'new Date(atMs);',
    'Date.UTC(2026, 10, 21);',
    'value instanceof Date;',
    'Math.max(1, 2);',
    'runtime.setTimeout(() => {}, 1);',
    'const later = (setTimeout: () => void) => setTimeout();',
    'const { fetch } = runtime; fetch();',
    'const shape = { setTimeout() {}, fetch: 1 };',
    'type Timer = ReturnType<typeof setTimeout>;',
    "import { createHash } from 'node:crypto'; createHash('sha256');",
    "import type { randomUUID } from 'node:crypto';",
    'crypto.subtle.digest("SHA-256", bytes);',
  ])('%s', (source) => {
    expect(uses(source)).toEqual([]);
  });
});

test('a driver and the page may use timers, but no clock and no chance', () => {
  expect(uses("setTimeout(() => {}, 1); fetch('x');", 'clockless')).toEqual([]);
  expect(uses('Date.now(); Math.random();', 'clockless')).toEqual(['Date.now', 'Math.random']);
});

test.each([
  ['contract/office.ts', 'sealed'],
  ['domain/fares.ts', 'sealed'],
  ['main/office.ts', 'sealed'],
  ['main/host.mjs', 'sealed'],
  ['city/gateway.ts', 'sealed'],
  ['main/shells/browser.ts', undefined],
  ['city/shell/host.ts', undefined],
  ['native/drivers/sdt.ts', 'clockless'],
  ['native/transports/serial.ts', undefined],
  ['native/clock.ts', undefined],
  ['renderer/sale.tsx', 'clockless'],
  ['renderer/clock.ts', undefined],
  ['domain/fares.test.ts', undefined],
  ['tests/e2e/sale.spec.ts', undefined],
])('%s is %s', (path, tier) => {
  expect(tierOf(path)).toBe(tier);
});
