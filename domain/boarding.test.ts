import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DepartureId, TicketNumber } from '../contract/ids.ts';
import {
  categoryOf,
  decideBoarding,
  decideClaim,
  headsOf,
  isWithinLicence,
  ticketMeant,
  type Aboard,
  type BoardingGate,
  type BoardingState,
  type BoardingTicket,
} from './boarding.ts';
import { instantOf } from './time.ts';

const TODAY = '2026-11-21';
const SAILING = `wugongzhi-putuoshan/${TODAY}/1030` as DepartureId;
const DEPARTS = instantOf(TODAY, '10:30');
const NOW = instantOf(TODAY, '10:10');
const settings = { boardUntilMin: 30 };

const gate = (more: Partial<BoardingGate> = {}): BoardingGate => ({
  gate: '1 号检票口',
  departureId: SAILING,
  departAtMs: DEPARTS,
  mode: 'water',
  capacity: 100,
  state: 'open',
  aboard: { heads: 0, free: 0 },
  elsewhere: new Map(),
  ...more,
});
const ticket = (more: Partial<BoardingTicket> = {}): BoardingTicket => ({
  ticketNumber: '33092611210301000018' as TicketNumber,
  departureId: SAILING,
  departAtMs: DEPARTS,
  ticketClass: 'full',
  heads: 1,
  state: 'sold',
  replacedBy: null,
  aboard: null,
  ...more,
});
const state = (more: Partial<BoardingState> = {}): BoardingState => ({
  gate: gate(),
  ticket: ticket(),
  children: [],
  adultAboard: false,
  settings,
  ...more,
});
const codeOf = (given: BoardingState, nowMs = NOW): string => {
  const verdict = decideBoarding(given, nowMs);
  return verdict.admit ? 'admit' : verdict.refusal.code;
};

describe('who is let aboard', () => {
  test('a ticket of this sailing goes aboard at its open gate', () => {
    expect(decideBoarding(state(), NOW)).toEqual({ admit: true, tickets: [ticket()] });
  });

  test('a ticket admits once: the second time it says when and where it went aboard', () => {
    const verdict = decideBoarding(
      state({ ticket: ticket({ aboard: { atMs: NOW - 60_000, gate: '2 号检票口' } }) }),
      NOW,
    );
    expect(verdict).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.aboard', message: '此票已检:10:09,2 号检票口' },
    });
  });

  test.each([
    ['void', 'boarding.void'],
    ['refunded', 'boarding.refunded'],
    ['refundPending', 'boarding.refundPending'],
    ['replaced', 'boarding.replaced'],
  ] as const)('a %s ticket does not', (became, code) => {
    expect(codeOf(state({ ticket: ticket({ state: became }) }))).toBe(code);
  });

  test('a ticket that a counter has a permit to end does not, and is named with the window and what it does; a child of it neither', () => {
    const permit = { act: 'change' as const, windowNumber: 3 };
    const refusal = { code: 'boarding.permitOut', message: '票 …000018 正在 3 号窗口办理改签' };
    const held = ticket({ permit });
    expect(decideBoarding(state({ ticket: held }), NOW)).toMatchObject({ admit: false, refusal });
    expect(decideBoarding(state({ children: [held] }), NOW)).toMatchObject({ admit: false, refusal });
    expect(decideClaim(gate(), [ticket(), held], NOW)).toMatchObject(refusal);
    expect(decideClaim(gate(), [ticket()], NOW)).toBeUndefined();
    // What the permit was used for says more than that it is out.
    expect(codeOf(state({ ticket: ticket({ permit, state: 'replaced' }) }))).toBe('boarding.replaced');
  });

  test('a changed ticket names the one that took its place', () => {
    const replacedBy = '33092611210301000026' as TicketNumber;
    const verdict = decideBoarding(state({ ticket: ticket({ state: 'replaced', replacedBy }) }), NOW);
    expect(verdict).toMatchObject({ refusal: { message: `此票已改签或补办为 ${replacedBy}` } });
  });

  test('an unknown number and a training sheet do not', () => {
    expect(codeOf(state({ ticket: undefined }))).toBe('boarding.unknown');
    expect(codeOf(state({ isTraining: true }))).toBe('boarding.training');
    expect(codeOf(state({ ticket: undefined, isTraining: true }))).toBe('boarding.training');
  });

  test('another date, another departure and another gate are told apart', () => {
    const of = (departureId: string, departAtMs: number): BoardingTicket =>
      ticket({ departureId: departureId as DepartureId, departAtMs });
    const tomorrow = of('wugongzhi-putuoshan/2026-11-22/1030', DEPARTS + 86_400_000);
    const yesterday = of('wugongzhi-putuoshan/2026-11-20/1030', DEPARTS - 86_400_000);
    const later = of('wugongzhi-putuoshan/2026-11-21/1100', DEPARTS + 1_800_000);
    expect(codeOf(state({ ticket: tomorrow }))).toBe('boarding.otherDate');
    expect(codeOf(state({ ticket: yesterday }))).toBe('boarding.pastDate');
    expect(codeOf(state({ ticket: later }))).toBe('boarding.otherDeparture');
    const elsewhere = new Map([[later.departureId as string, '3 号检票口']]);
    expect(decideBoarding(state({ ticket: later, gate: gate({ elsewhere }) }), NOW)).toMatchObject({
      refusal: { code: 'boarding.otherGate', message: '请到3 号检票口检票(11:00 班次)' },
    });
  });

  test('nobody goes aboard before the gate opens, after it closed, or long after the timetable', () => {
    expect(codeOf(state({ gate: gate({ state: 'none' }) }))).toBe('gate.notOpen');
    expect(codeOf(state({ gate: gate({ state: 'closed' }) }))).toBe('boarding.gateClosed');
    expect(codeOf(state(), DEPARTS + 29 * 60_000)).toBe('admit');
    expect(codeOf(state(), DEPARTS + 30 * 60_000)).toBe('boarding.departed');
  });
});

describe('children', () => {
  const child = ticket({
    ticketNumber: '33092611210301000026' as TicketNumber,
    ticketClass: 'free_child',
    takes: 'head',
    withTicket: ticket().ticketNumber,
  });

  test('a free child goes aboard with its adult', () => {
    expect(decideBoarding(state({ children: [child] }), NOW)).toEqual({
      admit: true,
      tickets: [ticket(), child],
    });
  });

  test('a free child alone waits for its adult', () => {
    expect(codeOf(state({ ticket: child }))).toBe('boarding.withAdult');
    expect(codeOf(state({ ticket: child, adultAboard: true }))).toBe('admit');
  });

  test('an adult whose child would be one too many does not go aboard without it', () => {
    const full = gate({ aboard: { heads: 99, free: 0 } });
    expect(codeOf(state({ gate: full }))).toBe('admit');
    expect(codeOf(state({ gate: full, children: [child] }))).toBe('boarding.full');
  });
});

describe('the licence', () => {
  const coach = (aboard: Aboard): BoardingGate => gate({ mode: 'road', capacity: 38, aboard });
  const onQuota = ticket({ ticketClass: 'free_child', takes: 'quota' });

  test('a full coach still takes free children up to a tenth of its seats, and nobody else', () => {
    expect(codeOf(state({ gate: coach({ heads: 38, free: 0 }) }))).toBe('boarding.full');
    expect(codeOf(state({ gate: coach({ heads: 38, free: 2 }), ticket: onQuota }))).toBe('admit');
    expect(codeOf(state({ gate: coach({ heads: 38, free: 3 }), ticket: onQuota }))).toBe('boarding.full');
    expect(codeOf(state({ gate: coach({ heads: 37, free: 3 }) }))).toBe('admit');
  });

  test('on a ship a free child is a head like any other', () => {
    const ship = gate({ capacity: 38, aboard: { heads: 38, free: 0 } });
    expect(codeOf(state({ gate: ship, ticket: onQuota }))).toBe('boarding.full');
  });

  test('a vehicle is no head: it goes aboard a full ship', () => {
    const car = ticket({ ticketClass: 'vehicle', heads: 0 });
    expect(codeOf(state({ gate: gate({ aboard: { heads: 100, free: 0 } }), ticket: car }))).toBe('admit');
  });

  const anyTicket = fc.record({
    takes: fc.constantFrom('seat' as const, 'head' as const, 'quota' as const, 'none' as const),
    heads: fc.constantFrom(0, 1, 1, 1),
    became: fc.constantFrom('sold' as const, 'sold' as const, 'sold' as const, 'refunded' as const),
    children: fc.nat(3),
    unboards: fc.boolean(),
    again: fc.boolean(),
  });

  test('whatever comes to the gate, in any order, the licence holds and no ticket is aboard twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('water' as const, 'road' as const),
        fc.integer({ min: 1, max: 25 }),
        fc.array(anyTicket, { minLength: 1, maxLength: 60 }),
        (mode, capacity, people) => {
          const aboard = new Map<string, BoardingTicket>();
          const number = (n: number): TicketNumber => String(n).padStart(20, '0') as TicketNumber;
          for (const [index, person] of people.entries()) {
            const adult = ticket({
              ticketNumber: number(index * 10),
              takes: person.takes,
              heads: person.heads,
              state: person.became,
            });
            const children = Array.from({ length: person.children }, (_, n) =>
              ticket({
                ticketNumber: number(index * 10 + n + 1),
                ticketClass: 'free_child',
                takes: 'quota',
                withTicket: adult.ticketNumber,
              }),
            );
            const present = (): void => {
              const here = [...aboard.values()];
              const known = aboard.get(adult.ticketNumber);
              const verdict = decideBoarding(
                state({
                  gate: gate({ mode, capacity, aboard: headsOf(here, mode) }),
                  ticket: known ? { ...adult, aboard: { atMs: NOW, gate: '1' } } : adult,
                  children: children.filter(({ ticketNumber }) => !aboard.has(ticketNumber)),
                }),
                NOW,
              );
              if (!verdict.admit) return;
              for (const one of verdict.tickets) {
                expect(aboard.has(one.ticketNumber)).toBe(false);
                aboard.set(one.ticketNumber, one);
              }
            };
            present();
            if (person.unboards) aboard.delete(adult.ticketNumber);
            if (person.again) present();
            const now = headsOf([...aboard.values()], mode);
            expect(isWithinLicence({ mode, capacity }, now)).toBe(true);
            expect(now.heads).toBeLessThanOrEqual(capacity);
            if (mode === 'water') expect(now).toEqual({ heads: now.heads, free: 0 });
            else expect(now.heads + now.free).toBeLessThanOrEqual(capacity + Math.floor(capacity / 10));
            expect([...aboard.values()].every((one) => one.state === 'sold')).toBe(true);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

test('of several tickets of one document the one that can go aboard here is meant', () => {
  const other = ticket({
    departureId: 'wugongzhi-putuoshan/2026-11-21/1100' as DepartureId,
    departAtMs: DEPARTS + 1_800_000,
  });
  const far = ticket({
    departureId: 'wugongzhi-putuoshan/2026-11-25/1100' as DepartureId,
    departAtMs: DEPARTS + 4 * 86_400_000,
  });
  const gone = ticket({ state: 'refunded' });
  expect(ticketMeant([far, gone, other, ticket()], SAILING, NOW)).toEqual(ticket());
  expect(ticketMeant([far, gone, other], SAILING, NOW)).toEqual(gone);
  expect(ticketMeant([far, other], SAILING, NOW)).toEqual(other);
  expect(ticketMeant([], SAILING, NOW)).toBeUndefined();
});

test('passengers are counted by category, infants apart where the age is known', () => {
  expect(categoryOf({ ticketClass: 'full', heads: 1 }, null, 2)).toBe('adult');
  expect(categoryOf({ ticketClass: 'child_half', heads: 1 }, 8, 2)).toBe('child');
  expect(categoryOf({ ticketClass: 'free_child', heads: 1 }, 4, 2)).toBe('free');
  expect(categoryOf({ ticketClass: 'free_child', heads: 1 }, 1, 2)).toBe('infant');
  expect(categoryOf({ ticketClass: 'free_child', heads: 1 }, null, 2)).toBe('free');
  expect(categoryOf({ ticketClass: 'vehicle', heads: 0 }, null, 2)).toBe('vehicle');
});
