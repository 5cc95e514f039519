import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../contract/roles.ts';
import type { StationConfig } from '../../contract/station.ts';
import { hashPin } from '../../main/access/pin.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { openOffice, type TestOffice } from './kit.ts';

let staff: Promise<StationConfig['staff']> | undefined;
/** Everybody of a trial, hashed once. */
export const everybody = (): Promise<StationConfig['staff']> =>
  (staff ??= Promise.all(
    trialStaff.map(async ({ number, name, pin, roles: [role] }) => ({
      number,
      name,
      role,
      pin: await hashPin(pin, new Uint8Array(16)),
    })),
  ));

/** Number and PIN of the trial's person with this role. */
export function of(role: Role): { number: string; pin: string } {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`no ${role}`);
  return { number: person.number, pin: person.pin };
}

/** An office with one person of every role, by `station.json`. */
export const openStation = async (): Promise<TestOffice> =>
  openOffice({ config: { staff: await everybody() } });

export async function as(window: TestOffice, role: Role, session?: string): Promise<void> {
  await window.ok('session.signIn', of(role), undefined, session);
}

/** Somebody whom the manager adds. */
export const added = {
  number: '0120',
  name: '样例新',
  ticketName: null,
  roles: ['clerk', 'gate'],
  newPin: '739162',
};
export const kindsOf = (window: TestOffice): string[] => window.books().kinds;

/** Every file of a data folder, byte for byte. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}
