import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SLOT_BYTES, type FileStore } from '../runtime.ts';
import { folderStore } from './file-store.ts';

let top: string;
let files: FileStore;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'so-files-'));
  files = folderStore(join(top, 'data', '3'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('the data folder is made for its owner only, and so are its files', () => {
  files.writeAtomic('keys/keys.json', 'secret');
  expect(modeOf(files.folder)).toBe(0o700);
  expect(modeOf(join(files.folder, 'keys'))).toBe(0o700);
  expect(modeOf(join(files.folder, 'keys', 'keys.json'))).toBe(0o600);
  files.writeAtomic('public.json', '{}', 0o644);
  expect(modeOf(join(files.folder, 'public.json'))).toBe(0o644);
});

test('a file is replaced whole, and nothing is left beside it', () => {
  files.writeAtomic('anchor.json', 'x'.repeat(100_000));
  files.writeAtomic('anchor.json', '新');
  expect(files.readText('anchor.json')).toBe('新');
  expect(readdirSync(files.folder)).toEqual(['anchor.json']);
});

test('a write that fails leaves the old file and no draft', () => {
  files.writeAtomic('anchor.json', 'old');
  files.writeAtomic('folder/x', '1');
  // A folder stands where the file should go: the rename cannot succeed.
  expect(() => files.writeAtomic('folder', 'new')).toThrow(/EISDIR|ENOTEMPTY|EEXIST|ENOTDIR/);
  expect(files.readText('anchor.json')).toBe('old');
  expect(readdirSync(files.folder).sort()).toEqual(['anchor.json', 'folder']);
});

test('a slot is written in place, padded to its page, and the other one stays', () => {
  files.writeSlot('two/slots', 1, 'second');
  files.writeSlot('two/slots', 0, 'first');
  files.writeSlot('two/slots', 1, '2');
  const text = files.readText('two/slots') ?? '';
  expect(text).toHaveLength(2 * SLOT_BYTES);
  expect([text.slice(0, SLOT_BYTES).trim(), text.slice(SLOT_BYTES).trim()]).toEqual(['first', '2']);
  expect(modeOf(join(files.folder, 'two/slots'))).toBe(0o600);
  expect(() => files.writeSlot('two/slots', 0, 'x'.repeat(SLOT_BYTES + 1))).toThrow(RangeError);
});

test('what is not there is nothing, not an error', () => {
  expect(files.readText('none.json')).toBeUndefined();
  expect(files.exists('none.json')).toBe(false);
  expect(files.list('none')).toEqual([]);
  expect(() => files.remove('none.json')).not.toThrow();
});

test('files are listed by name, copied and removed', () => {
  files.writeAtomic('feed/2.json', 'two');
  files.writeAtomic('feed/1.json', 'one');
  files.copy('feed/1.json', 'copy/one.json');
  expect(files.list('feed')).toEqual(['1.json', '2.json']);
  expect(files.readText('copy/one.json')).toBe('one');
  files.remove('feed/1.json');
  expect(files.list('feed')).toEqual(['2.json']);
});

test('no name leads out of the folder', () => {
  writeFileSync(join(top, 'outside.json'), 'outside');
  for (const name of [
    '../outside.json',
    'a/../../outside.json',
    '/etc/passwd',
    '',
    '.',
    'a//b',
    'a\\b',
    'C:\\x',
    'a\0b',
  ])
    expect(() => files.writeAtomic(name, 'x'), JSON.stringify(name)).toThrow(/not a name inside/);
  expect(readFileSync(join(top, 'outside.json'), 'utf8')).toBe('outside');
});
