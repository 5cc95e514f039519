import { describe, expect, it } from 'vitest';
import { commandIdSchema, ticketNumberSchema } from '../../contract/ids.ts';
import { isTask, needsRecovery, type Recovery } from './recovery.ts';

const nothing: Recovery = {
  commands: [],
  prints: [],
  printsWaiting: 0,
  unsent: { entries: 0, oldestAt: null },
  shift: null,
};
const command = {
  commandId: commandIdSchema.parse('0'.repeat(32)),
  method: 'sales.sell',
  at: 1,
  result: null,
};
const print: Recovery['prints'][number] = {
  ticketNumber: ticketNumberSchema.parse('33092611210301000018'),
  departureId: 'wugongzhi-putuoshan/2026-11-21/0920' as never,
  soldAt: 1,
  print: { state: 'unknown', copy: 1 },
};
const succession = {
  why: 'older',
  at: 1,
  fromSeq: 1,
  anchorSeq: 2,
  frozenThrough: null,
  frozenDepartures: 0,
} as const;

describe('the recovery page', () => {
  it('does not stop a clerk when nothing was left open, nor for what goes up to the city by itself', () => {
    expect(needsRecovery(nothing, [], true)).toBe(false);
    expect(needsRecovery({ ...nothing, unsent: { entries: 9, oldestAt: 1 } }, [], true)).toBe(false);
  });

  it('shows sheets of unknown fate after a start, and leaves them to the sold list later', () => {
    const left = { ...nothing, prints: [print] };
    expect([needsRecovery(left, [], true), needsRecovery(left, [], false)]).toEqual([true, false]);
    expect(isTask(left, [])).toBe(true);
  });

  it('shows an answer that nobody saw and a new ledger whenever they are there', () => {
    expect(needsRecovery(nothing, [command], false)).toBe(true);
    const unconfirmed = { ...nothing, succession: { ...succession, confirmed: false } };
    const confirmed = { ...nothing, succession: { ...succession, confirmed: true } };
    expect([needsRecovery(unconfirmed, [], false), needsRecovery(confirmed, [], true)]).toEqual([
      true,
      false,
    ]);
  });

  it('is no task when only sheets wait for the printer', () => {
    const waiting = { ...nothing, printsWaiting: 2 };
    expect([needsRecovery(waiting, [], true), isTask(waiting, [])]).toEqual([true, false]);
  });
});
