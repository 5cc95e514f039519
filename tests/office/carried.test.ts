import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { openPglite } from '../../city/store/pglite.ts';
import { startGateway } from '../city/link-kit.ts';
import { closeOffices, ferry, openWindow, type TestOffice } from './kit.ts';

const CITY = fileURLToPath(new URL('../../city/index.mjs', import.meta.url));
const folders: string[] = [];
const newFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
};

afterEach(async () => {
  await closeOffices();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Virtual time goes on while the office works. */
async function meanwhile<T>(window: TestOffice, work: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  while (!state.isDone) {
    window.machine.pass(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

async function until(window: TestOffice, isSo: (link: any) => boolean): Promise<void> {
  const endMs = performance.now() + 25_000;
  while (!isSo(((await window.ok('status.get')) as any).link)) {
    if (performance.now() > endMs) throw new Error('the link does not come to it');
    window.machine.pass(200);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/** The city's import of a stick: exit code and one line a file. */
function importAt(data: string, stick: string): { code: number; lines: any[] } {
  let text = '';
  let code = 0;
  try {
    text = execFileSync(process.execPath, [CITY, '--data', data, '--import', stick], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    ({ stdout: text, status: code } = error as { stdout: string; status: number });
  }
  return {
    code,
    lines: text
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

test('a line that is out for days: a stick carries the sales to the city and the answer back, twice, and a damaged file changes nothing', async () => {
  const data = newFolder('so-city-');
  const stick = newFolder('so-stick-');
  const gateway = await startGateway(data);
  const window = await openWindow({
    config: { city: { url: gateway.url, enrolmentCode: gateway.enrolmentCode } },
  });
  await until(window, ({ state, backlog }) => state === 'up' && backlog === 0);
  await gateway.stop();
  const sale: any = await window.sell(ferry(), [1, 2]);
  const sold = sale.tickets.map(({ ticketNumber }: any) => ticketNumber).toSorted();
  const listed = async (): Promise<string[]> =>
    ((await window.ok('sales.list', { limit: 9 })) as any).tickets.map(({ upload }: any) => upload);
  const exported = (): Promise<any> => meanwhile(window, window.ok('link.export', { folder: stick }));
  const imported = (): Promise<any> => window.ok('link.import', { folder: stick });
  expect(await listed()).toEqual(['queued', 'queued']);

  const first = await exported();
  expect(first.files).toHaveLength(1);
  expect(await exported(), 'written again, the same').toEqual(first);
  const name: string = first.files[0].name;
  expect(readdirSync(stick)).toEqual([name]);

  // A damaged file is refused by its name, at either end, and nothing is changed.
  const whole = readFileSync(join(stick, name));
  writeFileSync(join(stick, name), whole.subarray(0, whole.length - 20));
  expect(importAt(data, stick)).toMatchObject({
    code: 1,
    lines: [{ file: join(stick, name), ok: false, refusal: { code: 'city.batchShape' } }],
  });
  writeFileSync(join(stick, name), whole);
  expect(importAt(data, stick)).toMatchObject({ code: 0, lines: [{ ok: true, ackSeq: first.files[0].to }] });
  expect(importAt(data, stick), 'imported again').toMatchObject({ code: 0, lines: [{ ok: true }] });

  const answerName = readdirSync(stick).find((each) => each.endsWith('.soanswer')) ?? '';
  const answer = readFileSync(join(stick, answerName), 'utf8');
  writeFileSync(join(stick, answerName), answer.replace(/"ackSeq":\d+/, '"ackSeq":99999'));
  expect(await imported()).toMatchObject({
    files: [{ name: answerName, outcome: 'refused', refusal: { code: 'link.answerBad' } }],
  });
  expect(await listed(), 'nothing was taken').toEqual(['queued', 'queued']);
  writeFileSync(join(stick, answerName), answer);
  expect(await imported()).toMatchObject({
    files: [{ name: answerName, outcome: 'taken' }],
    ackSeq: first.files[0].to,
  });
  expect(await listed()).toEqual(['stored', 'stored']);
  expect(await imported(), 'taken again').toMatchObject({ files: [{ name: answerName, outcome: 'known' }] });

  const store = await openPglite(join(data, 'database'));
  const rows = await store.query<{ ticket_number: string }>(
    'select ticket_number from counted_tickets order by 1',
  );
  await store.close();
  expect(rows.map((row) => row.ticket_number)).toEqual(sold);

  // A folder that is not there, or no whole path, is refused by name.
  for (const folder of [join(stick, 'gone'), 'stick'])
    expect((await meanwhile(window, window.refusal('link.export', { folder }))).code).toBe('link.folder');
});
