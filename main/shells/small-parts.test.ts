import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PAGE_ORIGIN } from './bridge.ts';
import { machineClock, offsetTo, strongRandom } from './clock.ts';
import { applicationDataFolder, defaultDataFolder } from './data-folder.ts';
import { folderStore } from './file-store.ts';
import { readHostOptions } from './host-options.ts';
import { choosePort, keepPort, portsToTry } from './host-ports.ts';
import { createPageSessions } from './page-sessions.ts';
import { findProgram } from './program.ts';
import { trustedSender, type PageKind } from './trusted-sender.ts';
import { chromiumArguments, findChromium, findElectron, hasDisplay } from './window-program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'so-shells-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the clock', () => {
  test('shows the instant asked for, and runs on from there', () => {
    const offsetMs = offsetTo('2026-11-21T23:55:00+08:00') ?? 0;
    const shownMs = machineClock(offsetMs).nowMs();
    expect(Math.abs(shownMs - Date.UTC(2026, 10, 21, 15, 55))).toBeLessThan(1000);
  });

  test('an instant without a zone, or one that does not exist, is none', () => {
    for (const text of ['2026-11-21T23:55:00', '23:55', '2026-11-21', '2026-13-41T00:00:00Z', ''])
      expect(offsetTo(text), text).toBeUndefined();
  });

  test('ids are 128 bits and never the same', () => {
    const ids = Array.from({ length: 200 }, () => strongRandom.id());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(200);
    expect(strongRandom.bytes(12).byteLength).toBe(12);
  });
});

describe('login links', () => {
  test('die after ten minutes', () => {
    let nowMs = 0;
    const sessions = createPageSessions(() => nowMs);
    const [early, late] = [sessions.newToken(), sessions.newToken()];
    nowMs = 9 * 60_000;
    expect(sessions.exchange(early)).toBeDefined();
    nowMs = 10 * 60_000;
    expect(sessions.exchange(late)).toBeUndefined();
  });

  test('the oldest unused one gives way when there are too many', () => {
    const sessions = createPageSessions(() => 0);
    const tokens = Array.from({ length: 17 }, () => sessions.newToken());
    expect(sessions.exchange(tokens[0] ?? '')).toBeUndefined();
    expect(sessions.exchange(tokens[1] ?? '')).toBeDefined();
  });

  test('a session lives while it is used and dies after a day without', () => {
    let nowMs = 0;
    const sessions = createPageSessions(() => nowMs);
    const cookie = sessions.exchange(sessions.newToken()) ?? '';
    const name = sessions.sessionOf(cookie);
    for (let day = 1; day <= 3; day += 1) {
      nowMs += 23 * 3_600_000;
      expect(sessions.sessionOf(cookie)).toBe(name);
    }
    nowMs += 25 * 3_600_000;
    expect(sessions.sessionOf(cookie)).toBeUndefined();
  });
});

describe('ports', () => {
  test('the port of the run before is tried first, a broken note is no note', () => {
    const files = folderStore(folder);
    keepPort(files, 'port.json', 17_999);
    expect(portsToTry(files, 'port.json')[0]).toBe(17_999);
    files.writeAtomic('port.json', '{"port":"x"}');
    expect(portsToTry(files, 'port.json')[0]).not.toBe('x');
  });

  test('a port once chosen is chosen again, until somebody else holds it', async () => {
    const files = folderStore(folder);
    const first = await choosePort(files, 'gateway-port.json');
    expect(await choosePort(files, 'gateway-port.json')).toBe(first);
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(first, '127.0.0.1', () => resolve()));
    const second = await choosePort(files, 'gateway-port.json');
    expect(second).not.toBe(first);
    await new Promise((resolve) => other.close(resolve));
    expect(await choosePort(files, 'gateway-port.json')).toBe(second);
  });
});

describe('the data folder', () => {
  test('lies where each platform keeps such things', () => {
    expect(applicationDataFolder('linux', {}, '/users/w')).toBe('/users/w/.local/share');
    expect(applicationDataFolder('linux', { XDG_DATA_HOME: '/data' }, '/users/w')).toBe('/data');
    expect(applicationDataFolder('linux', { XDG_DATA_HOME: 'relative' }, '/users/w')).toBe(
      '/users/w/.local/share',
    );
    expect(applicationDataFolder('win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\w')).toBe('C:\\L');
  });

  test('is that of the only window, of a new one when there is none, and a question when there are several', () => {
    expect(defaultDataFolder(3, folder)).toBe(resolve(folder, 'station-office', '3'));
    mkdirSync(join(folder, 'station-office', '7'), { recursive: true });
    expect(defaultDataFolder(3, folder)).toBe(resolve(folder, 'station-office', '7'));
    mkdirSync(join(folder, 'station-office', '8'));
    expect(defaultDataFolder(3, folder)).toBeUndefined();
  });
});

describe('the command line', () => {
  test('is read', () => {
    const read = readHostOptions([
      '--data',
      folder,
      '--port',
      '17400',
      '--clock',
      '2026-11-22T00:05:00+08:00',
      '--with-parent',
    ]);
    expect(read).toMatchObject({
      ok: true,
      value: { folder, port: 17_400, makeTrial: true, withParent: true },
    });
  });

  test.each([
    [['--prot', '1']],
    [['--port', '0']],
    [['--port', '70000']],
    [['--port', 'x']],
    [['--clock', 'tomorrow']],
    [['--data', '']],
    [['stray']],
  ])('%j is refused', (args) => {
    expect(readHostOptions(args)).toMatchObject({ ok: false, refusal: { code: 'host.option' } });
  });
});

describe('the window', () => {
  test('needs a display, except where there always is one', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('win32', {})).toBe(true);
  });

  test('Chromium is found on PATH and opened as an app with its own profile', () => {
    writeFileSync(join(folder, 'chromium'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, 'google-chrome'), 'not executable', { mode: 0o644 });
    expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(join(folder, 'chromium'));
    expect(findChromium({ PATH: '/nowhere' })).toBeUndefined();
    const args = chromiumArguments('http://127.0.0.1:17400/', '/d/chromium', true);
    expect(args).toContain('--app=http://127.0.0.1:17400/');
    expect(args).toContain('--user-data-dir=/d/chromium');
    expect(args).toContain('--no-sandbox');
    expect(chromiumArguments('x', 'y', false)).not.toContain('--no-sandbox');
  });

  test('Electron counts only when its binary is there', () => {
    const program = { ...findProgram(), root: folder };
    expect(findElectron(program, 'linux')).toBeUndefined();
    mkdirSync(join(folder, 'node_modules', 'electron', 'dist'), { recursive: true });
    writeFileSync(join(folder, 'node_modules', 'electron', 'dist', 'electron'), '');
    expect(findElectron(program, 'linux')).toBe(join(folder, 'node_modules', 'electron', 'dist', 'electron'));
  });
});

describe('who may call over IPC', () => {
  const ours = new Map<number, PageKind>([
    [1, 'clerk'],
    [2, 'display'],
  ]);
  const frame = (id: number, url: string, parent: unknown = null) => ({
    sender: { id },
    senderFrame: { url, parent },
  });

  test('the top frame of a window of ours with the page it was opened for', () => {
    expect(trustedSender(frame(1, `${PAGE_ORIGIN}/`), ours)).toBe('clerk');
    expect(trustedSender(frame(1, `${PAGE_ORIGIN}/index.html?x#y`), ours)).toBe('clerk');
    expect(trustedSender(frame(2, `${PAGE_ORIGIN}/display.html`), ours)).toBe('display');
  });

  test('nobody else', () => {
    expect(trustedSender(frame(3, `${PAGE_ORIGIN}/`), ours)).toBeUndefined();
    expect(trustedSender(frame(1, `${PAGE_ORIGIN}/`), new Map())).toBeUndefined();
    expect(trustedSender(frame(1, `${PAGE_ORIGIN}/`, {}), ours)).toBeUndefined();
    expect(trustedSender({ sender: { id: 1 }, senderFrame: null }, ours)).toBeUndefined();
    expect(trustedSender(frame(2, `${PAGE_ORIGIN}/`), ours)).toBeUndefined();
    expect(trustedSender(frame(1, `${PAGE_ORIGIN}/display.html`), ours)).toBeUndefined();
    for (const url of [
      'https://elsewhere.example/',
      'http://office/',
      'app://office.elsewhere.example/',
      'app://elsewhere/',
      'app://office@elsewhere/',
      'app://user@office/',
      'file:///office/index.html',
      'about:blank',
      '',
    ])
      expect(trustedSender(frame(1, url), ours), url).toBeUndefined();
  });
});
