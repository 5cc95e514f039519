import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cardDocument,
  deviceList,
  parseDeviceCommand,
  parseDeviceEvent,
  type TicketSheet,
} from './device.ts';

const ticket: TicketSheet = {
  kind: 'ticket',
  stationName: '朱家尖蜈蚣峙码头',
  lineName: '朱家尖—普陀山',
  fromName: '蜈蚣峙',
  toName: '普陀山',
  departureDate: '2026-11-21',
  departureTime: '09:30',
  seatLabel: '12号',
  ticketClassLabel: '全票',
  fareFen: 2500,
  holderName: '测试甲',
  maskedNumber: '110105********002X',
  documentKindLabel: '居民身份证',
  ticketNumber: '33092611210301000017',
  qr: 'SO1.abc.def',
  windowLabel: '3号窗口',
  clerkNumber: '0001',
  soldAt: '2026-11-21 09:12',
};
const print = (document: unknown): unknown => ({
  command: 'print',
  jobId: 'j1',
  deviceId: 'printer',
  document,
});

describe('commands to the device process', () => {
  test('a ticket with a masked number is taken as it is', () => {
    expect(parseDeviceCommand(print(ticket))).toEqual({ ok: true, message: print(ticket) });
  });

  test('a document number without a mask never reaches a printer', () => {
    const parsed = parseDeviceCommand(print({ ...ticket, maskedNumber: '11010519491231002X' }));
    expect(parsed).toEqual({
      ok: false,
      name: 'print',
      problem: 'wrongShape',
      field: 'document.maskedNumber',
      jobId: 'j1',
    });
  });

  test.each(['\u001b@', 'a\nb', '\u0085', '\u2028', '\ud800'])(
    'no field carries a control character or half a character: %j',
    (bad) => {
      expect(parseDeviceCommand(print({ ...ticket, holderName: `测试${bad}` }))).toMatchObject({
        ok: false,
        field: 'document.holderName',
      });
    },
  );

  test.each([
    [{ fareFen: 25.5 }, 'document.fareFen'],
    [{ fareFen: -1 }, 'document.fareFen'],
    [{ departureDate: '2026-02-30' }, 'document.departureDate'],
    [{ departureTime: '24:00' }, 'document.departureTime'],
    [{ qr: '票' }, 'document.qr'],
    [{ holderName: ' ' }, 'document.holderName'],
  ])('a wrong field is named: %j', (change, field) => {
    expect(parseDeviceCommand(print({ ...ticket, ...change }))).toMatchObject({ ok: false, field });
  });

  test('a command nobody knows is refused by its name', () => {
    expect(parseDeviceCommand({ command: 'reader.explode' })).toEqual({
      ok: false,
      name: 'reader.explode',
      problem: 'unknownCommand',
      field: 'command',
    });
  });

  test('a refusal never repeats contents: neither a strange name nor the key of a glyph', () => {
    expect(parseDeviceCommand({ command: '11010519491231002X' })).toMatchObject({ name: '?' });
    expect(parseDeviceCommand(print({ ...ticket, glyphs: { 𠮷: 'xx' } }))).toMatchObject({
      ok: false,
      field: 'document.glyphs.?',
    });
  });

  test('whatever comes over the channel is taken or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(typeof parseDeviceCommand(raw).ok).toBe('boolean');
        expect(typeof parseDeviceEvent(raw).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

describe('devices of a window', () => {
  const reader = { id: 'reader', kind: 'id-reader', driver: 'sdt', path: '/dev/ttyUSB0' };

  test('one id stands for one device', () => {
    expect(deviceList.safeParse([reader, { ...reader, path: '/dev/ttyUSB1' }]).success).toBe(false);
    expect(deviceList.safeParse([reader, { ...reader, id: 'reader-2' }]).success).toBe(true);
  });

  test('a reader cannot have a printer driver', () => {
    expect(deviceList.safeParse([{ ...reader, driver: 'escpos' }]).success).toBe(false);
  });
});

test('a card document has no place for an address, a photo or a fingerprint', () => {
  const document = {
    kind: 'residentId',
    name: '测试甲',
    number: '11010519491231002X',
    sex: 'female',
    birthDate: '1949-12-31',
    validFrom: null,
    validTo: 'longTerm',
  };
  expect(cardDocument.safeParse(document).success).toBe(true);
  for (const extra of ['address', 'photo', 'fingerprint', 'ethnic', 'authority']) {
    expect(cardDocument.safeParse({ ...document, [extra]: 'x' }).success).toBe(false);
  }
});

test('a refused command is told by its name and field, never by what was in it', () => {
  const refused = {
    event: 'refused',
    command: 'print',
    problem: 'wrongShape',
    field: 'document.devices.0.id',
  };
  expect(parseDeviceEvent(refused)).toEqual({ ok: true, message: refused });
  expect(parseDeviceEvent({ ...refused, command: '?' })).toMatchObject({ ok: true });
  expect(parseDeviceEvent({ ...refused, command: '测试甲' })).toMatchObject({ ok: false, field: 'command' });
  expect(parseDeviceEvent({ ...refused, field: 'document.测试甲' })).toMatchObject({
    ok: false,
    field: 'field',
  });
});
