import type { DownloadItem } from 'electron';
import type * as electron from './electron.ts';
import type { Settings } from './settings.ts';
import { strict, type Call } from './strict.ts';
import type { DoubleWindow, Sender, world } from './windows.ts';

/** What a test may want of the running double. One answer each. */
export type Order =
  | { do: 'calls' }
  | { do: 'windows' }
  /** The page of a window asks the office through what its preload gave it. */
  | { do: 'call'; window: number; request: unknown }
  /** Somebody sends over the channel itself: a foreign frame, origin or window. */
  | { do: 'invoke'; sender: Sender; request: unknown }
  | { do: 'fetch'; url: string; method?: string }
  | { do: 'tell'; who: 'app' | 'power' | 'screen' | 'session'; event: string; args?: unknown[] }
  | { do: 'tellWindow'; window: number; event: string; args?: unknown[] }
  | { do: 'tellPage'; window: number; event: string; more?: object; args?: unknown[] }
  | { do: 'openFromPage'; window: number; url: string }
  | { do: 'permission'; permission: string }
  /** A page begins a download; whether it was refused. */
  | { do: 'download'; url: string }
  | { do: 'closeWindow'; window: number }
  | { do: 'move'; window: number; bounds: DoubleWindow['bounds']; isMaximized?: boolean }
  | { do: 'minimise'; window: number }
  | { do: 'set'; settings: Partial<Settings> };

/** A window as the test sees it. */
export interface WindowSeen {
  id: number;
  options: Record<string, unknown>;
  bounds: DoubleWindow['bounds'];
  isShown: boolean;
  isFocused: boolean;
  isMinimized: boolean;
  isMaximized: boolean;
  isDestroyed: boolean;
  loads: number;
  page:
    | {
        url: string;
        status: number;
        headers: Record<string, string>;
        html: string;
        exposed: Record<string, string[]>;
        events: unknown[];
      }
    | undefined;
}

interface Running {
  double: typeof electron;
  calls: Call[];
  settings: Settings;
  world: typeof world;
  windows: DoubleWindow[];
}

export async function obeyTest(raw: unknown, running: Running): Promise<[id: number, value: unknown]> {
  const { id, ...order } = raw as Order & { id: number };
  return [id, await obey(order, running)];
}

async function obey(order: Order, { double, calls, settings, world, windows }: Running): Promise<unknown> {
  const windowOf = (wanted: number): DoubleWindow => {
    const found = windows.find((one) => one.id === wanted);
    if (!found) throw new Error(`there is no window ${wanted}`);
    return found;
  };
  switch (order.do) {
    case 'calls':
      return calls;
    case 'windows':
      return windows.map(seen);
    case 'call': {
      const bridge = windowOf(order.window).page?.exposed['stationOffice'] as
        | { call(request: unknown): Promise<unknown> }
        | undefined;
      if (!bridge) throw new Error(`window ${order.window} has no page with a bridge`);
      return bridge.call(order.request);
    }
    case 'invoke':
      return world.invoke('office.call', order.sender, [order.request]);
    case 'fetch': {
      const response = await world.fetch(order.url, order.method);
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text: await response.text(),
      };
    }
    case 'tell': {
      const events = {
        app: double.appEvents,
        power: double.powerEvents,
        screen: double.screenEvents,
        session: double.sessionEvents,
      }[order.who];
      if (events.count(order.event) === 0) throw new Error(`nobody listens to ${order.who}.${order.event}`);
      return events.ask(order.event, {}, ...(order.args ?? []));
    }
    case 'tellWindow': {
      const { events } = windowOf(order.window);
      if (events.count(order.event) === 0) throw new Error(`nobody listens to ${order.event}`);
      return events.ask(order.event, {}, ...(order.args ?? []));
    }
    case 'tellPage': {
      const window = windowOf(order.window);
      if (order.event === 'render-process-gone') window.page = undefined;
      if (window.contentsEvents.count(order.event) === 0) throw new Error(`nobody listens to ${order.event}`);
      return window.contentsEvents.ask(order.event, order.more, ...(order.args ?? []));
    }
    case 'openFromPage':
      return windowOf(order.window).windowOpenHandler?.({ url: order.url });
    case 'permission': {
      const { request, check, device } = double.guards;
      if (!request || !check || !device) throw new Error('the session has no guards');
      const asked = await new Promise<boolean>((resolve) => request({}, order.permission, resolve));
      return {
        asked,
        checked: check({}, order.permission),
        device: device({ deviceType: order.permission }),
      };
    }
    case 'download': {
      const item = strict<DownloadItem>('DownloadItem', { getURL: () => order.url });
      return double.sessionEvents.ask('will-download', {}, item);
    }
    case 'closeWindow':
      windowOf(order.window).close();
      return undefined;
    case 'move': {
      const window = windowOf(order.window);
      window.bounds = order.bounds;
      window.isMaximized = order.isMaximized ?? false;
      window.events.emit('move');
      return undefined;
    }
    case 'minimise':
      windowOf(order.window).isMinimized = true;
      return undefined;
    case 'set':
      Object.assign(settings, order.settings);
      return undefined;
  }
}

function seen(window: DoubleWindow): WindowSeen {
  const { id, options, bounds, isShown, isFocused, isMinimized, isMaximized, isDestroyed, loads, page } =
    window;
  return {
    id,
    options: JSON.parse(JSON.stringify(options)) as Record<string, unknown>,
    bounds,
    isShown,
    isFocused,
    isMinimized,
    isMaximized,
    isDestroyed,
    loads,
    page: page && {
      url: page.url,
      status: page.status,
      headers: page.headers,
      html: page.html,
      exposed: Object.fromEntries(
        Object.entries(page.exposed).map(([name, api]) => [name, Object.keys(api as object)]),
      ),
      events: page.events,
    },
  };
}
