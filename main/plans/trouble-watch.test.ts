import { expect, test } from 'vitest';
import type { DeviceStatus, LinkStatus } from '../../contract/office.ts';
import { createTroubleWatch } from './trouble-watch.ts';

const link = (state: LinkStatus['state']): LinkStatus => ({ state, backlog: 0, oldestUnsentAt: null });
const device = (deviceId: string, kind: DeviceStatus['kind'], state: DeviceStatus['state']) =>
  ({ deviceId, kind, state, text: '', paper: 'ok' }) as DeviceStatus;

test('a reader that is silent is counted from when it fell silent until it answers, and a second one that works is enough', () => {
  const watch = createTroubleWatch();
  const look = (nowMs: number, ...states: DeviceStatus['state'][]) =>
    watch.look({
      nowMs,
      link: link('up'),
      devices: states.map((state, n) => device(String(n), 'id-reader', state)),
    });
  look(0, 'ready');
  expect(watch.seen(0)).toEqual([]);
  look(60_000, 'absent');
  look(120_000, 'fault');
  expect(watch.seen(185_000)).toEqual([{ what: 'reader', since: 60_000, minutes: 2 }]);
  look(200_000, 'absent', 'ready');
  expect(watch.seen(200_000)).toEqual([]);
});

test('paper that is out and a city that cannot be reached are counted each by itself', () => {
  const watch = createTroubleWatch();
  const printer = { ...device('printer', 'printer', 'attention'), paper: 'out' } as DeviceStatus;
  watch.look({ nowMs: 0, link: link('up'), devices: [printer] });
  watch.look({ nowMs: 60_000, link: link('down'), devices: [printer] });
  expect(watch.seen(120_000)).toEqual([
    { what: 'printer', since: 0, minutes: 2 },
    { what: 'city', since: 60_000, minutes: 1 },
  ]);
  watch.look({ nowMs: 130_000, link: link('up'), devices: [printer] });
  expect(watch.seen(130_000).map(({ what }) => what)).toEqual(['printer']);
});
