import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerSchema } from '../../contract/envelope.ts';
import { officeMethods, type OfficeMethod } from '../../contract/office.ts';
import { closeOffices, expectChinese, ferry, newId, openWindow, type TestOffice } from './kit.ts';

let window: TestOffice;
beforeAll(async () => {
  window = await openWindow();
});
afterAll(closeOffices);

/** A word that stands for a passenger's data: no answer may give it back. */
const SECRET = '绝密样例';

/** Signing in is the only method that changes who calls; it has its own tests. */
const methods = (Object.keys(officeMethods) as OfficeMethod[]).filter(
  (method) => !method.startsWith('session.sign'),
);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    SECRET,
    `${SECRET}\ud800`,
    '33099919900101001X',
    '__proto__',
    'constructor',
    '',
    '\u0000',
    ferry(),
    '2026-02-31',
    '0001-01-01',
    '9999-12-31',
  ),
);
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, 1e9, 1e9 + 1, 2 ** 53, 2 ** 53 - 1, -0, Number.MAX_VALUE),
);
const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText,
    anyNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

const dates = [
  '2026-11-21',
  '2026-02-31',
  '0001-01-01',
  '1969-12-31',
  '1970-01-01',
  '1986-05-04',
  '9999-12-31',
  '0000-00-00',
];
const passenger = { holderRef: 'a'.repeat(32), ticketClass: 'full' };
/** What a member may hold to look right: the edges of what its schema lets through, and a step beyond. */
const plausible: Record<string, readonly unknown[]> = {
  number: ['0107', '33099919900101001X', SECRET],
  floatFen: [0, 100_000_000],
  countedFen: [0, 100_000_000],
  date: dates,
  toPlaceId: ['putuoshan', 'nowhere'],
  lineId: ['w-wgz-pts', '', '%'],
  documentKind: ['111', '553', 'hkmt-permit'],
  name: ['测试甲', '\ud800\udc00', '\ud800', '甲\u0000'],
  holderRefs: [[], ['a'.repeat(32)]],
  departureId: [
    ferry(),
    ...dates.map((date) => ferry('1220', date)),
    'w-wgz-pts/2026-11-21/1220-9',
    'x/2026-11-21/0000',
  ],
  passengers: [[], [passenger], [passenger, { ...passenger, ticketClass: 'child_half', childBasis: 'age' }]],
  payment: ['cash'],
  totalFen: [0, 3_000, 1_000_000_000],
  tenderedFen: [0, 3_000, 1_000_000_000],
  limit: [1, 200],
  before: [1, 2 ** 53 - 1],
  shiftId: ['a'.repeat(32)],
  ticketNumber: ['1', '00000000000000000000'],
  found: ['inHand', 'printAgain'],
  commandIds: [[], [newId()]],
};

/** Parameters of the right shape, with a wrong value here and there. */
function paramsOf(method: OfficeMethod): fc.Arbitrary<unknown> {
  const members = Object.keys(officeMethods[method].input.shape);
  const record = Object.fromEntries(
    members.map((member) => [
      member,
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...(plausible[member] ?? [SECRET])) },
        { weight: 1, arbitrary: anyJson },
      ),
    ]),
  );
  return fc.record(record, { requiredKeys: [] });
}

const anyCall = fc
  .constantFrom(...methods)
  .chain((method) =>
    fc.tuple(
      fc.constant(method),
      fc.oneof({ weight: 9, arbitrary: paramsOf(method) }, { weight: 1, arbitrary: anyJson }),
    ),
  );

function expectOneAnswer(answer: unknown): void {
  const parsed = answerSchema.parse(answer);
  const text = JSON.stringify(parsed);
  expect(text).not.toMatch(/\bat .*\.ts|node:internal|TypeError|RangeError|ZodError|Sqlite/);
  if (parsed.ok) return;
  // An accepted answer may show the clerk's own words; a refusal never gives back what was wrong.
  expect(text).not.toContain(SECRET);
  expect(parsed.refusal.code, text).not.toBe('defect');
  expectChinese(parsed.refusal);
}

describe('whatever JSON comes in, one answer goes out', () => {
  test('to anything at all in place of a request', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (raw) => {
        const answer = await window.office.call(raw, 'page');
        expectOneAnswer(answer);
        expect(answer.ok).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  test('to every method with anything for its parameters', async () => {
    await fc.assert(
      fc.asyncProperty(anyCall, fc.integer({ min: 0, max: 9 }), async ([method, params], chance) => {
        const needsId = officeMethods[method].mutating === chance > 0;
        const answer = await window.office.call(
          { id: 'any', method, params, ...(needsId ? { commandId: newId() } : {}) },
          'page',
        );
        expectOneAnswer(answer);
        expect(answer.id).toBe('any');
      }),
      { numRuns: 1_500 },
    );
    expect(window.books().verified).toMatchObject({ ok: true });
  });

  test('to every date that can be written, by every method that takes one', async () => {
    for (const date of dates) {
      expectOneAnswer(await window.ask('timetable.departures', { date }));
      const holderRef = await window.holder(1);
      const order = { departureId: ferry('1220', date), passengers: [{ holderRef, ticketClass: 'full' }] };
      expectOneAnswer(await window.ask('sales.quote', order));
      if (date !== '2026-11-21')
        expectOneAnswer(
          await window.ask(
            'sales.sell',
            { ...order, payment: 'cash', totalFen: 3_000, tenderedFen: 3_000 },
            newId(),
          ),
        );
    }
    expect(window.books()).toMatchObject({ tickets: 0, verified: { ok: true } });
  });

  test('to a wrong envelope around a right question', async () => {
    const right = { id: 1, method: 'status.get', params: {} };
    const wrong: unknown[] = [
      { ...right, id: -1 },
      { ...right, id: 1.5 },
      { ...right, id: '' },
      { ...right, id: null },
      { ...right, id: 'x'.repeat(65) },
      { ...right, method: '' },
      { ...right, method: 7 },
      { ...right, method: 'x'.repeat(65) },
      { ...right, commandId: 'short' },
      { ...right, commandId: 7 },
      { ...right, [SECRET]: 1 },
      { method: 'status.get' },
      [right],
      JSON.stringify(right),
      null,
      undefined,
      7,
      [],
      new Map(),
      () => right,
      Symbol('x'),
      10n,
    ];
    for (const raw of wrong) {
      const answer = await window.office.call(raw, 'page');
      expectOneAnswer(answer);
      expect(answer).toMatchObject({ ok: false, refusal: { code: 'request.shape' } });
    }
    expect(await window.office.call(right, 'page')).toMatchObject({ ok: true });
    // Members that look like those of every object are members like any other.
    for (const text of [
      '{"id":1,"method":"status.get","__proto__":{"commandId":"0123456789abcdef"}}',
      '{"id":1,"method":"status.get","params":{"__proto__":{"a":1}}}',
    ]) {
      expectOneAnswer(await window.office.call(JSON.parse(text), 'page'));
    }
  });

  test('a wrong field is named with its path and what was expected, and what stood there is not repeated', async () => {
    const order = {
      departureId: ferry(),
      passengers: [{ holderRef: SECRET, ticketClass: 'full' }],
      payment: 'cash',
      totalFen: 1,
      tenderedFen: 1,
    };
    const cases = [
      ['sales.sell', order, 'params.passengers.0.holderRef'],
      [
        'sales.sell',
        { ...order, passengers: [{ holderRef: 'a'.repeat(32), ticketClass: SECRET }] },
        'params.passengers.0.ticketClass',
      ],
      ['sales.sell', { ...order, passengers: [], tenderedFen: '5000' }, 'params.tenderedFen'],
      ['sales.sell', { ...order, passengers: [], [SECRET]: SECRET }, 'params'],
      ['shifts.open', {}, 'params.floatFen'],
      ['shifts.open', SECRET, 'params'],
    ] as const;
    for (const [method, params, field] of cases) {
      const refusal = await window.refusal(method, params, newId());
      expect(refusal).toMatchObject({ code: 'request.shape', field });
      expect(refusal.message).toContain(field);
      expect(JSON.stringify(refusal)).not.toContain(SECRET);
      expectChinese(refusal);
    }
  });

  test('an office that has ended answers too', async () => {
    const other = await openWindow();
    await other.office.stop();
    await other.office.stop();
    expectOneAnswer(await other.office.call({ id: 1, method: 'status.get' }, 'page'));
  });
});
