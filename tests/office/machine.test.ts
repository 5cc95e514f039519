import {
  appendFileSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openLog } from '../../main/shells/log.ts';
import { everybody } from '../station/staff.ts';
import { citizenNumber } from '../support/people.ts';
import { closeOffices, ferry, openWindow, type TestOffice } from './kit.ts';
import { trialStaff } from '../../main/trial-station.ts';
import type { OfficeMethod, OfficeOutput } from '../../contract/office.ts';

afterEach(closeOffices);

async function windowWithTechnician(): Promise<TestOffice> {
  const window = await openWindow({ config: { staff: await everybody() } });
  const person = trialStaff.find(({ roles }) => roles[0] === 'technician');
  await window.ok('session.signIn', { number: person?.number, pin: person?.pin }, undefined, 'technician');
  return window;
}
const at =
  (window: TestOffice) =>
  <M extends OfficeMethod>(method: M, params: unknown = {}): Promise<OfficeOutput<M>> =>
    window.ok(method, params, undefined, 'technician');

test('a copy of the ledger is made while the window sells, read again whole, and known as ours', async () => {
  const window = await windowWithTechnician();
  const ask = at(window);
  await window.sell(ferry(), [1, 2]);
  const [made] = await Promise.all([ask('backups.make'), window.sell(ferry(), [3])]);
  expect(made.seq).toBeGreaterThan(5);
  const { backups, kept, folder } = await ask('backups.list');
  expect(backups).toMatchObject([{ name: made.name, kind: 'made', bytes: made.bytes }]);
  expect(kept).toBe(5);
  const path = join(folder, made.name);
  expect(statSync(path).size).toBe(made.bytes);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  // What follows is not in the copy, and does not make it wrong.
  await window.sell(ferry(), [4]);
  const right = await ask('backups.verify', { name: made.name });
  expect(right).toMatchObject({ ok: true, isOurs: true, count: made.seq });
  expect(window.books().kinds).toEqual(expect.arrayContaining(['backup.made', 'backup.verified']));
});

test('a copy that the disk changed is found out, and so is one of another ledger', async () => {
  const window = await windowWithTechnician();
  const ask = at(window);
  await window.sell(ferry(), [1]);
  const { name } = await ask('backups.make');
  const path = join(window.machine.folder, 'backups', name);
  const bytes = readFileSync(path);
  const file = openSync(path, 'r+');
  let places = 0;
  for (let at = bytes.indexOf('"ticket.sold"'); at >= 0; at = bytes.indexOf('"ticket.sold"', at + 1)) {
    writeSync(file, Buffer.from('"ticket.bold"'), 0, 13, at);
    places += 1;
  }
  closeSync(file);
  expect(places).toBeGreaterThan(0);
  const wrong = await ask('backups.verify', { name });
  expect(wrong.ok).toBe(false);
  expect(wrong.wrong?.seq).toBeGreaterThan(1);
  writeFileSync(path, 'this is no ledger');
  expect(await ask('backups.verify', { name })).toMatchObject({ ok: false, wrong: { seq: 0 } });

  const other = await windowWithTechnician();
  const theirs = await at(other)('backups.make');
  writeFileSync(path, readFileSync(join(other.machine.folder, 'backups', theirs.name)));
  expect(await ask('backups.verify', { name })).toMatchObject({ ok: true, isOurs: false });
});

test('five copies are kept, and only whoever looks after machines makes them', async () => {
  const window = await windowWithTechnician();
  const ask = at(window);
  const names: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    window.machine.pass(1_000);
    names.push((await ask('backups.make')).name);
  }
  const { backups } = await ask('backups.list');
  expect(backups.map(({ name }) => name)).toEqual(names.slice(2).toReversed());
  // The same second once more.
  expect(await window.refusal('backups.make', {}, undefined, 'technician')).toMatchObject({
    code: 'backup.busy',
  });
  expect(
    await window.refusal('backups.verify', { name: 'ledger.db' }, undefined, 'technician'),
  ).toMatchObject({
    code: 'backup.unknown',
  });
  for (const method of ['backups.make', 'backups.list', 'logs.tail', 'logs.file'])
    expect(await window.refusal(method)).toMatchObject({ code: 'access.role' });
});

test('the log is shown from its end, by level, over files that were set aside, and names nobody', async () => {
  const window = await windowWithTechnician();
  const ask = at(window);
  const { folder } = window.machine;
  const log = openLog(folder, () => window.machine.runtime.clock.nowMs(), 2_000);
  for (let n = 0; n < 60; n += 1) log.info({ n }, 'a sheet was printed');
  log.warn({ reader: 'absent' }, 'the reader is gone');
  log.error({ incident: 'AB12' }, 'defect');
  log.close();
  // As an older program may have written.
  const number = citizenNumber('19900101', 7);
  appendFileSync(
    join(folder, 'logs/office.log'),
    `${JSON.stringify({ level: 'warn', at: '2026-11-21T02:00:00.000Z', name: '测试甲', message: `card ${number}` })}\nnot json ${number}\n`,
  );
  const { lines } = await ask('logs.tail', { limit: 40 });
  expect(lines).toHaveLength(40);
  expect(lines.at(-3)).toMatchObject({ level: 'error', text: 'defect', more: '{"incident":"AB12"}' });
  expect(lines.at(-2)).toMatchObject({ level: 'warn', text: 'card ***', more: '{"name":"***"}' });
  expect(lines.at(-1)).toMatchObject({ level: null, text: 'not json ***' });
  const warned = await ask('logs.tail', { limit: 40, level: 'warn' });
  expect(warned.lines.map(({ level }) => level)).toEqual(['warn', 'error', 'warn', null]);
  const file = await ask('logs.file');
  expect(file.fileName).toBe('日志-3号窗口-2026-11-21.log');
  const text = Buffer.from(file.base64, 'base64').toString();
  expect(text).toContain('a sheet was printed');
  expect(text).not.toContain(number);
  expect(text).not.toContain('测试甲');
});
