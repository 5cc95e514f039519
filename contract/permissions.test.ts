import { expect, test } from 'vitest';
import { officeEvents, officeMethods } from './office.ts';
import {
  eventPermissions,
  isAllowed,
  mayCall,
  permissions,
  roles,
  secondSignatures,
  withoutPermission,
} from './permissions.ts';

test('every method of the office API says who may call it, and nothing else does', () => {
  expect(withoutPermission(Object.keys(officeMethods))).toEqual([]);
  expect(Object.keys(permissions).filter((name) => !Object.hasOwn(officeMethods, name))).toEqual([]);
  expect(Object.keys(eventPermissions).toSorted()).toEqual(Object.keys(officeEvents).toSorted());
});

test('a method that was forgotten is named, with the place where it belongs', () => {
  expect(withoutPermission(['sales.sell', 'gate.board'])).toEqual([
    'gate.board has no row: add who may call it to contract/permissions.ts',
  ]);
});

test('a row names each role once and is open to somebody', () => {
  for (const [name, permission] of Object.entries(permissions)) {
    if (permission === 'public') continue;
    expect(new Set(permission).size, name).toBe(permission.length);
    expect(permission.length, name).toBeGreaterThan(0);
  }
});

test('one role of several is enough, and nobody signed in is enough for what is public only', () => {
  expect(mayCall('sales.sell', ['gate', 'clerk'])).toBe(true);
  expect(mayCall('sales.sell', ['gate', 'auditor', 'technician', 'manager'])).toBe(false);
  expect(mayCall('sales.sell', null)).toBe(false);
  expect(mayCall('sales.sell', [])).toBe(false);
  expect(isAllowed('public', null)).toBe(true);
  expect(isAllowed(roles, ['auditor'])).toBe(true);
});

test('every method that takes a second signature says who may give it, and no other does', () => {
  const taking = Object.entries(officeMethods)
    .filter(([, { input }]) => 'secondSignature' in input.shape)
    .map(([name]) => name);
  expect(Object.keys(secondSignatures).toSorted()).toEqual(taking.toSorted());
});
