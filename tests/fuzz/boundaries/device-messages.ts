import {
  deviceEvent,
  parseDeviceCommand,
  parseDeviceEvent,
  type DeviceCommand,
  type DeviceEvent,
  type DeviceSettings,
} from '../../../contract/device.ts';
import { deviceStatusSchema } from '../../../contract/office/shapes.ts';
import { createDeviceDesk } from '../../../main/devices/device-desk.ts';
import { startDeviceProcess } from '../../../native/device-process.ts';
import { VirtualClock } from '../../hardware/virtual-clock.ts';
import { must, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { anyJson, CANARY, mutateJson } from '../mutate.ts';
import { ticketSheet } from './port.ts';

const devices: DeviceSettings[] = [
  { id: 'reader', kind: 'id-reader', driver: 'sdt', path: '/dev/ttyUSB0', baudRate: 115_200 },
  { id: 'printer', kind: 'printer', driver: 'escpos', path: 'tcp://127.0.0.1:9100', profile: 'generic58' },
  { id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path: 'COM3' },
];
const named = { ...ticketSheet('SO1.abc.def'), holderName: CANARY, glyphs: { 𠮷: '0'.repeat(144) } };
const commands: DeviceCommand[] = [
  { command: 'configure', devices },
  { command: 'reader.pause', deviceId: 'reader' },
  { command: 'reader.resume', deviceId: 'reader' },
  { command: 'print', jobId: 'job-1', deviceId: 'printer', document: named, separateFirst: true },
  { command: 'print', jobId: 'job-2', deviceId: 'printer', document: { kind: 'selfTest', title: '自检' } },
  { command: 'ping', n: 7 },
];
const document = {
  kind: 'residentId',
  name: CANARY,
  number: '330999199001010010',
  sex: 'male',
  birthDate: '1990-01-01',
  validFrom: '2020-01-01',
  validTo: 'longTerm',
  nationality: 'CHN',
} as const;
const events: DeviceEvent[] = [
  { event: 'ready', pid: 4711 },
  { event: 'pong', n: 7 },
  {
    event: 'device.state',
    deviceId: 'printer',
    kind: 'printer',
    state: 'attention',
    detail: 'paperOut',
    paper: 'out',
    model: 'x',
  },
  {
    event: 'device.state',
    deviceId: 'reader',
    kind: 'id-reader',
    state: 'ready',
    detail: 'none',
    paper: 'unknown',
  },
  { event: 'card.read', deviceId: 'reader', document },
  { event: 'card.removed', deviceId: 'reader' },
  { event: 'card.unreadable', deviceId: 'reader', problem: 'badContent', sw3: 65 },
  { event: 'scan', deviceId: 'scanner', text: CANARY },
  { event: 'print.started', jobId: 'order-1', deviceId: 'printer' },
  { event: 'print.finished', jobId: 'order-1', deviceId: 'printer', outcome: 'confirmed' },
  { event: 'refused', command: 'print', problem: 'wrongShape', field: 'document.qr', jobId: 'order-1' },
];

/** What a structured clone can carry and JSON cannot. */
const oddObjects: (() => unknown)[] = [
  () => undefined,
  () => new Map([['command', 'ping']]),
  () => new Uint8Array(9),
  () => 10n,
  () => Number.NaN,
  () => new Date(0),
  () => [commands[5]],
  () => Object.assign(Object.create(null), commands[5]),
  () => {
    const ring: Record<string, unknown> = { command: 'ping' };
    ring['n'] = ring;
    return ring;
  },
];

export const deviceMessageFuzzer: Fuzzer = {
  name: 'device-messages',
  boundary: 'messages between office and device process, both ways',
  quickCases: 2_000,
  share: 140,
  casesPerRound: 200,
  reaches: ['command', 'event', 'refused', 'answered', 'device.changed', 'print.finished'],
  open: ({ planted, count }) => {
    // The process's end: whatever comes, it lives, and says only what the contract knows.
    let hear: (message: unknown) => void = () => undefined;
    const said: DeviceEvent[] = [];
    const clock = new VirtualClock();
    startDeviceProcess({
      channel: {
        send: (message) => void said.push(message as DeviceEvent),
        onMessage: (listen) => void (hear = listen),
        onClosed: () => undefined,
      },
      clock,
      open: () => Promise.resolve({ ok: false, problem: 'portMissing' }),
      pid: 1,
    });
    // The office's end.
    let tell: (message: unknown) => void = () => undefined;
    const timers = new Set<() => void>();
    const logged: string[] = [];
    const log = (fields: Record<string, unknown>, message: string): void =>
      void logged.push(JSON.stringify({ fields, message }));
    const desk = createDeviceDesk({
      launcher: {
        start: (onMessage, onExit) => {
          tell = onMessage;
          return { send: () => undefined, kill: () => onExit('killed') };
        },
      },
      clock: { nowMs: () => 0, monotonicMs: () => 0 },
      timers: {
        setTimeout: (fn) => {
          timers.add(fn);
          return { id: fn };
        },
        clearTimeout: ({ id }) => void timers.delete(id as () => void),
      },
      log: { info: log, warn: log, error: log },
      devices,
      onEvent(event) {
        count(event.event);
        if (event.event === 'device.changed')
          must(deviceStatusSchema.safeParse(event.status).success, 'a state of the wrong shape', event);
        else must(deviceEvent.safeParse(event).success, 'the desk hands on what it was not told', event);
      },
    });
    desk.start();
    tell({ event: 'ready', pid: 1 });
    let orders = 0;
    return {
      async one(dice) {
        const isCommand = dice.once(2);
        const sample: unknown = dice.pick<unknown>(isCommand ? commands : events);
        const raw = dice.once(20)
          ? dice.pick(oddObjects)()
          : dice.once(8)
            ? anyJson(dice)
            : dice.once(5)
              ? sample
              : mutateJson(dice, sample);
        const parse = isCommand ? parseDeviceCommand : parseDeviceEvent;
        const parsed = parse(raw);
        if (parsed.ok) {
          count(isCommand ? 'command' : 'event');
          mustEqual(parse(parsed.message), parsed, 'what was taken is not taken again');
        } else {
          const shown = planted ? { ...parsed, name: JSON.stringify(raw) ?? '' } : parsed;
          must(/^([A-Za-z.]{1,40}|\?)$/.test(shown.name), 'a name that repeats what was sent', shown);
          must(
            !JSON.stringify(shown).includes(CANARY) && (shown.field ?? '').length <= 200,
            'a problem that repeats what was sent',
            shown,
          );
          count('refused');
        }
        if (isCommand) {
          const before = said.length;
          hear(raw);
          await Promise.resolve();
          for (const event of said.slice(before)) {
            must(deviceEvent.safeParse(event).success, 'an event that does not fit the contract', event);
            must(!JSON.stringify(event).includes(CANARY), 'an answer that repeats what was sent', event);
            count('answered');
          }
          must(
            parsed.ok || said.slice(before).some(({ event }) => event === 'refused'),
            'a wrong command without an answer',
            raw,
          );
          said.length = 0;
        } else {
          if (dice.once(4)) {
            orders += 1;
            desk.print({ jobId: `order-${orders}`, deviceId: 'printer', document: named });
          }
          tell(
            typeof raw === 'object' && raw !== null && 'jobId' in raw && raw.jobId === 'order-1'
              ? { ...raw, jobId: `order-${orders}` }
              : raw,
          );
          mustEqual(
            desk.statuses().map(({ deviceId }) => deviceId),
            devices.map(({ id }) => id),
            'a device is gone from the list',
          );
          const lines = logged.splice(0);
          must(!lines.join().includes(CANARY), 'the log repeats what was sent', lines);
        }
      },
      async end() {
        await desk.stop();
        hear({ command: 'configure', devices: [] });
        await clock.runUntil(() => false, 100);
      },
    };
  },
};
