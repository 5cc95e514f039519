import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerId, WindowId } from '../ids.ts';
import {
  batchHeadBytes,
  decodeBatch,
  encodeBatch,
  type Batch,
  type SealedRow,
  type SealedWeekKey,
} from './batch.ts';

const ledgerId = 'ab'.repeat(16) as LedgerId;
const window = 'zhujiajian-wugongzhi/03' as WindowId;
const head = {
  alg: 'Ed25519',
  purpose: 'so.batch.1',
  window,
  ledgerId,
  from: 1,
  to: 2,
  hash: '0'.repeat(64),
} as const;
const row: SealedRow = {
  alg: 'AES-256-GCM',
  ref: 'cd'.repeat(16),
  week: '2026-W47',
  nonce: 'AAAAAAAAAAAAAAAA',
  sealed: 'Zm9v',
};
const weekKey: SealedWeekKey = {
  alg: 'X25519-HKDF-SHA-256-AES-256-GCM',
  week: '2026-W47',
  cityKeyId: '0123abcd',
  ephemeral: 'AA',
  nonce: 'AA',
  sealed: 'AA',
};
const batch: Batch = {
  head,
  signature: 'c2ln',
  weekKeys: [weekKey],
  entries: [{ entry: '{"seq":1}' }, { entry: '{"seq":2}', row }],
};

test('a signature covers these bytes of the head', () => {
  expect(new TextDecoder().decode(batchHeadBytes(head))).toBe(
    `{"alg":"Ed25519","from":1,"hash":"${'0'.repeat(64)}","ledgerId":"${ledgerId}","purpose":"so.batch.1","to":2,"window":"zhujiajian-wugongzhi/03"}`,
  );
});

test('head, week keys and entries go line by line and come back', () => {
  const text = encodeBatch(batch);
  expect(text.split('\n')).toHaveLength(5);
  expect(decodeBatch(text)).toEqual({ ok: true, batch });
});

test('the text of an entry keeps every byte, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        { maxLength: 6 },
      ),
      (texts) => {
        const entries = texts.map((entry, i) => (i % 2 === 0 ? { entry } : { entry, row }));
        const back = decodeBatch(encodeBatch({ ...batch, weekKeys: [], entries }));
        expect(back).toEqual({ ok: true, batch: { ...batch, weekKeys: [], entries } });
      },
    ),
  );
});

test('the first bad line is named', () => {
  const lines = encodeBatch(batch).split('\n');
  const without = (change: (copy: string[]) => void): ReturnType<typeof decodeBatch> => {
    const copy = [...lines];
    change(copy);
    return decodeBatch(copy.join('\n'));
  };
  expect(decodeBatch('')).toMatchObject({ ok: false, line: 1 });
  expect(decodeBatch('\n')).toMatchObject({ ok: false, line: 1 });
  expect(decodeBatch(lines.slice(0, 4).join('\n'))).toMatchObject({
    ok: false,
    why: 'last line is not ended',
  });
  expect(without((copy) => copy.splice(0, 1))).toMatchObject({ ok: false, line: 1 });
  expect(without((copy) => copy.splice(2, 1, '{'))).toEqual({ ok: false, line: 3, why: 'not JSON' });
  expect(without((copy) => copy.splice(3, 1, '{"entry":1}'))).toMatchObject({ ok: false, line: 4 });
  expect(without((copy) => copy.splice(1, 1, '{"weekKey":{}}'))).toMatchObject({ ok: false, line: 2 });
  // A week key after an entry, and a member that nobody knows.
  expect(without((copy) => copy.splice(3, 0, copy[1] ?? ''))).toMatchObject({ ok: false, line: 4 });
  expect(without((copy) => copy.splice(2, 1, '{"entry":"{}","name":"x"}'))).toMatchObject({
    ok: false,
    line: 3,
  });
});

test('a wrong line is named by number and field, and nothing of it is repeated', () => {
  const lines = encodeBatch(batch).split('\n');
  const wrong = (at: number, line: object) => decodeBatch(lines.with(at, JSON.stringify(line)).join('\n'));
  expect(wrong(3, { entry: '{}', row: { ...row, nonce: 7 } })).toEqual({
    ok: false,
    line: 4,
    why: 'row.nonce',
  });
  expect(wrong(2, { entry: '{}', 测试甲: 1 })).toEqual({ ok: false, line: 3, why: 'wrong shape' });
});

test('lines beyond the limit are not looked at, whatever is in them', () => {
  const [first = '', key = '', entry = ''] = encodeBatch(batch).split('\n');
  const most = { entries: 2, weekKeys: 1 };
  const read = (...lines: string[]) => decodeBatch(`${[first, ...lines].join('\n')}\n`, most);
  expect(read(key, entry, entry)).toMatchObject({ ok: true });
  expect(read(key, entry, entry, '{')).toEqual({ ok: false, line: 5, why: 'too many' });
  expect(read(key, key, '{')).toEqual({ ok: false, line: 3, why: 'too many' });
  const many = `${'{"entry":""}\n'.repeat(60_000)}{`;
  expect(decodeBatch(`${first}\n${many}`)).toEqual({ ok: false, line: 50_002, why: 'too many' });
});

test('as many lines as no array holds are no trouble', () => {
  const [first = ''] = encodeBatch(batch).split('\n');
  const text = `${first}\n${'\n'.repeat(2 ** 27)}`;
  expect(decodeBatch(text)).toEqual({ ok: false, line: 2, why: 'not JSON' });
});
