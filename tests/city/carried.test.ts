import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPostgresql } from '../../city/store/postgresql.ts';
import { createCarriedBatches, type CarriedBatches } from '../../main/citylink/carried-batches.ts';
import { openCarriedFolder } from '../../main/shells/carried-folder.ts';
import { machineTimers } from '../../main/shells/clock.ts';
import { makeMachine, type Machine } from '../support/machine.ts';
import { departureOn, openWindow, WINDOW, type TestWindow } from '../support/window.ts';
import { linkOf, startGateway, type GatewayProcess, type LinkUnderTest } from './link-kit.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');
const CITY = fileURLToPath(new URL('../../city/index.mjs', import.meta.url));

describe('batches carried by hand', () => {
  let cluster: PostgresCluster;
  let postgres: string;
  let data: string;
  let stick: string;
  let gateway: GatewayProcess;
  let machine: Machine;
  let window: TestWindow;
  let under: LinkUnderTest;
  let carried: CarriedBatches;
  const sold: string[] = [];

  beforeAll(() => {
    cluster = startPostgres();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'so-city-'));
    stick = mkdtempSync(join(tmpdir(), 'so-stick-'));
    postgres = cluster.url(
      `city${data
        .slice(-6)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, 'x')}`,
    );
    gateway = await startGateway(data, 0, ['--postgres', postgres]);
    machine = makeMachine();
    window = await openWindow(machine);
    window.openShift();
    window.takeLease(DEPARTURE, { count: 5_000 });
    sold.length = 0;
    under = linkOf(window, machine, { url: gateway.url, enrolmentCode: gateway.enrolmentCode });
    const runtime = { ...machine.runtime, timers: machineTimers, openFolder: openCarriedFolder };
    const { ledger, vault } = window;
    carried = createCarriedBatches({
      runtime,
      ledger,
      vault,
      window: WINDOW,
      url: gateway.url,
      isOpen: () => true,
    });
  });
  afterEach(async () => {
    await under.link.stop();
    await gateway.kill();
    window.close();
    machine.remove();
    rmSync(data, { recursive: true, force: true });
    rmSync(stick, { recursive: true, force: true });
  });

  const sell = (...people: number[]): void => void sold.push(...window.sell(DEPARTURE, people).ticketNumbers);
  const isAllUp = (): boolean => window.ledger.uploadState().ackSeq === window.ledger.head().seq;
  /** First contact, then the line is out. */
  const enrolAndLoseTheLine = async (): Promise<void> => {
    under.link.start();
    await under.until(isAllUp, 'first contact', 1_000);
    await under.link.stop();
  };
  const written = async (folder: string | undefined = stick): Promise<string[]> => {
    const done = await carried.export(folder);
    if (!done.ok) throw new Error(done.refusal.message);
    return done.value.files.map(({ name }) => name);
  };
  const takeBack = (
    folder = stick,
  ): { name: string; outcome: string; refusal?: { code: string } | undefined }[] => {
    const done = carried.import(folder);
    if (!done.ok) throw new Error(done.refusal.message);
    return done.value.files;
  };
  /** The gateway's import: exit code and its line for each file. */
  const importAt = (...paths: string[]): { code: number; lines: Record<string, unknown>[] } => {
    const args = [CITY, '--data', data, '--postgres', postgres, '--import', ...paths];
    let text: string;
    let code = 0;
    try {
      text = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch (error) {
      ({ stdout: text, status: code } = error as { stdout: string; status: number });
    }
    return {
      code,
      lines: text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    };
  };
  const expectEachOnce = async (): Promise<void> => {
    const store = openPostgresql(postgres, () => undefined);
    const tickets = await store.query<{ ticket_number: string }>(
      'select ticket_number from counted_tickets order by 1',
    );
    const rows = await store.query<{ n: number }>('select count(*) as n from entries');
    await store.close();
    expect(tickets.map((row) => row.ticket_number)).toEqual(sold.toSorted());
    expect(rows).toEqual([{ n: window.ledger.head().seq }]);
  };

  test('are imported beside the running gateway, twice, answered, and are not sent again when the line is back', async () => {
    await enrolAndLoseTheLine();
    for (let n = 0; n < 110; n += 1) sell(...Array.from({ length: 40 }, (_, i) => n * 40 + i));
    const wrong = window.vault.seal(
      { kind: '111', name: '测试甲', number: '330999199001010000' },
      '2026-W47',
    );
    const command = window.saleCommand(DEPARTURE, [4_990]);
    const [ticket, money] = command.entries;
    if (!ticket || !money) throw new Error('a sale has two entries');
    window.ledger.append({ ...command, entries: [{ ...ticket, identity: wrong }, money] });
    const refusedSeq = window.ledger.head().seq - 1;
    const names = await written();
    expect(names).toHaveLength(2);
    expect(names[0]).toMatch(/^zhujiajian-wugongzhi-03-[0-9a-f]{8}-\d+-\d+\.sobatch$/);
    expect(await written(), 'the same batches, the same names').toEqual(names);

    const first = importAt(stick);
    expect(first).toMatchObject({
      code: 0,
      lines: [{ ok: true }, { ok: true, ackSeq: window.ledger.head().seq }],
    });
    const second = importAt(...names.map((name) => join(stick, name)).toReversed());
    expect(second.lines.map(({ file, ok, answer }) => [file, ok, answer])).toEqual(
      first.lines.map(({ file, ok, answer }) => [file, ok, answer]),
    );
    expect(takeBack().map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
    expect(isAllUp()).toBe(true);
    expect(window.ledger.uploadState().refusedEntries).toBe(1);
    expect(window.ledger.verdictsOf([refusedSeq]).get(refusedSeq)).toMatchObject({
      verdict: 'refused',
      refusal: { code: 'city.identityNumber' },
    });
    expect(takeBack().map(({ outcome }) => outcome)).toEqual(['known', 'known']);

    sell(1, 2);
    const again = linkOf(window, machine, { url: gateway.url });
    again.link.start();
    await again.until(isAllUp, 'the line is back', 1_000);
    expect(again.link.status()).toMatchObject({ state: 'up', backlog: 0 });
    await again.link.stop();
    await expectEachOnce();
  }, 90_000);

  test('an answer that has a week’s key no more brings it into the next file', async () => {
    await enrolAndLoseTheLine();
    sell(1);
    const { ackSeq } = window.ledger.uploadState();
    // The city had a key of that week and gave it up: it opened no row.
    window.ledger.recordAnswer({ ackSeq, verdicts: [], weekKeys: window.vault.weeks() });
    for (const [acked, outcome] of [
      [[], 'taken'],
      [window.vault.weeks(), 'taken'],
    ] as const) {
      await written();
      expect(importAt(stick)).toMatchObject({ code: 0 });
      expect(takeBack().at(-1)).toMatchObject({ outcome });
      expect(window.ledger.uploadState().ackedWeeks).toEqual(acked);
      sell(2);
    }
    sold.pop();
    const head = window.ledger.uploadState().ackSeq;
    expect(
      window.ledger
        .verdictsOf([head - 3, head - 1])
        .values()
        .toArray(),
    ).toMatchObject([{ verdict: 'accepted' }, { verdict: 'accepted' }]);
  });

  test('imported and never answered, they are there once when the line is back', async () => {
    await enrolAndLoseTheLine();
    sell(1, 2, 3);
    const outbox = join(machine.folder, 'outbox');
    const done = await carried.export(undefined);
    expect(done).toMatchObject({
      ok: true,
      value: { folder: outbox, files: [{ to: window.ledger.head().seq }] },
    });
    expect(importAt(outbox).code).toBe(0);
    sell(4);
    const longer = await written(outbox);
    expect(
      readdirSync(outbox).filter((name) => name.endsWith('.sobatch')),
      'the shorter one made way',
    ).toEqual(longer);
    const again = linkOf(window, machine, { url: gateway.url });
    again.link.start();
    await again.until(isAllUp, 'the line is back', 1_000);
    await again.link.stop();
    await expectEachOnce();
  }, 60_000);

  test('bad files are refused by name, and keep no good one from being taken', async () => {
    await enrolAndLoseTheLine();
    sell(1, 2, 3);
    const [name = ''] = await written();
    const file = join(stick, name);
    const bytes = readFileSync(file);
    writeFileSync(join(stick, 'half.sobatch'), bytes.subarray(0, bytes.length / 2));
    writeFileSync(join(stick, 'nonsense.sobatch'), 'nonsense');
    const { code, lines } = importAt(stick, join(stick, 'missing.sobatch'));
    expect(code).toBe(1);
    const said = new Map(lines.map((line) => [String(line['file']).split('/').at(-1), line]));
    expect(said.get(name)).toMatchObject({ ok: true });
    expect(said.get('half.sobatch')).toMatchObject({ ok: false, refusal: { code: 'city.batchShape' } });
    expect(said.get('nonsense.sobatch')).toMatchObject({ ok: false, refusal: { code: 'city.batchShape' } });
    expect(said.get('missing.sobatch')).toMatchObject({ ok: false, refusal: { code: 'link.folder' } });
    expect(readdirSync(stick).filter((each) => each.endsWith('.soanswer'))).toHaveLength(1);

    const before = window.ledger.uploadState();
    const answer = join(stick, name.replace('.sobatch', '.soanswer'));
    const text = readFileSync(answer, 'utf8');
    const bad: [string, string][] = [
      ['cut', text.slice(0, -9)],
      ['changed', text.replace(/"ackSeq":\d+/, '"ackSeq":999999')],
      ['unsigned', text.replace(/"signature":"..../, '"signature":"AAAA')],
      ['of another key', text.replace(/"keyId":"[0-9a-f]{8}"/, '"keyId":"00000000"')],
    ];
    for (const [what, changed] of bad) {
      writeFileSync(answer, changed);
      expect(takeBack(), what).toMatchObject([{ outcome: 'refused', refusal: { code: 'link.answerBad' } }]);
    }
    expect(window.ledger.uploadState()).toEqual(before);
    writeFileSync(answer, text);
    expect(takeBack()).toMatchObject([{ outcome: 'taken' }]);
    expect(isAllUp()).toBe(true);
    await expectEachOnce();
  }, 60_000);

  test('an answer out of turn waits for those before it; a batch out of turn is told so', async () => {
    await enrolAndLoseTheLine();
    for (let n = 0; n < 105; n += 1) sell(...Array.from({ length: 40 }, (_, i) => n * 40 + i));
    const [first = '', second = ''] = await written();
    expect(importAt(join(stick, second))).toMatchObject({
      code: 1,
      lines: [{ ok: false, refusal: { code: 'city.gap' } }],
    });
    expect(takeBack(), 'the city’s own word').toMatchObject([
      { outcome: 'refused', refusal: { code: 'city.gap' } },
    ]);
    expect(importAt(stick).code).toBe(0);
    const firstAnswer = join(stick, first.replace('.sobatch', '.soanswer'));
    const kept = readFileSync(firstAnswer);
    rmSync(firstAnswer);
    expect(takeBack()).toMatchObject([{ outcome: 'refused', refusal: { code: 'link.answerEarly' } }]);
    writeFileSync(firstAnswer, kept);
    expect(takeBack().map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
    expect(isAllUp()).toBe(true);
    await expectEachOnce();
  }, 60_000);

  test('a city restored from an older copy says how far it has it, and the next files begin there, also while the line is out', async () => {
    await enrolAndLoseTheLine();
    const { ackSeq: copied } = window.ledger.uploadState();
    sell(1, 2);
    const [carriedOnce = ''] = await written();
    expect(importAt(stick).code).toBe(0);
    expect(takeBack()).toMatchObject([{ outcome: 'taken' }]);
    rmSync(join(stick, carriedOnce));
    const store = openPostgresql(postgres, () => undefined);
    for (const table of ['entries', 'verdicts', 'sealed_rows', 'passengers', 'tickets'])
      await store.query(`delete from ${table} where seq > $1`, [copied]);
    await store.query(
      'update ledgers l set ack_seq = $1, last_hash = e.hash from entries e where e.ledger_id = l.ledger_id and e.seq = $1',
      [copied],
    );
    await store.close();

    sell(3);
    await written();
    expect(importAt(stick)).toMatchObject({ code: 1 });
    expect(takeBack()).toMatchObject([
      { outcome: 'known' },
      { outcome: 'refused', refusal: { code: 'city.gap' } },
    ]);
    expect(window.ledger.uploadState()).toMatchObject({ ackSeq: copied, ackedWeeks: [] });
    const names = await written();
    expect(names).toHaveLength(1);
    expect(importAt(stick)).toMatchObject({ code: 0 });
    // The old answers lie there still.
    takeBack();
    expect(isAllUp()).toBe(true);
    takeBack();
    expect(isAllUp()).toBe(true);
    await expectEachOnce();
  }, 60_000);

  test('a folder that is not there, not whole, or not known to the city is refused, and nothing is written', async () => {
    sell(1);
    expect(await carried.export(stick)).toMatchObject({ ok: false, refusal: { code: 'city.notEnrolled' } });
    await enrolAndLoseTheLine();
    expect(await carried.export(join(stick, 'pulled'))).toMatchObject({
      ok: false,
      refusal: { code: 'link.folder' },
    });
    expect(await carried.export('relative')).toMatchObject({ ok: false, refusal: { code: 'link.folder' } });
    mkdirSync(join(stick, 'folder.soanswer'));
    writeFileSync(join(stick, 'empty.soanswer'), '');
    truncateSync(join(stick, 'empty.soanswer'), 0);
    expect(takeBack().map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  }, 60_000);
});
