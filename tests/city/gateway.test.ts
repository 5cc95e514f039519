import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerSchema } from '../../contract/envelope.ts';
import { onBothEngines, refusalOf } from './engines.ts';
import { citizenNumber, KitWindow, saleWeek } from './window-kit.ts';

onBothEngines('the city', ({ city, logged, moveClock, rpc, enrol, newWindow, send, take, keysOf, count }) => {
  describe('enrolment', () => {
    it('exchanges a code once for the city’s keys', async () => {
      const code = await city().makeEnrolmentCode();
      const first = new KitWindow('enrol-a/01');
      const answer = await enrol(first, code.toLowerCase().replaceAll('-', ' '));
      expect(answer).toMatchObject({ ok: true, result: { keys: city().ring.publicKeys, ledgerOrdinal: 1 } });
      expect(refusalOf(await enrol(new KitWindow('enrol-a/02'), code))).toBe('city.enrolmentCode');
      expect(await enrol(first, code), 'the same window may ask again').toEqual(answer);
    });

    it('refuses a code that is wrong or older than 24 hours', async () => {
      const code = await city().makeEnrolmentCode();
      expect(refusalOf(await enrol(new KitWindow('enrol-b/01'), 'AAAA-BBBB-CCCC-DDDD'))).toBe(
        'city.enrolmentCode',
      );
      moveClock(24 * 3_600_000);
      expect(refusalOf(await enrol(new KitWindow('enrol-b/01'), code))).toBe('city.enrolmentCode');
      moveClock(-24 * 3_600_000);
      expect(await enrol(new KitWindow('enrol-b/01'), code)).toMatchObject({ ok: true });
    });

    it('refuses a second key for a window and leaves the code unused', async () => {
      await enrol(new KitWindow('enrol-c/01'));
      const code = await city().makeEnrolmentCode();
      expect(refusalOf(await enrol(new KitWindow('enrol-c/01'), code))).toBe('city.secondKey');
      expect(await enrol(new KitWindow('enrol-c/02'), code)).toMatchObject({ ok: true });
    });

    it('refuses a key that is not 32 bytes', async () => {
      const params = { code: await city().makeEnrolmentCode(), window: 'enrol-d/01', key: 'AAAA' };
      expect(await rpc('window.enrol', params)).toMatchObject({
        ok: false,
        refusal: { code: 'request.shape', field: 'key' },
      });
    });

    it('stores no code in the clear', async () => {
      const code = (await city().makeEnrolmentCode()).replaceAll('-', '');
      const rows = await city().store.query('select * from enrolment_codes');
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
      const rows = await city().store.query<{ entry: string; hash: Uint8Array }>(
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

  describe('successors', () => {
    it('takes a ledger that names its predecessor, and goes on taking the predecessor up to its end', async () => {
      const older = await newWindow();
      older.open();
      older.sell();
      older.sell();
      await take(older.batch(1, 3, keysOf(older, saleWeek)));
      const newer = new KitWindow(older.window, { privateKey: older.privateKey, ordinal: 2 });
      const predecessor = {
        ledgerId: older.ledgerId,
        seq: 5,
        hash: Buffer.from(older.hashAt(5)).toString('hex'),
      };
      newer.open({ predecessor });
      newer.sell();
      expect(await take(newer.batch(1, 3, keysOf(newer, saleWeek)))).toMatchObject({
        ackSeq: 3,
        verdicts: [],
      });
      expect(await take(older.batch(4, 5))).toMatchObject({ ackSeq: 5, verdicts: [] });
      const answer = await rpc('window.ledgers', { window: older.window });
      expect(answer).toMatchObject({
        ok: true,
        result: {
          ledgers: expect.arrayContaining([
            {
              ledgerId: older.ledgerId,
              ordinal: 1,
              ackSeq: 5,
              hash: predecessor.hash,
              predecessor: null,
              isForked: false,
            },
            expect.objectContaining({ ledgerId: newer.ledgerId, ordinal: 2, predecessor }),
          ]),
        },
      });
    });

    it.each<[string, (hash: string, own: KitWindow) => object]>([
      [
        'whose named entry is another here',
        (hash) => ({ hash: hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
      ],
      ['that is itself', (_hash, own) => ({ ledgerId: own.ledgerId })],
    ])('refuses the opening of one that names a predecessor %s, and stores it', async (_what, change) => {
      const older = await newWindow();
      older.open();
      older.sell();
      await take(older.batch(1, 3, keysOf(older, saleWeek)));
      const newer = new KitWindow(older.window, { privateKey: older.privateKey, ordinal: 2 });
      const hash = Buffer.from(older.hashAt(3)).toString('hex');
      newer.open({ predecessor: { ledgerId: older.ledgerId, seq: 3, hash, ...change(hash, newer) } });
      expect(await take(newer.batch(1, 1))).toMatchObject({
        ackSeq: 1,
        verdicts: [
          { seq: 1, verdict: 'refused', refusal: { code: 'city.predecessor', field: 'body.predecessor' } },
        ],
      });
    });

    it('refuses a second ledger with the same ordinal, also as a successor', async () => {
      const older = await newWindow();
      older.open();
      await take(older.batch(1, 1));
      const newer = new KitWindow(older.window, { privateKey: older.privateKey, ordinal: 1 });
      newer.open({
        predecessor: { ledgerId: older.ledgerId, seq: 1, hash: Buffer.from(older.hashAt(1)).toString('hex') },
      });
      expect((await take(newer.batch(1, 1))).verdicts).toMatchObject([
        { verdict: 'refused', refusal: { code: 'city.ordinal' } },
      ]);
      expect(refusalOf(await rpc('window.ledgers', { window: 'nobody/01' }))).toBe('city.unknownWindow');
    });
  });

  describe('control totals', () => {
    it('are counted by business date from what is stored', async () => {
      const window = await newWindow();
      window.open();
      window.sell();
      window.sell();
      await take(window.batch(1, 5, keysOf(window, saleWeek)));
      const dates = ['2026-11-20', '2026-11-21'];
      const { ledgerId } = window;
      expect(await rpc('ledger.totals', { window: window.window, ledgerId, dates })).toMatchObject({
        ok: true,
        result: {
          ackSeq: 5,
          days: [
            {
              businessDate: '2026-11-20',
              tickets: 2,
              fen: 6000,
              identities: 2,
              entries: 5,
              firstSeq: 1,
              lastSeq: 5,
            },
          ],
        },
      });
      expect(refusalOf(await rpc('ledger.totals', { window: 'nobody/01', ledgerId, dates }))).toBe(
        'city.unknownWindow',
      );
      expect(refusalOf(await rpc('ledger.totals', { window: window.window, ledgerId, dates: [] }))).toBe(
        'request.shape',
      );
    });
  });

  describe('what leaves and what stays', () => {
    it('no name and no document number is readable in any table or in the log', async () => {
      const window = await newWindow();
      window.open();
      const number = citizenNumber(321);
      window.sell({ number });
      await take(window.batch(1, 3, keysOf(window, saleWeek)));
      const tables = await city().store.query<{ name: string }>(
        "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
      );
      expect(tables.length).toBeGreaterThan(8);
      const feedNames = new Set(['feeds']);
      let bytes = 0;
      for (const { name } of tables) {
        if (feedNames.has(name)) continue;
        const [row] = await city().store.query<{ all: string }>(
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
      expect(refusalOf(answerSchema.parse(await city().gateway.rpc(request)))).toBe(code);
    });

    it('what is no name of a method is not repeated', async () => {
      const answer = await city().gateway.rpc({ id: 1, method: '测试甲', params: {} });
      expect(refusalOf(answer)).toBe('request.unknownMethod');
      expect(JSON.stringify(answer)).not.toContain('测试甲');
    });

    it.each<[string, Uint8Array, string]>([
      ['bytes that are no gzip', new Uint8Array([1, 2, 3]), 'city.batchShape'],
      ['a gzip of nonsense', gzipSync('nonsense'), 'city.batchShape'],
      ['a gzip of bytes that are no text', gzipSync(new Uint8Array([0xff, 0xfe, 0x0a])), 'city.batchShape'],
      [
        'a small gzip that opens to far too much',
        gzipSync(Buffer.alloc(140 * 1024 * 1024)),
        'city.batchShape',
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
