import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { isPin } from '../access/pin.ts';
import { makeTrialStation, trialStaff } from '../trial-station.ts';
import { parseStation } from './station-file.ts';

const right = {
  trial: false,
  station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
  window: 3,
  devices: [
    { id: 'reader', kind: 'id-reader', driver: 'sdt', path: '/dev/ttyUSB0', baudRate: 115200 },
    { id: 'printer', kind: 'printer', driver: 'escpos', path: 'tcp://192.0.2.7:9100' },
  ],
  city: { url: 'https://city.example/', enrolmentCode: 'ABCD-EFGH' },
  staff: [{ number: '0107', name: '测试丙', role: 'clerk', pin: 'scrypt$16384$8$1$AAAA$AAAA' }],
};

/** A copy of the right configuration with one member replaced, or taken out when `value` is undefined. */
function broken(path: (string | number)[], value: unknown): string {
  const copy: unknown = structuredClone(right);
  let at = copy as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = value;
  return JSON.stringify(copy);
}

test('a right station.json is taken, with a byte order mark too', () => {
  expect(parseStation(JSON.stringify(right))).toMatchObject({
    ok: true,
    config: { window: 3, mask: { first: 6, last: 4 } },
  });
  expect(parseStation(`\uFEFF${JSON.stringify(right)}`).ok).toBe(true);
});

test.each<[(string | number)[], unknown, string, string]>([
  [['trial'], 'yes', 'trial', 'true 或 false'],
  [['station'], undefined, 'station', '缺少'],
  [['station', 'id'], 'ZhuJiaJian', 'station.id', '小写字母'],
  [['station', 'code'], '33', 'station.code', '4 位数字'],
  [['station', 'name'], '', 'station.name', '至少 1 个字'],
  [['window'], 0, 'window', '不小于 1'],
  [['window'], 100, 'window', '不大于 99'],
  [['window'], '3', 'window', '应为数字'],
  [['devices'], {}, 'devices', '列表'],
  [['devices', 0, 'id'], 'Reader 1', 'devices[0].id', '小写字母'],
  [['devices', 1, 'id'], 'reader', 'devices', '不能重复'],
  [['devices', 0, 'kind'], 'camera', 'devices[0].kind', '"id-reader"'],
  [['devices', 0, 'driver'], 'escpos', 'devices[0].driver', '"sdt"'],
  [['devices', 0, 'path'], '  ', 'devices[0].path', '/dev/ttyUSB0'],
  [['devices', 1, 'path'], '/dev/ttyUSB0', 'devices[1].path', '不能重复'],
  [['devices', 0, 'baudRate'], 12345, 'devices[0].baudRate', '9600'],
  [['devices', 1, 'flow'], 'xon', 'devices[1].flow', '"xonxoff"'],
  [['devices', 1, 'flow'], 'dtrdsr', 'devices[1].flow', 'DTR/DSR'],
  [['devices', 1, 'flow'], 'xonxoff', 'devices[1].flow', '网络打印机'],
  [['devices', 0, 'flow'], 'xonxoff', 'devices[0].flow', '没有这个字段'],
  [['city', 'url'], 'city.example', 'city.url', 'https://'],
  [['city', 'url'], 'http://city.example/', 'city.url', 'https://'],
  [['city', 'enrolmentCode'], 'short', 'city.enrolmentCode', '至少 8 个字'],
  [['staff', 0, 'number'], '107', 'staff[0].number', '4 位数字'],
  [['staff', 0, 'role'], 'boss', 'staff[0].role', '"clerk"'],
  [['staff', 0, 'pin'], '246810', 'staff[0].pin', 'scrypt'],
  [['staff', 0, 'name'], undefined, 'staff[0].name', '缺少'],
  [['mask'], { first: 9, last: 4 }, 'mask.first', '不大于 6'],
  [['widnow'], 3, 'widnow', '没有这个字段'],
])('%j = %j is refused, naming %s', (path, value, field, expected) => {
  const read = parseStation(broken(path, value));
  expect(read.ok).toBe(false);
  if (read.ok) return;
  const refusal = read.refusals.find((one) => one.field === field);
  expect(refusal?.code).toBe('station.json');
  expect(refusal?.message).toContain(`第 ${field} 项`);
  expect(refusal?.message).toContain(expected);
});

test('a wrong value is never repeated: it could be a secret', () => {
  const read = parseStation(broken(['staff', 0, 'pin'], '246810'));
  expect(JSON.stringify(read)).not.toContain('246810');
});

test('every wrong field is named at once', () => {
  const read = parseStation(
    JSON.stringify({ ...right, window: 0, trial: 1, station: { ...right.station, code: 'x' } }),
  );
  const fields = read.ok ? [] : read.refusals.map(({ field }) => field);
  expect(new Set(fields)).toEqual(new Set(['station.code', 'trial', 'window']));
});

test.each([
  ['', '文件是空的'],
  ['{"window": 3,', '第 1 行第 14 列'],
  ['{\n  "window": 3,\n}', '第 3 行第 1 列'],
  ['[]', '整个文件'],
  ['null', '整个文件'],
])('a file with %j is refused', (text, words) => {
  const read = parseStation(text);
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.refusals[0].message).toContain(words);
});

test('the station made for a trial is a right one, and its people sign in with the PINs that are shown', async () => {
  const made = await makeTrialStation({ readerPath: '/r', printerPath: '/p', salt: () => randomBytes(16) });
  const read = parseStation(JSON.stringify(made));
  expect(read).toMatchObject({
    ok: true,
    config: { trial: true, window: 3, station: { id: 'zhujiajian-wugongzhi' } },
  });
  expect(JSON.stringify(made)).not.toMatch(new RegExp(trialStaff.map(({ pin }) => pin).join('|')));
  for (const [index, clerk] of trialStaff.entries()) {
    const stored = made.staff[index]?.pin ?? '';
    expect(await isPin(clerk.pin, stored)).toBe(true);
    expect(await isPin('000000', stored)).toBe(false);
  }
});
