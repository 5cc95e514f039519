import { expect, test } from 'vitest';
import { SW3, verdictOf } from './status-codes.ts';

/** Device protocols 1.5, row by row: the code, and what the host does. */
test.each([
  [0x10, 'checksum error', { action: 'repeat', problem: 'garbled' }],
  [0x11, 'length error', { action: 'repeat', problem: 'garbled' }],
  [0x21, 'command error', { action: 'giveUp', problem: 'readerRefuses' }],
  [0x23, 'not permitted', { action: 'giveUp', problem: 'readerRefuses' }],
  [0x24, 'unrecognised error', { action: 'restart', problem: 'readFailed' }],
  [0x31, 'card rejected module', { action: 'restart', problem: 'cardRefusesReader' }],
  [0x32, 'module rejected card', { action: 'giveUp', problem: 'suspectCard' }],
  [0x33, 'information check failed', { action: 'giveUp', problem: 'suspectCard' }],
  [0x40, 'unknown card type', { action: 'giveUp', problem: 'notAnIdCard' }],
  [0x41, 'read failed', { action: 'restart', problem: 'readFailed' }],
  [0x47, 'no random number', { action: 'restart', problem: 'readFailed' }],
  [0x60, 'self-test failed', { action: 'fault', detail: 'readerSelfTest' }],
  [0x66, 'module not authorised', { action: 'fault', detail: 'readerNotAuthorised' }],
  [0x81, 'select failed', { action: 'restart', problem: 'selectFailed' }],
] as const)('%i (%s) is judged as the protocol has it', (sw3, _meaning, verdict) => {
  expect(verdictOf(sw3)).toEqual(verdict);
});

test('the eighteen codes of the protocol have names, and no other', () => {
  const codes = [
    0x90, 0x91, 0x9f, 0x10, 0x11, 0x21, 0x23, 0x24, 0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x60, 0x66, 0x80,
    0x81,
  ];
  expect(new Set(Object.values(SW3))).toEqual(new Set(codes));
});

test('success in the wrong place, a card that went, and a byte that no document names: the card is tried again', () => {
  for (const sw3 of [SW3.ok, SW3.noSuchItem, SW3.found, SW3.noCard, 0x00, 0x42, 0xff])
    expect(verdictOf(sw3)).toEqual({ action: 'restart', problem: 'readFailed' });
});
