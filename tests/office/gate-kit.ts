import type { EventMessage } from '../../contract/envelope.ts';
import type { GateVerdict, OfficeOutput } from '../../contract/office.ts';
import type { Role } from '../../contract/roles.ts';
import { hashPin } from '../../main/access/pin.ts';
import { trialStaff } from '../../main/trial-station.ts';
import type { StationConfig } from '../../contract/station.ts';
import { newId, stationConfig, type TestOffice } from './kit.ts';

/** Page session of the gate; the clerk's is `page`. */
export const GATE = 'gate';

/** The two clerks and one person of every other role. */
export async function staffOfAllRoles(): Promise<StationConfig['staff']> {
  const clerks = (await stationConfig()).staff;
  const others = await Promise.all(
    trialStaff
      .filter(({ number }) => !clerks.some((clerk) => clerk.number === number))
      .map(async ({ number, name, pin, roles: [role] }) => ({
        number,
        name,
        role,
        pin: await hashPin(pin, new Uint8Array(16)),
      })),
  );
  return [...clerks, ...others];
}

export interface Gate {
  events: EventMessage[];
  open(departureId: string, gate?: string): Promise<OfficeOutput<'gate.open'>>;
  present(departureId: string, text: string, commandId?: string): Promise<GateVerdict>;
  verdicts(): GateVerdict[];
}

/** Somebody with this role signs in on a page of their own. */
export async function standAtGate(window: TestOffice, role: Role = 'gate', session = GATE): Promise<Gate> {
  const person = trialStaff.find(({ roles }) => roles.includes(role));
  if (!person) throw new Error(`nobody is ${role}`);
  const { number, pin } = person;
  const events: EventMessage[] = [];
  window.office.subscribe(session, (event) => events.push(event));
  await window.ok('session.signIn', { number, pin }, undefined, session);
  return {
    events,
    async open(departureId, gate) {
      const view = await window.ok(
        'gate.open',
        { departureId, ...(gate === undefined ? {} : { gate }) },
        newId(),
        session,
      );
      await window.ok('gate.attend', { departureId }, undefined, session);
      return view;
    },
    present: (departureId, text, commandId = newId()) =>
      window.ok('gate.present', { departureId, text }, commandId, session),
    verdicts: () =>
      events.filter(({ event }) => event === 'gate.verdict').map(({ data }) => data as GateVerdict),
  };
}
