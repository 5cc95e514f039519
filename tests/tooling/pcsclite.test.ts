import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { findNode, root } from '../../build/pieces.mjs';

test('the smart card binding loads on Node 24', () => {
  expect(process.versions.node).toMatch(/^24\./);
  const binding: unknown = createRequire(import.meta.url)('pcsclite');
  expect(binding).toBeTypeOf('function');
});

test('the Node of the lock file loads it in a process of its own', () => {
  const node = findNode();
  expect(node).toBeDefined();
  const { stdout, stderr } = spawnSync(
    node ?? '',
    ['-p', "process.versions.node.split('.')[0] + ' ' + typeof require('pcsclite')"],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('24 function');
});
