import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../build/pieces.mjs';
import type { WindowSeen } from './double/orders.ts';
import { newDataFolder, pageShown, startElectron, type ElectronProcess } from './electron-process.ts';
import { fusesAsFlipped, packaging } from './packaging.ts';
import { takePassengerList } from './passenger-list.ts';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';
import { beginShift, sellTickets, type Ask } from './selling.ts';

/** Electron's own list, "Security", in its order and words: one test for each of its twenty recommendations. */
let layout: ProgramLayout;
let electron: ElectronProcess;
/** A start that is refused: its only window says why. */
let refusing: ElectronProcess;
/** Clerk, passengers, hall. */
let windows: WindowSeen[];
/** The hidden window in which a passenger list became a PDF; it is gone again. */
let printed: WindowSeen;
let refused: WindowSeen;
const data = newDataFolder();
const refusedData = newDataFolder();
const stick = newDataFolder();

beforeAll(async () => {
  layout = await layOutProgram('bundled');
  electron = startElectron(layout, 'bundled', {
    data: data.path,
    switches: { board: 'on' },
    displays: [
      { id: 1, x: 0, y: 0, width: 1366, height: 768 },
      { id: 2, x: 1366, y: 0, width: 1280, height: 800 },
      { id: 3, x: 2646, y: 0, width: 1920, height: 1080 },
    ],
  });
  for (const id of [1, 2, 3]) await pageShown(electron, id);
  const ask: Ask = (method, params, commandId) => electron.result(1, method, params, commandId);
  await beginShift(ask);
  const { departureId } = await sellTickets(ask, 41, 1);
  await takePassengerList(ask, departureId, stick.path);
  const [clerk, passengers, hall, pdf, ...more] = await electron.windows();
  if (!clerk || !passengers || !hall || !pdf || more.length > 0) throw new Error('not four windows');
  windows = [clerk, passengers, hall];
  printed = pdf;
  writeFileSync(join(refusedData.path, 'station.json'), '{"v": 1}');
  refusing = startElectron(layout, 'bundled', { data: refusedData.path });
  refused = await pageShown(refusing, 1);
});
afterAll(async () => {
  await electron.kill();
  await refusing?.kill();
  for (const folder of [data, refusedData, stick]) folder.remove();
  layout.remove();
});

const built = (path: string): string => readFileSync(join(layout.root, 'out', path), 'utf8');
const preferencesOf = ({ options }: WindowSeen): Record<string, unknown> =>
  options['webPreferences'] as Record<string, unknown>;
/** A preference of the page of every window that the program can open. */
const everyPage = (name: string): unknown[] =>
  [...windows, printed, refused].map((window) => preferencesOf(window)[name]);
const all = <T>(value: T): T[] => [value, value, value, value, value];
/** Every window with the program that has it, for what is told to its page. */
const everyWindow = (): { program: ElectronProcess; id: number }[] => [
  ...[...windows, printed].map(({ id }) => ({ program: electron, id })),
  { program: refusing, id: refused.id },
];
const callsOf = async (member: string): Promise<unknown[][]> =>
  (await electron.calls()).filter((call) => call.member === member).map(({ args }) => args);

describe("Electron's security recommendations", () => {
  test('1. Only load secure content', async () => {
    expect([...windows, refused].map(({ page }) => page?.url)).toEqual([
      'app://office/',
      'app://office/display.html',
      'app://office/board.html',
      'app://office/refused',
    ]);
    // The double prints what a page of its own showed, so the list came from an address of our scheme.
    expect(printed).toMatchObject({ isShown: false, isDestroyed: true, loads: 1 });
    // All windows are made at one place, the one that these tests see.
    expect(built('main/index.js').match(/new BrowserWindow\b/g)).toHaveLength(1);
    for (const url of ['http://elsewhere.example/', 'https://elsewhere.example/a.js', 'ws://127.0.0.1:1/'])
      await expect(electron.order({ do: 'fetch', url })).rejects.toThrow('ERR_BLOCKED_BY_CLIENT');
    for (const page of globSync('out/renderer/*.html', { cwd: layout.root }))
      expect(readFileSync(join(layout.root, page), 'utf8')).not.toMatch(/(?:src|href)="(?!\.\/)/);
  });

  test('2. Do not enable Node.js integration for remote content', () => {
    for (const name of ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'])
      expect(everyPage(name)).toEqual(all(false));
  });

  test('3. Enable context isolation', () => expect(everyPage('contextIsolation')).toEqual(all(true)));

  test('4. Enable process sandboxing', async () => {
    expect(everyPage('sandbox')).toEqual(all(true));
    // The double refuses it once the app is ready, when it would come too late.
    expect(await callsOf('app.enableSandbox')).toHaveLength(1);
  });

  test('5. Handle session permission requests from remote content', async () => {
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'serial',
      'hid',
      'usb',
      'clipboard-read',
    ])
      expect(await electron.order({ do: 'permission', permission })).toEqual({
        asked: false,
        checked: false,
        device: false,
      });
    for (const url of [
      'https://example.com/tool.exe',
      'app://office/index.html',
      'blob:https://example.com/3f2a',
      'blob:app://office.example/3f2a',
      'data:text/csv,1',
    ])
      expect(await electron.order({ do: 'download', url }), url).toBe(true);
    // A day report that our own page made: the person is asked where to.
    expect(await electron.order({ do: 'download', url: 'blob:app://office/3f2a' })).toBe(false);
  });

  test('6. Do not disable webSecurity', () => expect(everyPage('webSecurity')).toEqual(all(true)));

  test('7. Define a Content Security Policy', () => {
    for (const { page } of windows) {
      const header = page?.headers['content-security-policy'] ?? '';
      expect(header).toMatch(/^default-src 'none'; script-src 'self'; /);
      expect(header).toContain("frame-ancestors 'none'");
      expect(header).not.toMatch(/unsafe|\*|https?:/);
      const inPage = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(
        page?.html ?? '',
      )?.[1];
      expect(`${inPage?.replaceAll('&#39;', "'")}; frame-ancestors 'none'`).toBe(header);
      expect(page?.html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=/);
    }
    const header = refused.page?.headers['content-security-policy'] ?? '';
    expect(header).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(header).not.toMatch(/unsafe|\*|https?:/);
    expect(refused.page?.html).not.toMatch(/<script|<style| on\w+=/);
  });

  test('8. Do not enable allowRunningInsecureContent', () =>
    expect(everyPage('allowRunningInsecureContent')).toEqual(all(false)));

  test('9. Do not enable experimental features', () =>
    expect(everyPage('experimentalFeatures')).toEqual(all(false)));

  test('10. Do not use enableBlinkFeatures', () => {
    expect(everyPage('enableBlinkFeatures')).toEqual(all(undefined));
    expect(built('main/index.js')).not.toMatch(/enableBlinkFeatures|enable-blink-features|appendSwitch/);
  });

  test('11. Do not use allowpopups for WebViews', () => {
    expect(everyPage('webviewTag')).toEqual(all(false));
    for (const path of globSync('out/renderer/**/*.{html,js}', { cwd: layout.root }))
      expect(readFileSync(join(layout.root, path), 'utf8'), path).not.toMatch(/allowpopups|<webview/i);
  });

  test('12. Verify WebView options before creation', async () => {
    for (const { program, id } of everyWindow())
      expect(await program.order({ do: 'tellPage', window: id, event: 'will-attach-webview' })).toBe(true);
  });

  test('13. Disable or limit navigation', async () => {
    for (const { program, id } of everyWindow()) {
      for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
        const goes = async (url: string): Promise<boolean> =>
          !(await program.order<boolean>({ do: 'tellPage', window: id, event, more: { url } }));
        expect(await goes('app://office/')).toBe(true);
        for (const url of [
          'https://elsewhere.example/',
          'file:///etc/passwd',
          'app://elsewhere/',
          'data:text/html,x',
          'javascript:0',
        ])
          expect(await goes(url), `${event} ${url}`).toBe(false);
      }
    }
  });

  test('14. Disable or limit creation of new windows', async () => {
    for (const { program, id } of everyWindow())
      for (const url of ['app://office/', 'https://elsewhere.example/', 'about:blank'])
        expect(await program.order({ do: 'openFromPage', window: id, url })).toEqual({ action: 'deny' });
  });

  test('15. Do not use shell.openExternal with untrusted content', () => {
    expect(built('main/index.js')).not.toMatch(/openExternal|openPath/);
    expect(/import \{([^}]+)\} from "electron"/.exec(built('main/index.js'))?.[1]).not.toMatch(/\bshell\b/);
  });

  test('16. Use a current version of Electron', () => {
    const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
    const { devDependencies } = readJson('package.json') as { devDependencies: Record<string, string> };
    const { packages } = readJson('package-lock.json') as { packages: Record<string, { version: string }> };
    const { version } = readJson('node_modules/electron/package.json') as { version: string };
    // Named to the last figure, so that a new one is taken on purpose; what is named, locked and installed is one.
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(devDependencies['electron']).toBe(version);
    expect(packages['node_modules/electron']?.version).toBe(version);
  });

  test('17. Validate the sender of all IPC messages', async () => {
    expect((await callsOf('ipcMain.handle')).map(([channel]) => channel)).toEqual(['office.call']);
    expect(built('main/index.js').match(/ipcMain\.\w+/g)).toEqual(['ipcMain.handle']);
    const sender = { sender: { id: 1 }, senderFrame: { url: 'https://elsewhere.example/', parent: null } };
    const request = { id: 1, method: 'session.info', params: {} };
    expect(await electron.order({ do: 'invoke', sender, request })).toMatchObject({
      ok: false,
      refusal: { code: 'access.origin' },
    });
  });

  test('18. Avoid usage of the file:// protocol and prefer usage of custom protocols', async () => {
    const [schemes] = (await callsOf('protocol.registerSchemesAsPrivileged')) as [
      [{ scheme: string; privileges: object }[]],
    ];
    // No bypassCSP, no service workers, no code cache.
    expect(schemes[0]).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    await expect(electron.order({ do: 'fetch', url: 'file:///etc/passwd' })).rejects.toThrow(
      'ERR_BLOCKED_BY_CLIENT',
    );
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/.digest',
      '/assets/../../main/index.js',
    ])
      expect(await electron.order({ do: 'fetch', url: `app://office${path}` }), path).toMatchObject({
        status: 404,
      });
    expect(built('main/index.js')).not.toMatch(/loadFile|registerFileProtocol|interceptFileProtocol/);
  });

  test('19. Check which fuses you can change', async () => {
    const { electronFuses, asar } = packaging();
    expect(asar).toBe(true);
    expect(electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    // A binary holds its fuses behind a sentinel: version, number, then a 0 or 1 each. All the other way round at first.
    const binary = join(data.path, 'stand-in');
    const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
    writeFileSync(
      binary,
      Buffer.concat([Buffer.from(`ELF ${sentinel}`), Buffer.from([1, 9]), Buffer.from('101100111')]),
    );
    await flipFuses(binary, await fusesAsFlipped());
    const wire = await getCurrentFuseWire(binary);
    expect(wire.version).toBe(FuseVersion.V1);
    const burnt = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
    expect(burnt(FuseV1Options.RunAsNode)).toBe(false);
    expect(burnt(FuseV1Options.EnableCookieEncryption)).toBe(true);
    expect(burnt(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
    expect(burnt(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
    expect(burnt(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
    expect(burnt(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    expect(burnt(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot)).toBe(false);
    expect(burnt(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  });

  test('20. Do not expose Electron APIs to untrusted web content', () => {
    for (const { page } of windows) expect(page?.exposed).toEqual({ stationOffice: ['call', 'onEvent'] });
    expect(refused.page?.exposed).toEqual({});
    for (const window of [printed, refused]) expect(preferencesOf(window)).not.toHaveProperty('preload');
    // The page gets messages, never the event that brought them: that one holds the sender.
    expect(built('preload/preload.cjs').match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(built('preload/preload.cjs')).toMatch(/\(_event, message\) => listener\(message\)/);
  });
});

test('a package holds what the bundles look for beside themselves', () => {
  const { files } = packaging();
  for (const folder of ['out', 'migrations', 'city/migrations', 'city/trial'])
    expect(files).toContain(`${folder}/**`);
});
