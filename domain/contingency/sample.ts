import type { Effect, Plan, Scope } from '../../contract/contingency.ts';
import type { BusinessDate, DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import type { EndRecord, ExtendRecord, OrderRecord, RecordKey } from '../../contract/orders.ts';
import { createStateBook, type StateChange } from '../departures/state-book.ts';
import { instantOf } from '../time.ts';
import type { DepartureFacts } from './facts.ts';
import { createOrderBook, type KnownRecord } from './orders.ts';
import { createRuleBook, type RuleBook } from './rules.ts';

// Made-up plans, orders and departures, for tests and benches only.

export const DAY = '2025-06-15' as BusinessDate;
/** 08:00 of the sample day, half an hour before the first departure. */
export const morning = instantOf(DAY, '08:00');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Two offices that issue orders. */
export const here = 'a'.repeat(32) as LedgerId;
export const there = 'b'.repeat(32) as LedgerId;
export const window3 = 'pier/03' as WindowId;
export const settings = { freeAfterRestoredHours: 24 };

export function facts(departLocal: string, over: Partial<DepartureFacts> = {}): DepartureFacts {
  const lineId = over.lineId ?? 'w-pier-island';
  return {
    departureId: `${lineId}/${DAY}/${departLocal.replace(':', '')}`,
    lineId,
    mode: 'water',
    vesselKind: 'regular',
    fromPlaceId: 'pier',
    toPlaceId: 'island',
    date: DAY,
    departLocal,
    departAt: instantOf(DAY, departLocal),
    capacity: 250,
    ...over,
  };
}

export const fastBoat = facts('09:00', { lineId: 'w-fast', vesselKind: 'highSpeed', capacity: 100 });
export const ferry = facts('10:00');
export const coach = facts('11:00', { lineId: 'r-town', mode: 'road', vesselKind: 'coach', capacity: 49 });

export function plan(effects: readonly Effect[], over: Partial<Plan> = {}): Plan {
  return {
    format: 'so.plan.1',
    vocabulary: 1,
    id: 'sample',
    version: 1,
    name: '样例预案',
    approval: '',
    trigger: { manual: true, suggestedWhen: [] },
    authority: {
      switch: ['manager'],
      countersign: ['shiftLeader'],
      orderReference: 'required',
      measuredValue: 'required',
    },
    reviewEveryMin: 30,
    loosensAtMostMin: 720,
    scope: {},
    effects: [...effects],
    notices: { board: '', broadcast: '', text: '', ended: '' },
    ...over,
  };
}

const signed = (key: RecordKey, at: number) => ({
  ...key,
  at,
  window: window3,
  by: { number: '0001', role: 'manager' as const },
  countersignedBy: { number: '0002', role: 'shiftLeader' as const },
  reason: '样例',
  orderedBy: { organisation: '海事处', reference: '样例 1 号', at },
  measured: null,
});

export function order(
  n: number,
  of: Plan | readonly Effect[],
  over: Partial<OrderRecord> = {},
): { record: OrderRecord; plan: Plan } {
  const whole = 'effects' in of ? of : plan(of);
  const at = over.at ?? morning;
  return {
    record: {
      record: 'order',
      ...signed({ issuer: over.issuer ?? here, n }, at),
      plan: { id: whole.id, version: whole.version, hash: '0'.repeat(64) },
      scope: {},
      until: at + 2 * HOUR,
      ...over,
    },
    plan: whole,
  };
}

export const keyOf = ({ record }: { record: RecordKey }): RecordKey => ({
  issuer: record.issuer,
  n: record.n,
});

export function extension(
  n: number,
  of: RecordKey,
  at: number,
  until: number,
  issuer = here,
): { record: ExtendRecord } {
  return { record: { record: 'extend', ...signed({ issuer, n }, at), order: of, until } };
}

export function end(n: number, of: RecordKey, at: number, issuer = here): { record: EndRecord } {
  return { record: { record: 'end', ...signed({ issuer, n }, at), order: of } };
}

export function stateSet(
  n: number,
  state: Extract<StateChange, { what: 'set' }>['state'],
  scope: Scope,
  over: Partial<Extract<StateChange, { what: 'set' }>> = {},
): Extract<StateChange, { what: 'set' }> {
  return { what: 'set', key: { issuer: here, n }, at: morning, scope, state, supersedes: [], ...over };
}

export const only = (departure: DepartureFacts): Scope => ({
  departures: [departure.departureId as DepartureId],
});

export function ruleBook(records: readonly KnownRecord[], changes: readonly StateChange[] = []): RuleBook {
  return createRuleBook(createOrderBook(records), createStateBook(changes), settings);
}

export const at = (departure: DepartureFacts | null, window: string = window3) => ({
  window,
  channel: 'window' as const,
  departure,
});
