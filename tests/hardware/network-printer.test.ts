import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceEvent } from '../../contract/device.ts';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import type { DeviceProcess } from '../../main/runtime.ts';
import { systemClock } from '../../native/clock.ts';
import { PrinterSimulator } from '../../native/simulators/printer.ts';
import { decodeSheets } from '../../native/simulators/sheet-decoder.ts';
import { DEVICE_ENTRY, Happenings, TICKET } from './rig.ts';

let server: Server;
let device: DeviceProcess;
let socket: Socket | undefined;
let events: Happenings<DeviceEvent>;
let tape: Uint8Array[];

beforeEach(async () => {
  tape = [];
  events = new Happenings();
  const simulator = new PrinterSimulator(systemClock, {
    send: (bytes) => void socket?.write(bytes),
    tape: (bytes) => tape.push(bytes),
    sheet: () => undefined,
  });
  server = createServer((connection) => {
    socket = connection;
    connection.on('data', (bytes) => simulator.receive(bytes));
    connection.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  device = childDeviceLauncher({ entryPath: DEVICE_ENTRY }).start(
    (message) => events.add(message as DeviceEvent),
    () => undefined,
  );
  await events.next('ready', ({ event }) => event === 'ready', { since: 0 });
  device.send({
    command: 'configure',
    devices: [
      {
        id: 'printer',
        kind: 'printer',
        driver: 'escpos',
        path: `tcp://127.0.0.1:${port}`,
        profile: 'generic58',
      },
    ],
  });
});
afterEach(async () => {
  device.kill();
  socket?.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const isReady = (e: DeviceEvent): boolean => e.event === 'device.state' && e.state === 'ready';
const print = async (jobId: string): Promise<DeviceEvent> => {
  const finished = events.next('the outcome', (e) => e.event === 'print.finished' && e.jobId === jobId);
  device.send({ command: 'print', jobId, deviceId: 'printer', document: TICKET });
  return finished;
};

test('a printer on the network confirms its tickets, and the same order is never printed twice', async () => {
  await events.next('the printer', isReady, { since: 0 });
  expect(await print('a')).toMatchObject({ outcome: 'confirmed' });
  const refused = events.next('a refusal', ({ event }) => event === 'refused');
  device.send({ command: 'print', jobId: 'a', deviceId: 'printer', document: TICKET });
  expect(await refused).toMatchObject({ problem: 'duplicateJob', jobId: 'a' });
  expect(decodeSheets(Buffer.concat(tape))).toHaveLength(1);
});

test('its connection cut, it is connected again within two seconds and prints', async () => {
  await events.next('the printer', isReady, { since: 0 });
  const again = events.next('the printer again', isReady, { timeoutMs: 2000 });
  const gone = events.next('its absence', (e) => e.event === 'device.state' && e.state !== 'ready');
  socket?.destroy();
  expect(await gone).toMatchObject({ state: 'starting' });
  expect(await again).toMatchObject({ detail: 'none' });
  expect(await print('b')).toMatchObject({ outcome: 'confirmed' });
});
