import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import type { CityRuntime } from '../../city/runtime.ts';
import { batchAnswerSchema, type BatchAnswer } from '../../contract/city.ts';
import { answerSchema, type Answer } from '../../contract/envelope.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import { citizenNumber, KitWindow, saleInstantMs, saleWeek } from './window-kit.ts';

const engines = ['pglite', 'postgresql'] as const;

describe.each(engines)('the city on %s', (engine) => {
  let folder: string;
  let cluster: PostgresCluster | undefined;
  let city: OpenCity;
  let nowMs = saleInstantMs;
  let stations = 0;
  const logged: unknown[] = [];
  const keep = (fields: Record<string, unknown>, message: string): void => {
    logged.push([fields, message]);
  };
  const runtime: CityRuntime = {
    nowMs: () => nowMs,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    log: { info: keep, warn: keep, error: keep },
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'so-city-'));
    cluster = engine === 'postgresql' ? startPostgres() : undefined;
    const postgres = cluster ? { postgres: cluster.url('city') } : {};
    city = await openCity({ data: folder, trial: true, name: '测试城市', ...postgres }, runtime);
  });
  afterAll(async () => {
    await city?.close();
    cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const rpc = async (method: string, params: object): Promise<Answer> =>
    answerSchema.parse(await city.gateway.rpc({ id: 1, method, params }));
  const refusalOf = (answer: Answer): string | undefined => (answer.ok ? undefined : answer.refusal.code);
  const enrol = async (window: KitWindow, code?: string): Promise<Answer> =>
    rpc('window.enrol', {
      code: code ?? (await city.makeEnrolmentCode()),
      window: window.window,
      key: window.publicKey,
    });
  const newWindow = async (number = '03'): Promise<KitWindow> => {
    stations += 1;
    const window = new KitWindow(`${engine}-${stations}/${number}`);
    expect(await enrol(window)).toMatchObject({ ok: true });
    // Ticket numbers are unique across the city: each station of this test sells in its own range.
    window.ticketNumber(stations * 100);
    return window;
  };
  const send = async (gzip: Uint8Array): Promise<Answer> =>
    answerSchema.parse(await city.gateway.batch(gzip));
  const take = async (gzip: Uint8Array): Promise<BatchAnswer> => {
    const answer = await send(gzip);
    expect(answer).toMatchObject({ ok: true });
    return batchAnswerSchema.parse(answer.ok ? answer.result : undefined);
  };
  const keysOf = (window: KitWindow, ...weeks: string[]) =>
    weeks.map((week) => window.sealWeekKey(week, city.ring.publicKeys.sealing));
  const count = async (window: KitWindow, table: string, where = 'true'): Promise<number> => {
    const sql = `select count(*) as n from ${table} where window_id = $1 and ${where}`;
    const [row] = await city.store.query<{ n: number }>(sql, [window.window]);
    return row?.n ?? -1;
  };

  describe('enrolment', () => {
    it('exchanges a code once for the city’s keys', async () => {
      const code = await city.makeEnrolmentCode();
      const first = new KitWindow('enrol-a/01');
      const answer = await enrol(first, code.toLowerCase().replaceAll('-', ' '));
      expect(answer).toMatchObject({ ok: true, result: { keys: city.ring.publicKeys, ledgerOrdinal: 1 } });
      expect(refusalOf(await enrol(new KitWindow('enrol-a/02'), code))).toBe('city.enrolmentCode');
      expect(await enrol(first, code), 'the same window may ask again').toEqual(answer);
    });

    it('refuses a code that is wrong or older than 24 hours', async () => {
      const code = await city.makeEnrolmentCode();
      expect(refusalOf(await enrol(new KitWindow('enrol-b/01'), 'AAAA-BBBB-CCCC-DDDD'))).toBe(
        'city.enrolmentCode',
      );
      nowMs += 24 * 3_600_000;
      expect(refusalOf(await enrol(new KitWindow('enrol-b/01'), code))).toBe('city.enrolmentCode');
      nowMs = saleInstantMs;
      expect(await enrol(new KitWindow('enrol-b/01'), code)).toMatchObject({ ok: true });
    });

    it('refuses a second key for a window and leaves the code unused', async () => {
      await enrol(new KitWindow('enrol-c/01'));
      const code = await city.makeEnrolmentCode();
      expect(refusalOf(await enrol(new KitWindow('enrol-c/01'), code))).toBe('city.secondKey');
      expect(await enrol(new KitWindow('enrol-c/02'), code)).toMatchObject({ ok: true });
    });

    it('refuses a key that is not 32 bytes', async () => {
      const params = { code: await city.makeEnrolmentCode(), window: 'enrol-d/01', key: 'AAAA' };
      expect(await rpc('window.enrol', params)).toMatchObject({
        ok: false,
        refusal: { code: 'request.shape', field: 'key' },
      });
    });

    it('stores no code in the clear', async () => {
      const code = (await city.makeEnrolmentCode()).replaceAll('-', '');
      const rows = await city.store.query('select * from enrolment_codes');
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(code);
    });
  });

  describe('batches', () => {
    it('stores a sale and counts its ticket once', async () => {
      const window = await newWindow();
      window.open();
      const seq = window.sell();
      const answer = await take(window.batch(1, 3, keysOf(window, saleWeek)));
      expect(answer).toEqual({ ackSeq: 3, verdicts: [], weekKeys: [saleWeek] });
      expect(await count(window, 'counted_tickets', `seq = ${seq}`)).toBe(1);
      expect(await count(window, 'passengers')).toBe(1);
      expect(
        await rpc('ledger.position', { window: window.window, ledgerId: window.ledgerId }),
      ).toMatchObject({
        ok: true,
        result: { ackSeq: 3, weekKeys: [saleWeek] },
      });
    });

    it('keeps the entry’s very bytes and a hash over them', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      await take(window.batch(1, 3));
      const rows = await city.store.query<{ entry: string; hash: Uint8Array }>(
        'select entry, hash from entries where window_id = $1 order by seq',
        [window.window],
      );
      expect(rows.map((row) => row.entry)).toEqual(window.lines.map((line) => line.entry));
      expect(rows.map((row) => Buffer.from(row.hash).toString('hex'))).toEqual(
        [1, 2, 3].map((seq) => Buffer.from(window.hashAt(seq)).toString('hex')),
      );
    });

    it('takes the same batch again, and one that overlaps, and counts nothing twice', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      const first = await take(window.batch(1, 3, keysOf(window, saleWeek)));
      expect(await take(window.batch(1, 3, keysOf(window, saleWeek)))).toEqual(first);
      window.sell();
      expect(await take(window.batch(2, 5))).toMatchObject({ ackSeq: 5, verdicts: [] });
      expect(await take(window.batch(1, 2))).toMatchObject({ ackSeq: 5 });
      expect(await count(window, 'entries')).toBe(5);
      expect(await count(window, 'counted_tickets')).toBe(2);
    });

    it('refuses a gap and stores nothing of it', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      expect(await send(window.batch(2, 3))).toMatchObject({ ok: false, refusal: { code: 'city.gap' } });
      expect(await count(window, 'entries')).toBe(0);
      expect(await count(window, 'ledgers')).toBe(0);
    });

    it('refuses a window that is not enrolled', async () => {
      const window = new KitWindow('nobody/01');
      window.open();
      expect(refusalOf(await send(window.batch(1, 1)))).toBe('city.unknownWindow');
      expect(
        refusalOf(await rpc('ledger.position', { window: 'nobody/01', ledgerId: window.ledgerId })),
      ).toBe('city.unknownWindow');
    });

    it('refuses another machine’s signature, and a head changed after signing', async () => {
      const window = await newWindow();
      window.open();
      window.add('session.signedIn', { clerkNumber: '1001' });
      const other = new KitWindow(window.window);
      expect(refusalOf(await send(window.batch(1, 2, [], { key: other.privateKey })))).toBe('city.signature');
      const changed = window.batch(1, 2, [], {
        text: (text) => text.replace('"to":2', '"to":1').replace(/\n[^\n]*\n$/, '\n'),
      });
      expect(refusalOf(await send(changed))).toBe('city.signature');
      expect(await count(window, 'entries')).toBe(0);
    });

    it('refuses entries that were changed after signing', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      const changed = window.batch(1, 3, [], {
        text: (text) => text.replace('\\"fareFen\\":3000', '\\"fareFen\\":1000'),
      });
      expect(refusalOf(await send(changed))).toBe('city.chain');
      expect(await count(window, 'entries')).toBe(0);
    });

    it('finds a fork, stores nothing of it, and takes nothing more from that ledger', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      const clone = window.clone();
      window.sell();
      clone.sell();
      await take(window.batch(1, 5, keysOf(window, saleWeek)));
      clone.sell();
      const answer = await send(clone.batch(3, 7));
      expect(answer).toMatchObject({ ok: false, refusal: { code: 'city.fork' } });
      expect(await count(window, 'entries')).toBe(5);
      expect(await count(window, 'ledgers', 'fork_seq = 4')).toBe(1);
      expect(refusalOf(await send(window.batch(4, 5)))).toBe('city.fork');
      expect(
        refusalOf(await rpc('ledger.position', { window: window.window, ledgerId: window.ledgerId })),
      ).toBe('city.fork');
    });

    it('says chain, not fork, when the histories parted before what is sent', async () => {
      const window = await newWindow();
      window.open();
      const clone = window.clone();
      window.sell();
      clone.sell();
      clone.sell();
      await take(window.batch(1, 3));
      expect(refusalOf(await send(clone.batch(4, 5)))).toBe('city.chain');
      expect(await count(window, 'ledgers', 'fork_seq is null')).toBe(1);
      expect(refusalOf(await send(clone.batch(1, 5)))).toBe('city.fork');
    });

    it('a stranger who cannot sign cannot mark a ledger as forked', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      await take(window.batch(1, 3));
      const broken = window.batch(2, 3, [], {
        text: (text) => text.replace('\\"fareFen\\":3000', '\\"fareFen\\":1000'),
      });
      expect(refusalOf(await send(broken))).toBe('city.chain');
      expect(await count(window, 'ledgers', 'fork_seq is null')).toBe(1);
    });

    it('holds the parts of a command until all are there', async () => {
      const window = await newWindow();
      window.open();
      const commandId = window.commandId();
      window.addTicket({}, { commandId, part: { n: 1, of: 3 } });
      window.addTicket({ number: citizenNumber(501) }, { commandId, part: { n: 2, of: 3 } });
      window.addMoney(2, { commandId, part: { n: 3, of: 3 } });
      expect(await take(window.batch(1, 2, keysOf(window, saleWeek)))).toMatchObject({
        ackSeq: 2,
        verdicts: [{ seq: 2, verdict: 'held' }],
      });
      expect(await count(window, 'counted_tickets')).toBe(0);
      expect((await take(window.batch(3, 3))).verdicts).toEqual([{ seq: 3, verdict: 'held' }]);
      const last = window.batch(4, 4);
      const answer = await take(last);
      expect(answer.verdicts).toEqual(
        [
          { seq: 2, verdict: 'accepted' },
          { seq: 3, verdict: 'accepted' },
        ].concat(answer.verdicts.slice(2) as never),
      );
      expect(answer.verdicts.every((verdict) => verdict.verdict === 'accepted')).toBe(true);
      expect(await count(window, 'counted_tickets')).toBe(2);
      expect(await take(last), 'told again when the answer was lost').toEqual(answer);
    });

    it('settles held rows when the week’s key comes later', async () => {
      const window = await newWindow();
      window.open();
      const good = window.sell();
      const wrong = window.sell({ number: '330902199001010000' });
      const held = await take(window.batch(1, 5));
      expect(held.verdicts).toMatchObject([
        { seq: good, verdict: 'held', refusal: { code: 'city.weekKeyMissing' } },
        { seq: wrong, verdict: 'held', refusal: { code: 'city.weekKeyMissing' } },
      ]);
      expect(held.weekKeys).toEqual([]);
      expect(await count(window, 'counted_tickets')).toBe(0);
      const later = window.batch(5, 5, keysOf(window, saleWeek));
      const settled = await take(later);
      expect(settled.weekKeys).toEqual([saleWeek]);
      expect(settled.verdicts).toMatchObject([
        { seq: good, verdict: 'accepted' },
        { seq: wrong, verdict: 'refused', refusal: { code: 'city.identityNumber' } },
      ]);
      expect(await count(window, 'counted_tickets')).toBe(1);
      expect(await take(later), 'told again when the answer was lost').toEqual(settled);
    });

    it('does not acknowledge a week key sealed to somebody else', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      const [key] = keysOf(window, saleWeek);
      if (!key) throw new Error('no key');
      const other = { ...key, cityKeyId: '00000000' };
      expect((await take(window.batch(1, 3, [other]))).weekKeys).toEqual([]);
      const bent = { ...key, sealed: `${key.sealed.startsWith('A') ? 'B' : 'A'}${key.sealed.slice(1)}` };
      expect((await take(window.batch(3, 3, [bent]))).weekKeys).toEqual([]);
    });
  });

  describe('verdicts: nothing waits behind a refused entry', () => {
    /** Opens a ledger, lets `write` add entries, then a good sale; gives the verdicts told. */
    const judged = async (
      write: (window: KitWindow) => void,
    ): Promise<{ window: KitWindow; answer: BatchAnswer }> => {
      const window = await newWindow();
      window.open();
      write(window);
      window.sell({ number: citizenNumber(900) });
      const keys = keysOf(window, ...window.weekKeys.keys());
      const answer = await take(window.batch(1, window.lastSeq, keys));
      expect(answer.ackSeq).toBe(window.lastSeq);
      expect(
        await count(window, 'counted_tickets', `seq = ${window.lastSeq - 1}`),
        'the sale behind it counts',
      ).toBe(1);
      return { window, answer };
    };
    const sold = (
      window: KitWindow,
      change: (body: Record<string, unknown>) => object,
      more: object = {},
    ): void => {
      const { row, digest } = window.seal(citizenNumber(7));
      const entry = window.envelope('ticket.sold', change(window.soldBody()), {
        identity: { ref: row.ref, digest },
        ...more,
      });
      window.addText(jcs(entry), row);
    };

    it.each<[string, string, (window: KitWindow) => void]>([
      ['a text that is no JSON', 'city.entryShape', (w) => w.addText('no json')],
      ['an envelope without a kind', 'city.entryShape', (w) => w.addText(jcs({ v: 1, seq: 2 }))],
      ['a body that lacks a field', 'city.entryShape', (w) => w.add('session.signedIn', {})],
      [
        'a number beyond any column',
        'city.entryShape',
        (w) => sold(w, (body) => ({ ...body, fareFen: 9e15 })),
      ],
      [
        'JSON that is not canonical',
        'city.entryShape',
        (w) => w.addText(` ${jcs(w.envelope('session.signedIn', { clerkNumber: '1001' }))}`),
      ],
      [
        'a wrong seq inside',
        'city.entryShape',
        (w) => w.add('session.signedIn', { clerkNumber: '1001' }, { seq: 77 }),
      ],
      [
        'another window inside',
        'city.entryShape',
        (w) => w.add('session.signedIn', { clerkNumber: '1001' }, { window: 'other/01' }),
      ],
      [
        'a part beyond its count',
        'city.entryShape',
        (w) => w.add('session.signedIn', { clerkNumber: '1001' }, { part: { n: 2, of: 1 } }),
      ],
      ['an opening in the middle', 'city.entryShape', (w) => w.open()],
      [
        'a wrong check digit in the ticket number',
        'city.ticketNumber',
        (w) => sold(w, (body) => ({ ...body, ticketNumber: '30902611200301999991' })),
      ],
      [
        'a ticket number of another window',
        'city.ticketNumber',
        (w) => sold(w, (body) => ({ ...body, ticketNumber: new KitWindow('x/07').ticketNumber(5) })),
      ],
      [
        'a ticket number of another ledger',
        'city.ticketNumber',
        (w) =>
          sold(w, (body) => ({
            ...body,
            ticketNumber: new KitWindow('x/03', { ordinal: 9 }).ticketNumber(5),
          })),
      ],
      ['a ticket without identity', 'city.identityMissing', (w) => w.add('ticket.sold', w.soldBody())],
      [
        'an identity without its row',
        'city.identityMissing',
        (w) => {
          sold(w, (body) => body);
          const line = w.lines.at(-1);
          if (line) delete line.row;
        },
      ],
      [
        'somebody else’s row',
        'city.identityDigest',
        (w) => {
          sold(w, (body) => body);
          const line = w.lines.at(-1);
          if (line) line.row = w.seal(citizenNumber(8)).row;
        },
      ],
      [
        'a row that was changed',
        'city.identityDigest',
        (w) => {
          sold(w, (body) => body);
          const row = w.lines.at(-1)?.row;
          if (row) row.sealed = `${row.sealed.startsWith('A') ? 'B' : 'A'}${row.sealed.slice(1)}`;
        },
      ],
      [
        'a digest of something else',
        'city.identityDigest',
        (w) => {
          const { row } = w.seal(citizenNumber(7));
          w.addText(
            jcs(
              w.envelope('ticket.sold', w.soldBody(), { identity: { ref: row.ref, digest: 'c'.repeat(64) } }),
            ),
            row,
          );
        },
      ],
      [
        'another document kind than sealed',
        'city.identityDigest',
        (w) => sold(w, (body) => ({ ...body, documentKind: '553' })),
      ],
      [
        'a citizen number with a wrong check character',
        'city.identityNumber',
        (w) => w.sell({ number: '330902199001010000' }),
      ],
      [
        'a citizen number with an impossible birth date',
        'city.identityNumber',
        (w) => w.sell({ number: '330902199002300011' }),
      ],
    ])('%s is refused', async (_what, code, write) => {
      const { window, answer } = await judged((w) => void write(w));
      const refusals = answer.verdicts.filter((verdict) => verdict.verdict === 'refused');
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toMatchObject({ seq: 2, refusal: { code } });
      expect(refusals[0]?.refusal?.message).toMatch(/[一-鿿]/);
      expect(await count(window, 'entries')).toBe(window.lastSeq);
    });

    it('a kind or version not known is kept and held', async () => {
      const { window, answer } = await judged((w) => {
        w.add('boarding.checked', { gate: 4 });
        w.addText(jcs({ v: 2, anything: ['else'] }));
      });
      expect(answer.verdicts).toMatchObject([
        { seq: 2, verdict: 'held', refusal: { code: 'city.unknownKind' } },
        { seq: 3, verdict: 'held', refusal: { code: 'city.unknownKind' } },
      ]);
      expect(await count(window, 'entries', `kind = 'boarding.checked'`)).toBe(1);
    });

    it('a ticket number that comes twice is refused the second time, and SQL can count it', async () => {
      const { window, answer } = await judged((w) => {
        const ticketNumber = w.ticketNumber();
        w.sell({ ticketNumber, number: citizenNumber(1) });
        w.sell({ ticketNumber, number: citizenNumber(2) });
      });
      expect(answer.verdicts).toMatchObject([
        { seq: 4, verdict: 'refused', refusal: { code: 'city.ticketTwice' } },
      ]);
      const twice = await city.store.query(
        'select ticket_number from tickets where window_id = $1 group by ticket_number having count(*) > 1',
        [window.window],
      );
      expect(twice).toHaveLength(1);
      expect(await count(window, 'counted_tickets')).toBe(2);
    });

    it('two ledgers of a window may not share an ordinal', async () => {
      const { window } = await judged(() => {});
      const second = new KitWindow(window.window, { privateKey: window.privateKey, ordinal: 1 });
      second.open();
      expect((await take(second.batch(1, 1))).verdicts).toMatchObject([
        { seq: 1, verdict: 'refused', refusal: { code: 'city.ordinal' } },
      ]);
      const third = new KitWindow(window.window, { privateKey: window.privateKey, ordinal: 2 });
      third.open();
      expect(await take(third.batch(1, 1))).toEqual({ ackSeq: 1, verdicts: [], weekKeys: [] });
    });
  });

  describe('what leaves and what stays', () => {
    it('no name and no document number is readable in any table or in the log', async () => {
      const window = await newWindow();
      window.open();
      const number = citizenNumber(321);
      window.sell({ number });
      await take(window.batch(1, 3, keysOf(window, saleWeek)));
      const tables = await city.store.query<{ name: string }>(
        "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
      );
      expect(tables.length).toBeGreaterThan(8);
      const feedNames = new Set(['feeds']);
      let bytes = 0;
      for (const { name } of tables) {
        if (feedNames.has(name)) continue;
        const [row] = await city.store.query<{ all: string }>(
          `select coalesce(string_agg(t::text, E'\\n'), '') as all from ${name} t`,
        );
        const text = row?.all ?? '';
        bytes += text.length;
        for (const plain of [
          number,
          '测试甲',
          Buffer.from(number).toString('hex'),
          Buffer.from('测试甲').toString('hex'),
        ]) {
          expect(text.includes(plain), `${name} contains ${plain}`).toBe(false);
        }
      }
      expect(bytes).toBeGreaterThan(1_000);
      expect(JSON.stringify(logged)).not.toContain(number);
    });
  });

  describe('requests that are wrong', () => {
    it.each<[string, unknown, string]>([
      ['no envelope', 'hello', 'request.shape'],
      ['a method that is not there', { id: 1, method: 'toString', params: {} }, 'request.unknownMethod'],
      [
        'params of a wrong shape',
        { id: 1, method: 'ledger.position', params: { window: 'x' } },
        'request.shape',
      ],
      [
        'a station without a feed',
        { id: 1, method: 'feed.get', params: { station: 'nowhere', have: 0 } },
        'city.noFeed',
      ],
    ])('%s is refused', async (_what, request, code) => {
      expect(refusalOf(answerSchema.parse(await city.gateway.rpc(request)))).toBe(code);
    });

    it.each<[string, Uint8Array, string]>([
      ['bytes that are no gzip', new Uint8Array([1, 2, 3]), 'city.batchShape'],
      ['a gzip of nonsense', gzipSync('nonsense'), 'city.batchShape'],
      ['a gzip of bytes that are no text', gzipSync(new Uint8Array([0xff, 0xfe, 0x0a])), 'city.batchShape'],
      [
        'a small gzip that opens to far too much',
        gzipSync(Buffer.alloc(140 * 1024 * 1024)),
        'request.tooLarge',
      ],
      ['more than travels at once', new Uint8Array(16 * 1024 * 1024 + 1), 'request.tooLarge'],
    ])('%s is refused', async (_what, body, code) => {
      expect(refusalOf(await send(body))).toBe(code);
    });

    it('a batch whose count does not fit its head, or with a NUL inside, is refused whole', async () => {
      const window = await newWindow();
      window.open();
      expect(refusalOf(await send(window.batch(1, 1, [], { head: { to: 2 } })))).toBe('city.batchShape');
      window.addText('\0');
      expect(refusalOf(await send(window.batch(1, 2)))).toBe('city.batchShape');
      expect(await count(window, 'entries')).toBe(0);
    });

    it('a kind with a NUL inside is stored and held, not a defect', async () => {
      const window = await newWindow();
      window.open();
      window.add('odd\0kind', {});
      expect((await take(window.batch(1, 2))).verdicts).toMatchObject([{ seq: 2, verdict: 'held' }]);
    });
  });
});
