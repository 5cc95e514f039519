import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DisplayView } from '../../contract/office.ts';
import { newDataFolder, pageShown, startElectron, until, type ElectronProcess } from './electron-process.ts';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';
import { beginShift, newCommandId, quoteOrder, type Ask } from './selling.ts';

const clerkScreen = { id: 1, x: 0, y: 0, width: 1366, height: 768 };
const hallScreen = { id: 2, x: 1366, y: 0, width: 1280, height: 800 };

let layout: ProgramLayout;
let electron: ElectronProcess;
const data = newDataFolder();
const ask: Ask = (method, params, commandId) => electron.result(1, method, params, commandId);
const views = async (window: number): Promise<DisplayView[]> =>
  (await electron.events(window, 'display.changed')).map((event) => event.data as DisplayView);

beforeAll(async () => {
  layout = await layOutProgram('bundled');
  electron = startElectron(layout, 'bundled', { data: data.path, displays: [clerkScreen, hallScreen] });
  await pageShown(electron);
});
afterAll(async () => {
  await electron.kill();
  data.remove();
  layout.remove();
});

test('a second screen shows the passengers their page, over all of it and out of the way of the keys', async () => {
  const window = await pageShown(electron, 2);
  expect(window.page).toMatchObject({ url: 'app://office/display.html', status: 200 });
  const { id: _id, ...bounds } = hallScreen;
  expect(window.options).toMatchObject({ ...bounds, frame: false, fullscreen: true, focusable: false });
  expect(window.isFocused).toBe(false);
});

test('the order in hand is shown with fares, total and change, and nothing about anyone', async () => {
  await beginShift(ask);
  const { departureId, passengers, totalFen, people } = await quoteOrder(ask, 10, 2);
  const [order] = await until('the order is shown', async () => {
    const told = await views(2);
    return told.length > 0 && told.slice(-1);
  });
  expect(order).toMatchObject({
    state: 'order',
    departure: { fromName: '朱家尖蜈蚣峙码头' },
    lines: [{ ticketClass: 'full', count: 2 }],
    totalFen,
    tenderedFen: null,
    changeFen: null,
  });
  const tenderedFen = totalFen + 5_000;
  const params = { departureId, passengers, payment: 'cash', totalFen, tenderedFen };
  const sold = await ask<{ tickets: { ticketNumber: string }[] }>('sales.sell', params, newCommandId());
  const paid = await until('the change is shown', async () =>
    (await views(2)).find(({ state }) => state === 'paid'),
  );
  expect(paid).toMatchObject({ totalFen, tenderedFen, changeFen: 5_000 });

  const everything = JSON.stringify((await electron.windows()).find(({ id }) => id === 2)?.page?.events);
  for (const { name, number } of people) {
    expect(everything).not.toContain(name);
    expect(everything).not.toContain(number.slice(-4));
  }
  for (const { ticketNumber } of sold.tickets) expect(everything).not.toContain(ticketNumber);
  // The clerk's page heard of much else meanwhile; the passengers' only of its own view, and that the timetable changed.
  expect(await electron.events(1, 'departure.changed')).not.toEqual([]);
  const kinds = ((await electron.windows()).find(({ id }) => id === 2)?.page?.events ?? []) as {
    event: string;
  }[];
  const heard = new Set(kinds.map(({ event }) => event));
  heard.delete('timetable.changed');
  expect(heard).toEqual(new Set(['display.changed']));
});

test('the passengers may ask what is shown, and nothing else', async () => {
  expect(await electron.call(2, 'display.current')).toMatchObject({ ok: true, result: { state: 'paid' } });
  expect(await electron.call(2, 'session.info')).toMatchObject({ ok: true });
  for (const method of ['session.signIn', 'status.get', 'sales.list', 'trial.layCard', 'shifts.open'])
    expect(await electron.call(2, method)).toMatchObject({ ok: false, refusal: { code: 'access.role' } });
});

test('with nobody signed in the screen is idle', async () => {
  const before = (await views(2)).length;
  expect((await views(2)).at(-1)?.state).toBe('paid');
  await ask('session.signOut');
  const told = await until('the screen is idle', async () => {
    const now = await views(2);
    return now.length > before && now;
  });
  expect(told.at(-1)).toMatchObject({ state: 'idle', lines: [], totalFen: 0 });
});

test('the screen taken away takes the window with it; another screen brings it back', async () => {
  await electron.order({ do: 'set', settings: { displays: [clerkScreen] } });
  await electron.order({ do: 'tell', who: 'screen', event: 'display-removed' });
  expect((await electron.windows()).map(({ isDestroyed }) => isDestroyed)).toEqual([false, true]);
  await electron.order({ do: 'set', settings: { displays: [clerkScreen, { ...hallScreen, id: 7 }] } });
  await electron.order({ do: 'tell', who: 'screen', event: 'display-added' });
  expect((await pageShown(electron, 3)).page?.url).toBe('app://office/display.html');
});

test("it ends with the clerk's window", async () => {
  await electron.order({ do: 'closeWindow', window: 1 }).catch(() => undefined);
  expect(await electron.ended).toBe(0);
});

test('it can be kept off a screen that is wanted for something else', async () => {
  const folder = newDataFolder();
  const other = startElectron(layout, 'bundled', {
    data: folder.path,
    displays: [clerkScreen, hallScreen],
    switches: { display: 'off' },
  });
  await pageShown(other);
  expect(await other.windows()).toHaveLength(1);
  await other.kill();
  folder.remove();
});

test('with --board=on the last screen is the hall’s and the one before it the passengers’; it shows departures, and asks for nothing else', async () => {
  const folder = newDataFolder();
  const boardScreen = { id: 3, x: 2646, y: 0, width: 1920, height: 1080 };
  const other = startElectron(layout, 'bundled', {
    data: folder.path,
    displays: [clerkScreen, hallScreen, boardScreen],
    switches: { board: 'on' },
  });
  try {
    expect((await pageShown(other, 2)).page).toMatchObject({ url: 'app://office/display.html', status: 200 });
    const board = await pageShown(other, 3);
    expect(board.page).toMatchObject({ url: 'app://office/board.html', status: 200 });
    const { id: _id, ...bounds } = boardScreen;
    expect(board.options).toMatchObject({ ...bounds, frame: false, fullscreen: true, focusable: false });
    // The timetable is read a moment after the screens are there.
    await expect
      .poll(async () => (await other.result<{ rows: unknown[] }>(3, 'board.current')).rows.length)
      .toBeGreaterThan(0);
    for (const method of ['session.signIn', 'sales.list', 'notices.list', 'notices.publish'])
      expect(await other.call(3, method)).toMatchObject({ ok: false, refusal: { code: 'access.role' } });

    // One screen less: the hall keeps its board, and the passengers' page goes.
    await other.order({ do: 'set', settings: { displays: [clerkScreen, boardScreen] } });
    await other.order({ do: 'tell', who: 'screen', event: 'display-removed' });
    const again = await pageShown(other, 4);
    expect(again.page?.url).toBe('app://office/board.html');
    expect((await other.windows()).map(({ isDestroyed }) => isDestroyed)).toEqual([false, true, true, false]);
    await other.order({ do: 'closeWindow', window: 1 }).catch(() => undefined);
    expect(await other.ended).toBe(0);
  } finally {
    await other.kill();
    folder.remove();
  }
});
