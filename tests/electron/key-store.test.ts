import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { folderStore } from '../../main/shells/file-store.ts';
import { hostKeyStore } from '../../main/shells/key-stores.ts';
import { pageShown, startElectron, type ElectronProcess } from './electron-process.ts';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';
import { usualSettings, type Settings } from './double/settings.ts';
import { prepareFolder, signIn, type Prepared } from './prepared-folder.ts';
import type { Ask } from './selling.ts';

let layout: ProgramLayout;
let folder: { path: string; remove(): void };
let running: ElectronProcess | undefined;
/** One whose key is in the key store, and one from a time before there was any. */
let sealedBefore: Prepared;
let plainBefore: Prepared;
beforeAll(async () => {
  layout = await layOutProgram('bundled');
  sealedBefore = await prepareFolder(layout, usualSettings.keyStore);
  plainBefore = await prepareFolder(layout, { ...usualSettings.keyStore, isAvailable: false });
});
afterAll(() => {
  sealedBefore.remove();
  plainBefore.remove();
  layout.remove();
});
beforeEach(() => {
  folder = sealedBefore.copy();
});
afterEach(async () => {
  await running?.kill();
  folder.remove();
});

const file = (name: string): string => join(folder.path, name);
async function open(keyStore: Partial<Settings['keyStore']> = {}): Promise<ElectronProcess> {
  await running?.kill();
  running = startElectron(layout, 'bundled', {
    data: folder.path,
    keyStore: { ...usualSettings.keyStore, ...keyStore },
  });
  return running;
}
const askOf =
  (electron: ElectronProcess): Ask =>
  (method, params, commandId) =>
    electron.result(1, method, params, commandId);
/** The newest ticket with the name of its passenger, which only the right key opens. */
async function newestName(electron: ElectronProcess): Promise<string | null | undefined> {
  const ask = askOf(electron);
  await signIn(ask);
  const { tickets } = await ask<{ tickets: { holderName: string | null }[] }>('sales.list', { limit: 1 });
  return tickets[0]?.holderName;
}
/** What stands on the page instead of an office, and the exit code once it is closed. */
async function refusalShown(electron: ElectronProcess): Promise<string> {
  const { page } = await pageShown(electron);
  expect(page?.url).toBe('app://office/refused');
  await electron.order({ do: 'closeWindow', window: 1 }).catch(() => undefined);
  expect(await electron.ended).toBe(2);
  return page?.html ?? '';
}
/** A trial's folder becomes that of a real window, whose keys are no plaything. */
function makeReal(): void {
  const config = JSON.parse(readFileSync(file('station.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(file('station.json'), JSON.stringify({ ...config, trial: false, devices: [] }));
}

describe('the master key', () => {
  test('is in the key store of the system, never in a file', async () => {
    expect(existsSync(file('master.key'))).toBe(false);
    expect(statSync(file('master.sealed')).mode & 0o777).toBe(0o600);
    const electron = await open();
    await pageShown(electron);
    expect(await newestName(electron)).toMatch(/^[测试样例演练模拟虚构示范]/);
  });

  test('of an earlier time, in a 0600 file, is moved into the store once, and the file is gone', async () => {
    folder.remove();
    folder = plainBefore.copy();
    expect(existsSync(file('master.key'))).toBe(true);
    const electron = await open();
    await pageShown(electron);
    expect(await newestName(electron)).toMatch(/^[测试样例演练模拟虚构示范]/);
    expect(existsSync(file('master.key'))).toBe(false);
    expect(existsSync(file('master.sealed'))).toBe(true);
  });

  test('is sealed anew when the store says that its own key has changed', async () => {
    const before = readFileSync(file('master.sealed'), 'utf8');
    const electron = await open({ shouldReEncrypt: true });
    await pageShown(electron);
    expect(readFileSync(file('master.sealed'), 'utf8')).not.toBe(before);
    expect(await newestName(electron)).toMatch(/^[测试样例演练模拟虚构示范]/);
  });
});

describe('the way back, for a host without a desktop', () => {
  /** What `--key=file` does, and its exit code. */
  async function moveOut(keyStore: Partial<Settings['keyStore']> = {}): Promise<ElectronProcess> {
    running = startElectron(layout, 'bundled', {
      data: folder.path,
      switches: { key: 'file' },
      keyStore: { ...usualSettings.keyStore, ...keyStore },
    });
    return running;
  }
  const hostStore = () => hostKeyStore(folderStore(folder.path));

  test('the key goes into a 0600 file that a host opens, and back into the store with the next start of the desktop', async () => {
    expect(await hostStore().load()).toMatchObject({ ok: false, refusal: { code: 'keys.inSystemStore' } });
    const electron = await moveOut();
    expect(await electron.ended).toBe(0);
    expect(existsSync(file('master.sealed'))).toBe(false);
    expect(statSync(file('master.key')).mode & 0o777).toBe(0o600);
    const opened = await hostStore().load();
    expect(opened.ok && opened.value?.length).toBe(32);

    const again = await open();
    await pageShown(again);
    expect(await newestName(again)).toMatch(/^[测试样例演练模拟虚构示范]/);
    expect(existsSync(file('master.key'))).toBe(false);
  });

  test('where there is nothing to move, or the store does not open the key, it says so and changes nothing', async () => {
    const sealed = readFileSync(file('master.sealed'));
    expect(await refusalShown(await moveOut({ secret: 'of another PC' }))).toContain('系统密钥库不可用');
    expect(readFileSync(file('master.sealed')).equals(sealed)).toBe(true);
    expect(existsSync(file('master.key'))).toBe(false);
    folder.remove();
    folder = plainBefore.copy();
    const plain = readFileSync(file('master.key'));
    expect(await refusalShown(await moveOut())).toContain('不在系统密钥库中');
    expect(readFileSync(file('master.key')).equals(plain)).toBe(true);
  });
});

describe('a key store that is of no use', () => {
  const trouble: [why: string, keyStore: Partial<Settings['keyStore']>][] = [
    ['is not there', { isAvailable: false }],
    ['is the stand-in whose key everybody knows', { backend: 'basic_text' }],
    ['is of another kind than Electron can say', { backend: 'unknown' }],
    ['does not open the key', { secret: 'of another PC' }],
  ];

  test.each(trouble)('%s: a page says so, and no other key is made', async (_why, keyStore) => {
    makeReal();
    const [sealed, keys] = [readFileSync(file('master.sealed')), readFileSync(file('keys.json'))];
    expect(await refusalShown(await open(keyStore))).toContain('系统密钥库不可用');
    expect(readFileSync(file('master.sealed')).equals(sealed)).toBe(true);
    expect(readFileSync(file('keys.json')).equals(keys)).toBe(true);
    expect(existsSync(file('master.key'))).toBe(false);
  });

  test('at the very first start of a real window makes no key at all, not even basic_text', async () => {
    for (const name of [
      'master.sealed',
      'keys.json',
      'anchor.json',
      'ledger.db',
      'ledger.db-wal',
      'ledger.db-shm',
    ])
      rmSync(file(name), { force: true });
    makeReal();
    expect(await refusalShown(await open({ backend: 'basic_text' }))).toContain('系统密钥库不可用');
    expect(existsSync(file('master.key'))).toBe(false);
    expect(existsSync(file('master.sealed'))).toBe(false);
    expect(existsSync(file('keys.json'))).toBe(false);
  });

  test('whose sealed key was lost beside a ledger is told as lost keys', async () => {
    rmSync(file('master.sealed'));
    expect(await refusalShown(await open())).toContain('找不到本机密钥');
    expect(existsSync(file('master.sealed'))).toBe(false);
  });
});
