import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../contract/envelope.ts';
import { trialStaff } from '../../main/trial-station.ts';
import {
  familyOf,
  newFolder,
  openPage,
  removeFolder,
  resultOf,
  run,
  survivors,
  type Page,
  type Run,
} from './processes.ts';

interface Ready {
  url: string;
  token: string;
}
const readyOf = (host: Run): Ready => {
  if (host.first?.['ready'] !== true) throw new Error(`not ready: ${JSON.stringify(host.output())}`);
  return host.first as unknown as Ready;
};

/** Ends a host in order and sees that it leaves nothing behind. */
async function stop(host: Run): Promise<void> {
  const family = familyOf(host.pid);
  host.child.kill('SIGTERM');
  expect(await host.ended).toBe(0);
  expect(await survivors(family, 3000)).toEqual([]);
}

describe('a trial, as it comes without configuration, at five to midnight', () => {
  let folder: string;
  let host: Run;
  let page: Page;

  beforeAll(async () => {
    folder = newFolder();
    host = await run('host', ['--data', folder, '--clock', '2026-11-21T23:55:00+08:00']);
    const { url, token } = readyOf(host);
    page = await openPage(url, token);
  });
  afterAll(async () => {
    page.close();
    await stop(host);
    removeFolder(folder);
  });

  test('says that it is a trial, which clerks there are, and what day it is', async () => {
    const info = await resultOf<{ trial: boolean; window: number; trialClerks: { pin: string }[] }>(
      page.call('session.info'),
    );
    expect(info).toMatchObject({ trial: true, window: 3, station: { id: 'zhujiajian-wugongzhi' } });
    expect(info.trialClerks.map(({ pin }) => pin)).toEqual(trialStaff.map(({ pin }) => pin));
    const status = await resultOf<{ businessDate: string; nowMs: number }>(page.call('status.get'));
    expect(status.businessDate).toBe('2026-11-21');
    expect(status.nowMs - Date.UTC(2026, 10, 21, 15, 55)).toBeGreaterThanOrEqual(0);
    expect(status.nowMs - Date.UTC(2026, 10, 21, 15, 55)).toBeLessThan(120_000);
  });

  test('signs a trial clerk in, and nobody else', async () => {
    const wrong = await page.call('session.signIn', { number: '0107', pin: '000000' });
    expect(wrong).toMatchObject({ ok: false, refusal: { code: 'access.wrongPin' } });
    const clerk = await resultOf(page.call('session.signIn', { number: '0107', pin: '246810' }));
    expect(clerk).toMatchObject({ number: '0107', roles: ['clerk'] });
  });

  test('a card laid on the simulated reader comes out of the real driver, masked', async () => {
    await resultOf(page.call('session.signIn', { number: '0108', pin: '135790' }));
    const { people } = await resultOf<{ people: { id: string; name: string }[] }>(page.call('trial.people'));
    const [person] = people;
    await resultOf(page.call('trial.layCard', { person: person?.id }));
    const card = await page.event('reader.card');
    expect(card.data).toMatchObject({ name: person?.name, documentKind: '111' });
    expect(JSON.stringify(card)).not.toMatch(/\d{17}[\dX]/);
    expect(await page.call('trial.layCard', { person: 'nobody' })).toMatchObject({
      ok: false,
      refusal: { code: 'trial.unknownPerson' },
    });
  });

  test('the link switch stops the gateway process for real, and starts it again on the same port and data', async () => {
    const gateways = () => familyOf(host.pid).filter(({ command }) => command.includes('city/index.mjs'));
    const [before] = gateways();
    if (!before) throw new Error('there is no gateway');
    await resultOf(page.call('trial.link', { up: false }));
    expect(await survivors([before], 0)).toEqual([]);
    expect(gateways()).toEqual([]);
    await resultOf(page.call('trial.link', { up: true }));
    const [after] = gateways();
    expect(after?.pid).not.toBe(before.pid);
    expect(after?.command).toBe(before.command);
  });

  test('paper runs out in the simulated printer, and the status bar says so', async () => {
    const printer = async (): Promise<unknown> => {
      const { devices } = await resultOf<{ devices: { deviceId: string; paper: string }[] }>(
        page.call('status.get'),
      );
      return devices.find(({ deviceId }) => deviceId === 'printer')?.paper;
    };
    await expect.poll(printer, { timeout: 10_000 }).toBe('ok');
    await resultOf(page.call('trial.paper', { paper: 'out' }));
    await expect.poll(printer, { timeout: 10_000 }).toBe('out');
    await resultOf(page.call('trial.paper', { paper: 'ok' }));
    await expect.poll(printer, { timeout: 10_000 }).toBe('ok');
  });

  test('a killed supervisor comes back with simulators and gateway', async () => {
    const part = (name: string) => familyOf(host.pid).find(({ command }) => command.includes(name));
    const old = familyOf(part('supervisor.mjs')?.pid ?? 0);
    expect(old.length).toBeGreaterThanOrEqual(4);
    process.kill(old[0]?.pid ?? 0, 'SIGKILL');
    expect(await survivors(old, 10_000)).toEqual([]);
    for (const name of ['supervisor.mjs', 'native/simulators/index.mjs', 'city/index.mjs'])
      await expect.poll(() => part(name), { timeout: 30_000 }).toBeDefined();
    const laid = (): Promise<Answer> => page.call('trial.layCard', { person: 'p02' });
    await expect.poll(async () => (await laid()).ok, { timeout: 30_000 }).toBe(true);
  }, 90_000);

  test('a second office on the same folder is refused, told which one runs, and changes nothing', async () => {
    const before = familyOf(host.pid).map(({ pid }) => pid);
    const notes = ['control.json', 'port.json', 'station.json'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    );
    const second = await run('host', ['--data', folder]);
    expect(await second.ended).toBe(2);
    expect(second.first).toMatchObject({ ready: false, refusal: { code: 'folder.locked' } });
    expect(second.output().stderr).toContain(String(host.pid));
    expect(second.output().stderr).toContain(readyOf(host).url);
    expect(familyOf(host.pid).map(({ pid }) => pid)).toEqual(before);
    expect(
      ['control.json', 'port.json', 'station.json'].map((name) => readFileSync(join(folder, name), 'utf8')),
    ).toEqual(notes);
    expect(await page.call('session.info')).toMatchObject({ ok: true });
  });

  test('another login link can be had with the data folder, each works once', async () => {
    const asked = await run('host', ['--data', folder, '--new-token']);
    expect(await asked.ended).toBe(0);
    const { url, token } = readyOf(asked);
    expect(url).toBe(readyOf(host).url);
    const other = await openPage(url, token);
    expect(await other.call('session.info')).toMatchObject({ ok: true, result: { signedIn: null } });
    other.close();
    await expect(openPage(url, token)).rejects.toThrow(/access\.token/);
    expect(statSync(join(folder, 'control.json')).mode & 0o777).toBe(0o600);
  });

  test('what the office and its trial write is for its own user only', () => {
    const open = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      // The embedded database sets the modes of its files itself; its folder lets nobody in.
      .filter((path) => !path.startsWith(join(folder, 'trial', 'city', 'database')))
      .filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    expect(statSync(join(folder, 'trial', 'city')).mode & 0o077).toBe(0);
    expect(existsSync(join(folder, 'ledger.db'))).toBe(true);
  });

  test('no token, PIN or document number is in its log', () => {
    const text = readdirSync(join(folder, 'logs'))
      .map((name) => readFileSync(join(folder, 'logs', name), 'utf8'))
      .join('');
    expect(text).toContain('the office is open');
    expect(text).not.toContain(readyOf(host).token);
    expect(text).not.toMatch(/246810|135790|\d{17}[\dX]"/);
  });
});

describe('starting and stopping', () => {
  let folder: string;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => removeFolder(folder));

  /** An office without trial devices and city: what starts in a third of the time. */
  const plain = (): void => {
    const station = { station: { id: 'a-pier', code: '1234', name: '测试码头' }, window: 1 };
    writeFileSync(join(folder, 'station.json'), JSON.stringify(station));
  };

  test('the port is used again after a restart, the link from before it opens nothing; a held port is given up for another', async () => {
    plain();
    const first = await run('host', ['--data', folder]);
    const { url, token } = readyOf(first);
    await stop(first);
    expect(existsSync(join(folder, 'control.json'))).toBe(false);
    const second = await run('host', ['--data', folder]);
    expect(readyOf(second).url).toBe(url);
    await expect(openPage(url, token)).rejects.toThrow(/access\.token/);
    await stop(second);
    const other = createServer();
    await new Promise<void>(
      (resolve) => void other.listen(Number(new URL(url).port), '127.0.0.1', () => resolve()),
    );
    const third = await run('host', ['--data', folder]);
    expect(readyOf(third).url).not.toBe(url);
    const asked = await run('host', ['--data', folder, '--port', new URL(url).port]);
    expect(asked.first).toMatchObject({ ready: false, refusal: { code: 'host.portTaken' } });
    await stop(third);
    other.close();
  }, 90_000);

  test('it ends in order when whoever started it closes the pipe', async () => {
    const host = await run('host', ['--data', folder]);
    const family = familyOf(host.pid);
    host.child.stdin?.end();
    expect(await host.ended).toBe(0);
    expect(await survivors(family, 3000)).toEqual([]);
  });

  test('a broken station.json is refused with every wrong field, in Chinese and as JSON, and stays as it is', async () => {
    const text = JSON.stringify({
      trial: true,
      station: { id: 'x', code: '12', name: '码头' },
      window: 0,
      devices: [{ id: 'reader', kind: 'id-reader', driver: 'sdt', path: '' }],
    });
    writeFileSync(join(folder, 'station.json'), text);
    const host = await run('host', ['--data', folder]);
    expect(await host.ended).toBe(2);
    const refused = host.first as { ready: boolean; refusal: object; refusals: { field: string }[] };
    expect(refused.ready).toBe(false);
    expect(refused.refusals.map(({ field }) => field).sort()).toEqual(
      expect.arrayContaining(['devices[0].path', 'station.code', 'window']),
    );
    expect(host.output().stderr).toContain('station.json 第 station.code 项不对:应为 4 位数字');
    expect(readFileSync(join(folder, 'station.json'), 'utf8')).toBe(text);
    expect(readdirSync(folder).sort()).toEqual(['logs', 'station.json']);
  });

  test('without a station.json and without a trial it is refused', async () => {
    const host = await run('host', ['--data', folder, '--no-trial']);
    expect(await host.ended).toBe(2);
    expect(host.first).toMatchObject({ ready: false, refusal: { code: 'station.notJson' } });
    expect(existsSync(join(folder, 'station.json'))).toBe(false);
  });

  test('outside a trial there is no trial method, no simulator, no gateway and no moved clock', async () => {
    plain();
    const moved = await run('host', ['--data', folder, '--clock', '2026-11-21T23:55:00+08:00']);
    expect(moved.first).toMatchObject({ ready: false, refusal: { code: 'host.option' } });
    const host = await run('host', ['--data', folder]);
    const { url, token } = readyOf(host);
    const page = await openPage(url, token);
    const info = await resultOf<{ trial: boolean; trialClerks?: unknown }>(page.call('session.info'));
    expect(info.trial).toBe(false);
    expect(info.trialClerks).toBeUndefined();
    for (const method of ['trial.people', 'trial.removeCard'])
      expect(await page.call(method)).toMatchObject({
        ok: false,
        refusal: { code: 'request.unknownMethod' },
      });
    expect(familyOf(host.pid).filter(({ command }) => /supervisor|simulators|city/.test(command))).toEqual(
      [],
    );
    expect(existsSync(join(folder, 'trial'))).toBe(false);
    page.close();
    await stop(host);
  });

  test('a folder that cannot be one is refused', async () => {
    writeFileSync(join(folder, 'file'), 'x');
    const host = await run('host', ['--data', join(folder, 'file', 'data')]);
    expect(await host.ended).toBe(2);
    expect(host.first).toMatchObject({ ready: false, refusal: { code: 'folder.notWritable' } });
  });

  test('of two offices started at once on a new folder one opens, and the other is refused', async () => {
    const both = await Promise.all([run('host', ['--data', folder]), run('host', ['--data', folder])]);
    const ready = both.filter(({ first }) => first?.['ready'] === true);
    const refused = both.filter(({ first }) => first?.['ready'] === false);
    expect([ready.length, refused.length]).toEqual([1, 1]);
    expect(refused[0]?.first).toMatchObject({ refusal: { code: 'folder.locked' } });
    const page = await openPage(readyOf(ready[0] as Run).url, readyOf(ready[0] as Run).token);
    await resultOf(page.call('session.signIn', { number: '0107', pin: '246810' }));
    page.close();
    await stop(ready[0] as Run);
  });

  test('without socat the office opens all the same, and shows its devices missing', async () => {
    const host = await run('host', ['--data', folder], { PATH: '/nowhere' });
    const { url, token } = readyOf(host);
    const page = await openPage(url, token);
    const devices = async (): Promise<string[]> => {
      const status = await resultOf<{ devices: { state: string }[] }>(page.call('status.get'));
      return status.devices.map(({ state }) => state);
    };
    await expect.poll(devices, { timeout: 10_000 }).toEqual(['absent', 'absent']);
    const laid = await page.call('trial.layCard', { person: 'p01' });
    expect(laid).toMatchObject({ ok: false, refusal: { code: 'trial.notReady' } });
    page.close();
    await stop(host);
  });

  test('a defect while opening is told as one, leaves nothing running and keeps its insides in the log', async () => {
    const host = await run('tests/shells/defective-host', ['--data', folder]);
    expect(await host.ended).toBe(2);
    expect(host.first).toMatchObject({ ready: false, refusal: { code: 'defect' } });
    expect(JSON.stringify(host.first)).not.toContain('a planted defect');
    expect(readFileSync(join(folder, 'logs', 'office.log'), 'utf8')).toContain('a planted defect');
    expect(await survivors(host.family(), 5000)).toEqual([]);
  });

  test('a new link from an office that was killed, or never was, is refused', async () => {
    const asked = await run('host', ['--data', folder, '--new-token']);
    expect(await asked.ended).toBe(2);
    expect(asked.first).toMatchObject({ ready: false, refusal: { code: 'host.notRunning' } });
    const nowhere = await run('host', ['--data', join(folder, 'not-there'), '--new-token']);
    expect(nowhere.first).toMatchObject({ ready: false, refusal: { code: 'host.notRunning' } });
    expect(existsSync(join(folder, 'not-there'))).toBe(false);
    plain();
    const host = await run('host', ['--data', folder]);
    mkdirSync(join(folder, 'kept'));
    copyFileSync(join(folder, 'control.json'), join(folder, 'kept', 'control.json'));
    await stop(host);
    copyFileSync(join(folder, 'kept', 'control.json'), join(folder, 'control.json'));
    const late = await run('host', ['--data', folder, '--new-token']);
    expect(late.first).toMatchObject({ ready: false, refusal: { code: 'host.notRunning' } });
  });
});
