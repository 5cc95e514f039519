import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../contract/contingency.ts';
import { entryBodies } from '../../contract/entries.ts';
import { at, fastBoat, ferry, facts, HOUR, MINUTE, morning, order, ruleBook } from '../contingency/sample.ts';
import { quoteChange } from './change.ts';
import { decideChange, decideNoShow, decideReissue, decideReprint, decideVoid } from './counter.ts';
import { decidePermit, openPermits } from './permits.ts';
import { decideRefund, nextBulkRefund, quoteRefund, type RefundCommand } from './refund.ts';
import { fault, noRights, own, rules, shiftId, ticket } from './sample.ts';
import type { SoldTicket } from './ticket.ts';

const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'accepted' : outcome.refusal?.code;
/** Of entries as they are written: the journal takes each. */
function kindsOf(entries: readonly { kind: keyof typeof entryBodies; body: unknown }[]): string[] {
  for (const { kind, body } of entries) expect(entryBodies[kind].parse(body)).toEqual(body);
  return entries.map(({ kind }) => kind);
}
const refund = (
  tickets: SoldTicket[],
  over: Partial<RefundCommand> = {},
  rights = noRights,
  nowMs = morning,
) =>
  decideRefund(
    rules,
    {
      tickets: tickets.map((each) => ({ ticket: each, rights, authority: own })),
      backFen: 2_700,
      documentShown: true,
      countersignedBy: null,
      shiftId,
      batchId: null,
      ...over,
    },
    nowMs,
  );

describe('a refund for the own reason', () => {
  test('costs what the rows of the sale say', () => {
    expect(quoteRefund(rules, ticket(1), noRights, morning)).toMatchObject({
      value: { feeFen: 300, backFen: 2_700, fee: { id: 'W', version: 1, band: 0 }, because: [] },
    });
    expect(quoteRefund(rules, ticket(1), noRights, ferry.departAt - MINUTE)).toMatchObject({
      value: { feeFen: 600, fee: { band: 1 } },
    });
    expect(codeOf(quoteRefund(rules, ticket(1), noRights, ferry.departAt + MINUTE))).toBe('refund.tooLate');
  });

  test('uses the version on the ticket, not the newest', () => {
    const named = ticket(1, { feeSets: { refund: { id: 'R', version: 1 }, change: null } });
    expect(quoteRefund(rules, named, noRights, morning)).toMatchObject({ value: { fee: { id: 'R' } } });
    const lost = ticket(1, { feeSets: { refund: { id: 'OLD', version: 1 }, change: null } });
    expect(codeOf(quoteRefund(rules, lost, noRights, morning))).toBe('feeRules.unknown');
  });

  test('writes one entry a ticket, and the money by the way it was paid', () => {
    const decided = refund([ticket(1), ticket(2, { payment: 'mobile' }), ticket(3)], { backFen: 8_100 });
    if (!decided.ok) throw new Error(decided.refusal.message);
    expect(kindsOf(decided.value.entries)).toEqual([
      'ticket.refunded',
      'ticket.refunded',
      'ticket.refunded',
      'refund.money',
      'refund.money',
    ]);
    expect(decided.value.entries.slice(3).map(({ body }) => body)).toMatchObject([
      { payment: 'cash', ticketCount: 2, backFen: 5_400 },
      { payment: 'mobile', ticketCount: 1, backFen: 2_700 },
    ]);
  });

  test.each([
    ['boarded', 'afterSale.boarded'],
    ['refunded', 'afterSale.refunded'],
    ['voided', 'afterSale.voided'],
    ['replaced', 'afterSale.replaced'],
  ] as const)('of a ticket that is %s is refused', (state, code) => {
    expect(codeOf(refund([ticket(1, { state, replacedBy: '2' })]))).toBe(code);
    expect(codeOf(refund([ticket(1, { state, replacedBy: '2' })], {}, fault))).toBe(code);
  });

  test('is refused without the document, at another total, twice in one command, and above the limit alone', () => {
    expect(codeOf(refund([ticket(1)], { documentShown: false }))).toBe('afterSale.document');
    expect(codeOf(refund([ticket(1)], { backFen: 2_701 }))).toBe('afterSale.quoteChanged');
    expect(codeOf(refund([ticket(1), ticket(1)], { backFen: 5_400 }))).toBe('afterSale.refunded');
    const dear = [ticket(1, { fareFen: 60_000 })];
    expect(codeOf(refund(dear, { backFen: 54_000 }))).toBe('afterSale.needsSecond');
    expect(codeOf(refund(dear, { backFen: 54_000, countersignedBy: '0002' }))).toBe('accepted');
  });

  test('at a window that is not the authority needs the permit of this ticket and this act', () => {
    const permit = {
      requestId: 'd'.repeat(32),
      ticketNumber: ticket(1).ticketNumber,
      act: 'refund' as const,
    };
    const with_ = (held: typeof permit | null) =>
      refund([], {
        tickets: [{ ticket: ticket(1), rights: noRights, authority: { isOwn: false, permit: held } }],
      });
    expect(codeOf(with_(null))).toBe('afterSale.needsPermit');
    expect(codeOf(with_({ ...permit, ticketNumber: ticket(2).ticketNumber }))).toBe('afterSale.permitOther');
    expect(codeOf(with_({ ...permit, act: 'change' as never }))).toBe('afterSale.permitOther');
    expect(with_(permit)).toMatchObject({
      value: { entries: [{ body: { requestId: permit.requestId } }, {}] },
    });
  });
});

describe("a refund at the carrier's fault", () => {
  test('is whole, also after departure', () => {
    expect(quoteRefund(rules, ticket(1), fault, ferry.departAt + 5 * HOUR)).toMatchObject({
      value: { feeFen: 0, backFen: 3_000, fee: null, because: ['a-1'] },
    });
  });

  test('costs nothing under any plan, of any ticket, at any time; a fee at fault is caught', () => {
    const stops = fc.constantFrom('pending', 'paused', 'cancelled') as fc.Arbitrary<'paused'>;
    const minutes = fc.integer({ min: 0, max: 3_000 });
    const property = (asks = true) =>
      fc.property(stops, minutes, fc.integer({ min: 0, max: 100_000 }), (state, later, fareFen) => {
        const stop: Effect = { effect: 'departureState', state };
        const nowMs = morning + later * MINUTE;
        const folded = ruleBook([order(1, [stop], { until: null })]).rulesFor(at(ferry), nowMs);
        const sold = ticket(1, { fareFen });
        const rights = folded.rights({ departure: ferry, soldAt: sold.soldAt, subject: 'passenger' });
        // Planted: a desk that looks at the clock and does not ask for rights.
        const quote = quoteRefund(rules, sold, asks ? rights : noRights, nowMs);
        expect(quote).toMatchObject({ ok: true, value: { feeFen: 0, backFen: fareFen } });
      });
    fc.assert(property());
    expect(() => fc.assert(property(false))).toThrow(/Property failed/);
  });
});

describe('a refund in bulk', () => {
  const batchId = 'e'.repeat(32);
  const command = { documentShown: false, countersignedBy: '0002', shiftId, batchId, most: 50 };
  const run = (tickets: readonly SoldTicket[], most = 50, rights = fault) =>
    nextBulkRefund(
      rules,
      { ...command, most, tickets: tickets.map((each) => ({ ticket: each, rights, authority: own })) },
      morning,
    );

  test('stopped anywhere and begun again refunds everybody once', () => {
    const property = (remembers = true) =>
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }), (steps) => {
        let sold = Array.from({ length: 120 }, (_, n) => ticket(n, { payment: 'mobile' }));
        const refunded: string[] = [];
        for (const most of [...steps, 200]) {
          const step = run(sold, most);
          if (!step.ok) throw new Error(step.refusal.message);
          expect(step.value.backFen).toBe(step.value.refunded.length * 3_000);
          refunded.push(...step.value.refunded);
          // Killed after it was written: the next run sees the tickets as the journal has them.
          const done = new Set(step.value.refunded);
          if (remembers)
            sold = sold.map((each) => (done.has(each.ticketNumber) ? { ...each, state: 'refunded' } : each));
        }
        expect(refunded).toHaveLength(120);
        expect(new Set(refunded).size).toBe(120);
      });
    fc.assert(property(), { numRuns: 30 });
    // Planted: the state of the tickets is not looked at again.
    expect(() => fc.assert(property(false), { numRuns: 30 })).toThrow(/Property failed/);
  });

  test('leaves on the list who cannot be refunded by it, and charges nobody', () => {
    const sold = [
      ticket(1, { payment: 'mobile' }),
      ticket(2),
      ticket(3, { payment: 'mobile', state: 'boarded' }),
      ticket(4, { payment: 'mobile', state: 'refunded' }),
    ];
    const step = run(sold);
    expect(step).toMatchObject({
      value: {
        refunded: [sold[0]?.ticketNumber, sold[1]?.ticketNumber],
        left: 0,
        open: [{ ticketNumber: sold[2]?.ticketNumber, code: 'afterSale.boarded' }],
      },
    });
    // Cash is not handed over by it: it is owed, and no drawer is counted down.
    if (!step.ok) throw new Error(step.refusal.message);
    expect(kindsOf(step.value.entries)).toEqual(['ticket.refunded', 'ticket.refunded', 'refund.money']);
    expect(step.value.entries.map(({ body }) => body)).toMatchObject([
      { payment: 'mobile' },
      { payment: 'cash', owed: true },
      { payment: 'mobile', ticketCount: 1, backFen: 3_000 },
    ]);
    expect(run(sold, 50, noRights)).toMatchObject({ value: { entries: [], refunded: [], backFen: 0 } });
  });
});

describe('a change', () => {
  const later = facts('12:00');
  const open = ruleBook([]).rulesFor(at(later), morning);
  const target = { departure: later, ticketClass: 'full', fareFen: 3_000, rules: open };
  const quote = (over = {}, sold = ticket(1), rights = noRights, nowMs = morning) =>
    quoteChange(rules, sold, rights, { ...target, ...over }, nowMs);

  test('for the own reason: once, same line and class, difference both ways', () => {
    expect(quote()).toMatchObject({ value: { feeFen: 0, balanceFen: 0, times: 1 } });
    expect(quote({ fareFen: 3_500 })).toMatchObject({ value: { balanceFen: 500 } });
    expect(quote({ fareFen: 2_500 })).toMatchObject({ value: { balanceFen: -500 } });
    expect(codeOf(quote({}, ticket(1, { changedTimes: 1 })))).toBe('change.onceOnly');
    expect(codeOf(quote({ departure: fastBoat }))).toBe('change.otherLine');
    expect(codeOf(quote({ ticketClass: 'child_half' }))).toBe('change.otherClass');
    expect(codeOf(quote({ departure: ferry }))).toBe('change.same');
    expect(codeOf(quote({}, ticket(1), noRights, ferry.departAt + 1))).toBe('change.tooLate');
    const road = ticket(1, { departure: { ...ferry, mode: 'road' } });
    expect(codeOf(quote({}, road))).toBe('change.notAllowed');
  });

  test("at the carrier's fault: free, again and again, dearer not collected, cheaper given back", () => {
    const changed = ticket(1, { changedTimes: 1 });
    expect(quote({ fareFen: 9_000 }, changed, fault)).toMatchObject({
      value: { feeFen: 0, balanceFen: 0, times: 1, because: ['a-1'] },
    });
    expect(quote({ fareFen: 1_000 }, changed, fault)).toMatchObject({ value: { balanceFen: -2_000 } });
    expect(codeOf(quote({ departure: fastBoat }, changed, fault))).toBe('change.otherLine');
    const anyLine = { ...fault, change: { untilMs: null, because: ['a-1'], to: 'anyLine' as const } };
    expect(codeOf(quote({ departure: fastBoat }, changed, anyLine))).toBe('accepted');
    const named = { ...fault, change: { untilMs: null, because: ['a-1'], to: ['w-fast'] } };
    expect(codeOf(quote({ departure: fastBoat }, changed, named))).toBe('accepted');
  });

  test('never collects from a passenger who has a right', () => {
    const fares = fc.integer({ min: 0, max: 50_000 });
    fc.assert(
      fc.property(fares, fares, (fareFen, newFareFen) => {
        const quoted = quote({ fareFen: newFareFen }, ticket(1, { fareFen }), fault);
        expect(quoted.ok && quoted.value.balanceFen).toBe(Math.min(0, newFareFen - fareFen));
      }),
    );
  });

  test('goes to a departure that is sold', () => {
    const stopped = ruleBook([order(1, [{ effect: 'departureState', state: 'paused' }])]);
    expect(codeOf(quote({ rules: stopped.rulesFor(at(later), morning) }))).toBe('change.targetClosed');
  });

  test('is written with what the clerk saw', () => {
    const quoted = quote({ fareFen: 3_500 });
    if (!quoted.ok) throw new Error(quoted.refusal.message);
    const command = {
      newTicketNumber: ticket(9).ticketNumber,
      authority: own,
      expectedBalanceFen: 500,
      countersignedBy: null,
      batchId: null,
      shiftId,
    };
    const decided = decideChange(rules, ticket(1), target, quoted.value, command);
    if (!decided.ok) throw new Error(decided.refusal.message);
    expect(kindsOf([decided.value])).toEqual(['ticket.changed']);
    const moved = decideChange(rules, ticket(1), target, quoted.value, { ...command, expectedBalanceFen: 0 });
    expect(codeOf(moved)).toBe('afterSale.balanceChanged');
  });
});

describe('at the counter', () => {
  const voided = (over = {}, sold = ticket(1), nowMs = morning) =>
    decideVoid(sold, { shiftId, checkInOpensAt: morning + HOUR, reason: '误售', ...over }, nowMs);

  test('a ticket is void only in its shift and before check-in opens', () => {
    const decided = voided();
    expect(decided.ok && kindsOf([decided.value])).toEqual(['ticket.voided']);
    expect(codeOf(voided({ shiftId: 'f'.repeat(32) }))).toBe('void.otherShift');
    expect(codeOf(voided({}, ticket(1), morning + HOUR))).toBe('void.checkInOpen');
    expect(codeOf(voided({}, ticket(1, { state: 'voided' })))).toBe('afterSale.voided');
  });

  test('copies are numbered', () => {
    expect(decideReprint(ticket(1), { copies: 1, reason: '卡纸' })).toMatchObject({
      value: { body: { copy: 2 } },
    });
    expect(decideReprint(ticket(1), { copies: 4, reason: '卡纸' })).toMatchObject({
      value: { body: { copy: 5 } },
    });
    expect(codeOf(decideReprint(ticket(1, { state: 'refunded' }), { copies: 1, reason: '卡纸' }))).toBe(
      'afterSale.refunded',
    );
    expect(codeOf(decideReprint(ticket(1), { copies: 99, reason: '卡纸' }))).toBe('afterSale.copies');
  });

  test('a lost ticket is issued again free, before the gate closes, the second time by two people', () => {
    const again = (over = {}, sold = ticket(1)) =>
      decideReissue(
        rules,
        sold,
        {
          newTicketNumber: ticket(9).ticketNumber,
          authority: own,
          documentShown: true,
          gateClosesAt: morning + HOUR,
          countersignedBy: null,
          ...over,
        },
        morning,
      );
    const decided = again();
    expect(decided.ok && kindsOf([decided.value])).toEqual(['ticket.reissued']);
    expect(codeOf(again({ documentShown: false }))).toBe('afterSale.document');
    expect(codeOf(again({ gateClosesAt: morning }))).toBe('reissue.gateClosed');
    expect(codeOf(again({}, ticket(1, { reissuedTimes: 1 })))).toBe('reissue.second');
    expect(codeOf(again({ countersignedBy: '0002' }, ticket(1, { reissuedTimes: 1 })))).toBe('accepted');
  });

  test('nobody is missing from a departure that has not left', () => {
    expect(codeOf(decideNoShow(ticket(1)))).toBe('noShow.early');
    const left = ticket(1, { departure: { ...ferry, leftAt: ferry.departAt } });
    const decided = decideNoShow(left);
    expect(decided.ok && kindsOf([decided.value])).toEqual(['ticket.noShow']);
  });
});

describe('permits', () => {
  const ask = (requestId: string, holder: string, act: 'refund' | 'change' = 'refund') => ({
    requestId: requestId.repeat(32),
    ticketNumber: ticket(1).ticketNumber,
    act,
    holder,
  });

  test('the same refund at two windows is permitted once; the lost answer is given again', () => {
    const requests = fc.array(
      fc.record({
        id: fc.constantFrom('1', '2', '3'),
        window: fc.constantFrom('pier/03', 'pier/04'),
        end: fc.constantFrom('lost', 'used', 'returned'),
      }),
      { maxLength: 20 },
    );
    const property = (remembers = true) =>
      fc.property(requests, (list) => {
        const journal: { kind: string; body: Record<string, unknown> }[] = [];
        // The holders refund out of contact: the authority hears of it only after the story.
        const refunded = new Set<string>();
        for (const { id, window, end } of list) {
          const request = ask(id, window);
          const open = remembers ? openPermits(journal).get(request.ticketNumber) : undefined;
          const decided = decidePermit(ticket(1), open, request);
          if (!decided.ok) continue;
          if (decided.value.entry) {
            expect(kindsOf([decided.value.entry])).toEqual(['permit.given']);
            journal.push(decided.value.entry);
          }
          const { requestId, ticketNumber } = request;
          if (end === 'used') refunded.add(requestId);
          if (end === 'returned' && !refunded.has(requestId))
            journal.push({ kind: 'permit.returned', body: { requestId, ticketNumber } });
        }
        expect(refunded.size).toBeLessThanOrEqual(1);
      });
    fc.assert(property());
    // Planted: an authority that forgets what it gave.
    expect(() => fc.assert(property(false))).toThrow(/Property failed/);
  });

  test('are taken by somebody until used or returned', () => {
    const given = openPermits([{ kind: 'permit.given', body: ask('1', 'pier/03') }]).get(
      ticket(1).ticketNumber,
    );
    expect(codeOf(decidePermit(ticket(1), given, ask('2', 'pier/04')))).toBe('afterSale.permitTaken');
    expect(decidePermit(ticket(1), given, ask('1', 'pier/03'))).toMatchObject({ value: { entry: null } });
    // Asked again by its holder after somebody went aboard with it: no more than a new one.
    const aboard = decidePermit(ticket(1, { state: 'boarded' }), given, ask('1', 'pier/03'));
    expect(codeOf(aboard)).toBe('afterSale.boarded');
    expect(codeOf(decidePermit(ticket(1), given, ask('1', 'pier/03', 'change')))).toBe(
      'afterSale.permitTaken',
    );
  });

  test('are not given for what is already refunded', () => {
    expect(codeOf(decidePermit(ticket(1, { state: 'refunded' }), undefined, ask('1', 'pier/03')))).toBe(
      'afterSale.refunded',
    );
  });
});
