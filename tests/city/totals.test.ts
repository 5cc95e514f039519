import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import { makeMachine, type Machine } from '../support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../support/window.ts';
import { linkOf, type LinkUnderTest } from './link-kit.ts';

const DEPARTURE = departureOn('2026-11-25', '1130');
const DAY_MS = 24 * 3_600_000;

/** What the city has of the window's comparisons, oldest first. */
async function compared(city: OpenCity): Promise<unknown[]> {
  const rows = await city.store.query<{ entry: string }>(
    `select entry from entries where kind = 'totals.compared' order by seq`,
  );
  return rows.map(({ entry }) => JSON.parse(entry).body.differences);
}

describe('control totals of window and city', () => {
  let folder: string;
  let city: OpenCity;
  let url: string;
  const ends: (() => unknown)[] = [];
  const nothing = (): void => undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'so-totals-'));
    const log = { info: nothing, warn: nothing, error: nothing };
    const runtime = {
      nowMs: () => Date.now(),
      randomBytes: (count: number) => new Uint8Array(randomBytes(count)),
      breathe: () => new Promise<void>((resolve) => void setImmediate(resolve)),

      log,
    };
    city = await openCity({ data: folder, trial: true, name: '测试城市' }, runtime);
    url = await city.listen(0);
  });
  afterAll(async () => {
    await city.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await city.store.script(
      'truncate windows, enrolment_codes, ledgers, entries, verdicts, week_keys, sealed_rows, passengers, tickets cascade',
    );
  });

  /** Two finished days, two tickets and three, and one that is not over. */
  const begin = async (): Promise<{ machine: Machine; window: TestWindow; under: LinkUnderTest }> => {
    const machine = makeMachine();
    ends.push(() => machine.remove());
    const window = await openWindow(machine);
    ends.push(() => window.close());
    window.openShift();
    window.takeLease(DEPARTURE, { count: 100 });
    window.sell(DEPARTURE, [1, 2]);
    machine.pass(DAY_MS);
    window.sell(DEPARTURE, [3, 4, 5]);
    machine.pass(DAY_MS);
    window.sell(DEPARTURE, [6]);
    const under = linkOf(window, machine, { url, enrolmentCode: await city.makeEnrolmentCode() });
    ends.push(() => under.link.stop());
    under.link.start();
    await under.until(() => under.link.status().totals !== undefined, 'compared');
    return { machine, window, under };
  };

  test('are equal after everything is sent; a day that is not over is left out until it is', async () => {
    const { machine, under } = await begin();
    expect(under.link.status().totals).toMatchObject({
      dates: ['2026-11-21', '2026-11-22'],
      differences: [],
    });
    machine.pass(DAY_MS);
    await under.until(() => under.link.status().totals?.dates.length === 3, 'the next day', 1_000);
    expect(under.link.status().totals).toMatchObject({ differences: [] });
  });

  test.each([
    [
      'a ticket',
      'delete from tickets where seq = (select max(seq) from tickets where business_date = $1)',
      '本窗口 3 张 90.00 元',
      '平台 2 张 60.00 元',
    ],
    [
      'an identity',
      'delete from sealed_rows where seq = (select max(seq) from tickets where business_date = $1)',
      '身份 3 条',
      '身份 2 条',
    ],
    ['a changed fare', 'update tickets set fare_fen = 2999 where business_date = $1', '90.00 元', '89.97 元'],
    [
      'an entry in the middle',
      'delete from entries where seq = (select min(seq) + 1 from entries where business_date = $1)',
      '记录 4 条',
      '记录 3 条',
    ],
    ['a whole day', 'delete from entries where business_date = $1', '3 张', '平台 没有'],
  ])(
    '%s that the city lost is found, said in words and logged, and gone when it is put right',
    async (_what, sql, here, there) => {
      const { machine, under } = await begin();
      const tables = ['entries', 'tickets', 'sealed_rows'];
      for (const table of tables)
        await city.store.script(`create table kept_${table} as select * from ${table}`);
      ends.push(async () => {
        for (const table of tables) await city.store.script(`drop table kept_${table}`);
      });
      await city.store.query(sql, ['2026-11-22']);
      machine.pass(DAY_MS);
      await under.until(() => (under.link.status().totals?.differences.length ?? 0) > 0, 'found', 1_000);
      const [difference, ...others] = under.link.status().totals?.differences ?? [];
      expect(others).toEqual([]);
      expect(difference).toMatchObject({
        businessDate: '2026-11-22',
        refusal: { code: 'city.totalsDiffer' },
      });
      expect(difference?.refusal.message).toContain(here);
      expect(difference?.refusal.message).toContain(there);
      expect(under.link.status().state, 'sales and upload go on').toBe('up');
      expect(machine.logged).toContainEqual({
        level: 'error',
        fields: { dates: ['2026-11-22'] },
        message: 'control totals differ from the city',
      });
      // It stands in the journal, once however often it is compared, and so at the city too.
      await under.until(() => under.link.status().backlog === 0, 'the finding is sent', 1_000);
      const stored = () => compared(city);
      expect(await stored()).toEqual([
        [
          {
            businessDate: '2026-11-22',
            here: expect.any(Object),
            there: there.endsWith('没有') ? null : expect.any(Object),
          },
        ],
      ]);
      expect((await city.store.query('select * from totals_differing')).length).toBe(1);
      machine.pass(DAY_MS);
      await under.until(
        () => under.link.status().totals?.checkedAt === machine.runtime.clock.nowMs(),
        'again',
        0,
      );
      expect(await stored()).toHaveLength(1);
      for (const table of tables)
        await city.store.script(
          `delete from ${table} where seq in (select seq from kept_${table}); insert into ${table} select * from kept_${table}`,
        );
      machine.pass(DAY_MS);
      await under.until(() => under.link.status().totals?.differences.length === 0, 'put right', 1_000);
      await under.until(() => under.link.status().backlog === 0, 'that is sent too', 1_000);
      expect((await stored()).at(-1)).toEqual([]);
      expect(await city.store.query('select * from totals_differing')).toEqual([]);
    },
  );

  test('are counted on from where the count stood after a restart, and anew when the file is gone or foreign', async () => {
    const { machine, window, under } = await begin();
    const kept = machine.runtime.files.readText('totals.json');
    expect(kept).toBeDefined();
    for (const text of [
      kept ?? '',
      '{"v":1',
      JSON.stringify({ ...JSON.parse(kept ?? ''), ledgerId: 'f'.repeat(32) }),
    ]) {
      await under.link.stop();
      machine.runtime.files.writeAtomic('totals.json', text);
      const again = linkOf(window, machine, { url });
      ends.push(() => again.link.stop());
      window.sell(DEPARTURE, [20 + (text.length % 40)]);
      again.link.start();
      await again.until(() => again.link.status().totals !== undefined, 'compared');
      expect(again.link.status().totals).toMatchObject({
        dates: ['2026-11-21', '2026-11-22'],
        differences: [],
      });
      await again.link.stop();
    }
  });
});
