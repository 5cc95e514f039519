import { rmSync } from 'node:fs';
import { trialFeed } from '../../../city/shell/files.ts';
import { eventSchema, type Answer, type EventMessage } from '../../../contract/envelope.ts';
import { officeEvents, type OfficeEvent } from '../../../contract/office.ts';
import { refused, accepted } from '../../../contract/refusals.ts';
import type { StationConfig } from '../../../contract/station.ts';
import { hashPin, isPin } from '../../../main/access/pin.ts';
import { createOffice, type Office } from '../../../main/office.ts';
import { NetworkError, type DeviceProcessLauncher } from '../../../main/runtime.ts';
import { makeMachine, readMigrationFiles, type Machine } from '../../support/machine.ts';
import { citizenNumber } from '../../support/people.ts';
import type { Dice } from '../dice.ts';
import { must } from '../fuzzer.ts';
import { scratchFolder } from '../scratch.ts';

export const PIN = '246810';
/** Somebody else, for second signatures. */
export const SECOND = '0301';
export const CLERK = '0107';
export const SIGNED_IN = 'page-a';
export const STRANGER = 'page-b';

/** An office in this process with time, chance and a device process that the round owns. */
export interface FuzzOffice {
  office: Office;
  machine: Machine;
  /** Events that came to the signed-in page, all of them held against the contract. */
  events: EventMessage[];
  call(method: string, params?: unknown, commandId?: string): Promise<Answer>;
  lastDefect(): string;
  stop(): Promise<void>;
}

/** `scrypt` at its cheapest: what it costs is not the question here. */
async function cheapPin(): Promise<string> {
  const { scryptSync } = await import('node:crypto');
  const salt = new Uint8Array(16);
  const key = scryptSync(PIN, salt, 32, { N: 16, r: 8, p: 1 });
  const stored = `scrypt$16$8$1$${Buffer.from(salt).toString('base64url')}$${key.toString('base64url')}`;
  must(await isPin(PIN, stored), 'the PIN of the round is not right', typeof hashPin);
  return stored;
}

/** A device process whose printer ends every sheet as chance will have it, and whose reader reads a crowd. */
function devicesOf(dice: Dice, machine: Machine): DeviceProcessLauncher {
  return {
    start(onMessage, onExit) {
      const later = (message: unknown): void =>
        void machine.runtime.timers.setTimeout(() => onMessage(message), 5);
      later({ event: 'ready', pid: 1 });
      const state = { event: 'device.state', state: 'ready', detail: 'none' };
      later({ ...state, deviceId: 'printer', kind: 'printer', paper: 'ok' });
      later({ ...state, deviceId: 'reader', kind: 'id-reader', paper: 'unknown' });
      return {
        send(message) {
          const { command, jobId, n } = message as { command: string; jobId?: string; n?: number };
          if (command === 'ping') {
            later({ event: 'pong', n });
            if (dice.once(30)) later({ event: 'card.read', deviceId: 'reader', document: cardOf(dice) });
          }
          if (command !== 'print') return;
          const outcome = dice.pick(['confirmed', 'unknown', 'failed']);
          later({ event: 'print.started', jobId, deviceId: 'printer' });
          later({
            event: 'print.finished',
            jobId,
            deviceId: 'printer',
            outcome,
            ...(outcome !== 'confirmed' && { reason: 'paperOut' }),
          });
        },
        kill: () => onExit('killed'),
      };
    },
  };
}

function cardOf(dice: Dice): object {
  return {
    kind: 'residentId',
    name: '演练甲',
    number: citizenNumber('19900101', dice.below(999)),
    sex: 'male',
    birthDate: '1990-01-01',
    validFrom: '2020-01-01',
    validTo: 'longTerm',
  };
}

export async function openFuzzOffice(dice: Dice, withTrial: boolean): Promise<FuzzOffice> {
  const folder = scratchFolder();
  const machine = makeMachine({ folder, seed: dice.below(1_000_000) });
  machine.runtime.files.writeAtomic('feed/own.json', JSON.stringify(trialFeed()));
  const config: StationConfig = {
    trial: withTrial,
    station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
    window: 3,
    devices: [
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: '/dev/a' },
      { id: 'printer', kind: 'printer', driver: 'escpos', path: '/dev/b' },
    ],
    staff: [
      { number: CLERK, name: '测试丙', role: 'clerk', alsoRoles: ['manager'], pin: await cheapPin() },
      { number: SECOND, name: '样例班', role: 'shiftLeader', pin: await cheapPin() },
    ],
    mask: { first: 6, last: 4 },
  };
  const done = (): Promise<void> => Promise.resolve();
  const opened = await createOffice({
    runtime: {
      ...machine.runtime,
      network: { request: () => Promise.reject(new NetworkError('refused', 'no network')) },
      devices: devicesOf(dice, machine),
    },
    config,
    migrations: readMigrationFiles(),
    program: 'fuzz',
    trial: {
      people: () => [{ id: 'p1', name: '演练甲', note: '成人' }],
      layCard: (person) =>
        Promise.resolve(person === 'p1' ? accepted(null) : refused('trial.unknownPerson', { person: '?' })),
      removeCard: done,
      readerPower: done,
      link: done,
      paper: done,
      clerks: () => [{ number: CLERK, name: '测试丙', pin: PIN, roles: ['clerk'] }],
    },
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const office = opened.value;
  const events: EventMessage[] = [];
  const hear = (event: EventMessage): void => {
    must(
      eventSchema.safeParse(event).success && Object.hasOwn(officeEvents, event.event),
      'an event that no page knows',
      event,
    );
    const fits = officeEvents[event.event as OfficeEvent].safeParse(event.data);
    must(fits.success, 'an event that does not fit the contract', event);
    if (events.length > 200) events.splice(0, 100);
    events.push(event);
  };
  office.subscribe(SIGNED_IN, hear);
  office.subscribe(STRANGER, (event) => {
    hear(event);
    must(
      !['reader.card', 'reader.unreadable', 'print.changed'].includes(event.event),
      'a name goes to a page on which nobody has signed in',
      event,
    );
  });
  let isStopped = false;
  return {
    office,
    machine,
    events,
    call: (method, params = {}, commandId) =>
      office.call({ id: 1, method, params, ...(commandId !== undefined && { commandId }) }, SIGNED_IN),
    lastDefect: () =>
      JSON.stringify(machine.logged.findLast(({ level }) => level === 'error') ?? 'nothing logged'),
    async stop() {
      if (isStopped) return;
      isStopped = true;
      await office.stop();
    },
  };
}

export function removeOffice({ machine }: FuzzOffice): void {
  rmSync(machine.folder, { recursive: true, force: true });
}
