import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newDataFolder, pageShown, startElectron, until, type ElectronProcess } from './electron-process.ts';
import { familyOf, survivors } from '../shells/processes.ts';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';
import { prepareFolder, signIn, type Prepared } from './prepared-folder.ts';
import { usualSettings } from './double/settings.ts';
import { contentsOf } from './folder-contents.ts';
import { takePassengerList } from './passenger-list.ts';
import { beginShift, newCommandId, quoteOrder, sellTickets, type Ask } from './selling.ts';

const layouts = new Map<string, ProgramLayout>();
let prepared: Prepared;
const folders: { remove(): void }[] = [];
const started: ElectronProcess[] = [];

function start(
  kind: 'bundled' | 'checkout',
  settings: Partial<Parameters<typeof startElectron>[2]> = {},
): { electron: ElectronProcess; data: string } {
  let { data } = settings;
  if (data === undefined) {
    const folder = prepared.copy();
    folders.push(folder);
    data = folder.path;
  }
  const electron = startElectron(layouts.get(kind) as ProgramLayout, kind, { ...settings, data });
  started.push(electron);
  return { electron, data };
}
const askOf =
  (electron: ElectronProcess, window = 1): Ask =>
  (method, params, commandId) =>
    electron.result(window, method, params, commandId);
const anchorOf = (data: string): { seq: number } =>
  JSON.parse(readFileSync(join(data, 'anchor.json'), 'utf8')) as { seq: number };

/** Nothing is left to be taken over from the write-ahead log of a ledger that was closed in order. */
function expectLedgerClosed(data: string): void {
  const wal = statSync(join(data, 'ledger.db-wal'), { throwIfNoEntry: false });
  expect(wal?.size ?? 0).toBe(0);
  expect(statSync(join(data, 'ledger.db')).size).toBeGreaterThan(0);
}

beforeAll(async () => {
  for (const kind of ['bundled', 'checkout'] as const) layouts.set(kind, await layOutProgram(kind));
  prepared = await prepareFolder(layouts.get('bundled') as ProgramLayout, usualSettings.keyStore);
});
afterAll(async () => {
  for (const electron of started) await electron.kill();
  for (const folder of folders) folder.remove();
  prepared.remove();
  for (const layout of layouts.values()) layout.remove();
});

describe.each(['bundled', 'checkout'] as const)('a window of the %s program', (kind) => {
  let electron: ElectronProcess;
  let data: string;
  let ask: Ask;
  beforeAll(async () => {
    const folder = newDataFolder();
    folders.push(folder);
    ({ electron, data } = start(kind, { data: folder.path }));
    await pageShown(electron);
    ask = askOf(electron);
  });

  test('opens on its own page, over its own scheme, with nothing given to the page but the bridge', async () => {
    const window = await pageShown(electron);
    expect(window.page).toMatchObject({
      url: 'app://office/',
      status: 200,
      exposed: { stationOffice: ['call', 'onEvent'] },
    });
    expect(window.page?.html).toContain('<title>站务窗口</title>');
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(window.page?.html ?? '')?.[1] ?? '';
    expect(await electron.order({ do: 'fetch', url: `app://office${script}` })).toMatchObject({
      status: 200,
    });
    expect(await electron.order({ do: 'fetch', url: 'app://office/../package.json' })).toMatchObject({
      status: 404,
    });
    expect(await electron.order({ do: 'fetch', url: 'app://office/', method: 'POST' })).toMatchObject({
      status: 404,
    });
  });

  test('sells through preload and IPC, and the page hears of what changed', async () => {
    await beginShift(ask);
    const sold = await sellTickets(ask, 1, 2);
    expect(sold.tickets.length).toBe(2);
    const told = await until('the page hears of the seats', async () => {
      const events = await electron.events(1, 'departure.changed');
      return events.length > 0 && events;
    });
    expect(told[0]?.data).toMatchObject({ departureId: sold.departureId });
    const { tickets } = await ask<{ tickets: { ticketNumber: string }[] }>('sales.list', { limit: 10 });
    expect(tickets.map(({ ticketNumber }) => ticketNumber).sort()).toEqual(
      sold.tickets.map(({ ticketNumber }) => ticketNumber).sort(),
    );
  });

  test('makes the passenger list a PDF by itself, in a window that nobody sees, and nothing of it stays', async () => {
    const sold = await sellTickets(ask, 41, 1);
    const stick = newDataFolder();
    folders.push(stick);
    const name = await takePassengerList(ask, sold.departureId, stick.path);
    const text = readFileSync(join(stick.path, name), 'utf8');
    expect(text).toMatch(/^%PDF-double\n\{"pageSize":"A4"/);
    expect(text).toContain('旅客名单');
    const seen = (await electron.windows()).filter(({ page }) => page?.url.includes('/print/') === true);
    expect(seen.filter(({ isDestroyed, isShown }) => !isDestroyed || isShown)).toEqual([]);
    expect(await electron.order({ do: 'fetch', url: 'app://office/print/0123' })).toMatchObject({
      status: 404,
    });
    // The clerk goes on.
    await ask('session.signOut');
    await signIn(ask);
  });

  test('nobody but the top frame of its page may call, and whoever tries learns nothing', async () => {
    const request = { id: 1, method: 'session.info', params: {} };
    const refusalOf = (sender: object): Promise<object> =>
      electron.order({ do: 'invoke', sender: sender as never, request });
    const frame = { url: 'app://office/', parent: null };
    const foreign = [
      { sender: { id: 1 }, senderFrame: { ...frame, parent: {} } },
      { sender: { id: 1 }, senderFrame: { ...frame, url: 'https://elsewhere.example/' } },
      { sender: { id: 1 }, senderFrame: { ...frame, url: 'file:///office/index.html' } },
      { sender: { id: 1 }, senderFrame: null },
      { sender: { id: 99 }, senderFrame: frame },
    ];
    for (const sender of foreign)
      expect(await refusalOf(sender)).toMatchObject({
        id: null,
        ok: false,
        refusal: { code: 'access.origin' },
      });
    expect(await refusalOf({ sender: { id: 1 }, senderFrame: frame })).toMatchObject({ id: 1, ok: true });
  });

  test('what no JSON holds, and what is too large, is refused and harms nothing', async () => {
    const send = (request: unknown): Promise<object> => electron.order({ do: 'call', window: 1, request });
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(await send(cycle)).toMatchObject({ refusal: { code: 'request.shape' } });
    expect(await send(undefined)).toMatchObject({ refusal: { code: 'request.shape' } });
    expect(await send(10n)).toMatchObject({ refusal: { code: 'request.shape' } });
    expect(await send({ id: 1, method: 'x'.repeat(300_000) })).toMatchObject({
      refusal: { code: 'request.tooLarge' },
    });
    expect(await electron.call(1, 'status.get')).toMatchObject({ ok: true });
  });

  test('a second start brings the first window to the front', async () => {
    await electron.order({ do: 'minimise', window: 1 });
    await electron.order({ do: 'tell', who: 'app', event: 'second-instance' });
    expect((await electron.windows())[0]).toMatchObject({
      isMinimized: false,
      isShown: true,
      isFocused: true,
    });
  });

  test('a page that crashes in a sale is started again, and finds the sale it had not heard of', async () => {
    const { departureId, passengers, totalFen } = await quoteOrder(ask, 50, 1);
    const commandId = newCommandId();
    const params = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
    // The answer comes to a page that is not there any more.
    const lost = electron.call(1, 'sales.sell', params, commandId);
    await electron.order({
      do: 'tellPage',
      window: 1,
      event: 'render-process-gone',
      args: [{ reason: 'crashed', exitCode: 5 }],
    });
    await lost;
    const again = await pageShown(electron);
    expect(again.loads).toBe(2);
    const { commands } = await ask<{ commands: { commandId: string; method: string }[] }>('commands.open');
    expect(commands.filter((one) => one.commandId === commandId)).toMatchObject([{ method: 'sales.sell' }]);
    await ask('commands.seen', { commandIds: commands.map((one) => one.commandId) });
    expect((await ask<{ commands: object[] }>('commands.open')).commands).toEqual([]);
  });

  test('a page that hangs is ended and started again, still signed in', async () => {
    const { loads } = await pageShown(electron);
    await electron.order({ do: 'tellWindow', window: 1, event: 'unresponsive' });
    await until('the page is loaded again', async () => (await pageShown(electron)).loads > loads);
    expect(await ask<{ signedIn: object }>('session.info')).toMatchObject({ signedIn: { roles: ['clerk'] } });
  });

  test.each(['suspend', 'lock-screen', 'resume', 'unlock-screen'])(
    'at %s the anchor stands at the last entry',
    async (event) => {
      const before = anchorOf(data).seq;
      await sellTickets(ask, 100 + event.length * 10, 1);
      await electron.order({ do: 'tell', who: 'power', event });
      expect(anchorOf(data).seq).toBeGreaterThan(before);
    },
  );

  test('its end is in order: place and ledger are written, nothing is left of its processes', async () => {
    await electron.order({ do: 'move', window: 1, bounds: { x: 40, y: 50, width: 1400, height: 800 } });
    const family = familyOf(electron.pid);
    // The program itself, the devices, and the trial's simulators, ports and gateway.
    expect(family.length).toBeGreaterThanOrEqual(5);
    await electron.order({ do: 'closeWindow', window: 1 }).catch(() => undefined);
    expect(await electron.ended).toBe(0);
    expect(await survivors(family, 5000)).toEqual([]);
    expectLedgerClosed(data);
    expect(JSON.parse(readFileSync(join(data, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 40, y: 50, width: 1400, height: 800 },
      isMaximized: false,
    });
  });

  test('it opens again where it was, with all that was sold', async () => {
    const second = start(kind, { data });
    expect((await pageShown(second.electron)).bounds).toEqual({ x: 40, y: 50, width: 1400, height: 800 });
    const again = askOf(second.electron);
    await signIn(again);
    const { tickets } = await again<{ tickets: object[] }>('sales.list', { limit: 50 });
    expect(tickets.length).toBe(8);
    await second.electron.kill();
  });
});

describe('the start', () => {
  test('a second program on the same data folder ends at once and touches nothing', async () => {
    const folder = prepared.copy();
    folders.push(folder);
    const before = contentsOf(folder.path);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['anchor.json', 'ledger.db', 'station.json']));
    const { electron } = start('bundled', { data: folder.path, isFirstInstance: false });
    expect(await electron.ended).toBe(0);
    expect(contentsOf(folder.path)).toEqual(before);
  });

  test('a window whose screen is gone opens in the middle of the one that is left, and fits it', async () => {
    const folder = prepared.copy();
    folders.push(folder);
    const bounds = { x: 2500, y: 300, width: 1800, height: 1000 };
    writeFileSync(join(folder.path, 'window.json'), JSON.stringify({ bounds, isMaximized: true }));
    const displays = [{ id: 1, x: 0, y: 0, width: 1366, height: 768 }];
    const { electron } = start('bundled', { data: folder.path, displays });
    const window = await pageShown(electron);
    expect(window.bounds).toEqual({ x: 0, y: 0, width: 1366, height: 728 });
    expect(window.isMaximized).toBe(true);
    await electron.kill();
  });

  test('a broken station.json is told in Chinese on a page without a script, and the exit code is 2', async () => {
    const folder = newDataFolder();
    folders.push(folder);
    writeFileSync(join(folder.path, 'station.json'), '{"v": 1, "window": "<b>三</b>"}');
    const { electron } = start('bundled', { data: folder.path });
    const window = await pageShown(electron);
    expect(window.page?.html).toContain('站务窗口不能启动');
    expect(window.page?.html).toContain('station.json 第 station 项不对');
    expect(window.page?.html).not.toMatch(/<script|<b>/);
    expect(window.page?.headers['content-security-policy']).toContain("default-src 'none'");
    expect(window.page?.exposed).toEqual({});
    expect(window.options['webPreferences']).not.toHaveProperty('preload');
    await electron.order({ do: 'closeWindow', window: 1 }).catch(() => undefined);
    expect(await electron.ended).toBe(2);
  });
});

describe('the end of the session', () => {
  test.each([
    ['the shutdown of Linux', { do: 'tell', who: 'power', event: 'shutdown' }],
    ['the session end of Windows', { do: 'tellWindow', window: 1, event: 'session-end', args: [] }],
  ] as const)('%s closes the ledger first', async (_name, order) => {
    const { electron, data } = start('bundled');
    await pageShown(electron);
    const ask = askOf(electron);
    await signIn(ask);
    await sellTickets(ask, 1, 1);
    await electron.order(order as never).catch(() => undefined);
    expect(await electron.ended).toBe(0);
    expectLedgerClosed(data);
  });

  test('before Windows ends the session, the anchor is written', async () => {
    const { electron, data } = start('bundled');
    await pageShown(electron);
    const ask = askOf(electron);
    await signIn(ask);
    const before = anchorOf(data).seq;
    await sellTickets(ask, 1, 1);
    await electron.order({ do: 'tellWindow', window: 1, event: 'query-session-end' });
    expect(anchorOf(data).seq).toBeGreaterThan(before);
    await electron.kill();
  });
});
