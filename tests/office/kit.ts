import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { trialFeed } from '../../city/shell/files.ts';
import type { Answer, EventMessage } from '../../contract/envelope.ts';
import type { Feed } from '../../contract/feed.ts';
import {
  officeMethods,
  type OfficeMethod,
  type OfficeOutput,
  type SaleResult,
} from '../../contract/office.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { StationConfig } from '../../contract/station.ts';
import { hashPin } from '../../main/access/pin.ts';
import { createOffice, type Office, type OfficeOptions } from '../../main/office.ts';
import type { DeviceProcessLauncher, Runtime } from '../../main/runtime.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { trialClerks, trialStation } from '../../main/trial-station.ts';
import {
  makeMachine,
  MORNING_MS,
  readMigrationFiles,
  readPlanFiles,
  type Machine,
} from '../support/machine.ts';
import { adult } from '../support/people.ts';
import { readBooks, type Books } from './books.ts';

/** No device is configured: the device process would have nothing to do. */
const noDevices: DeviceProcessLauncher = {
  start: (_onMessage, onExit) => ({ send: () => undefined, kill: () => onExit('killed') }),
};

export interface OpenOptions {
  machine?: Machine;
  nowMs?: number;
  runtime?: Partial<Runtime>;
  config?: Partial<StationConfig>;
  feed?: Feed;
  migrations?: OfficeOptions['migrations'];
  plans?: NonNullable<OfficeOptions['plans']>;
}

/** A whole office in this process on a real folder; the test owns its clock and timers. */
export interface TestOffice {
  office: Office;
  machine: Machine;
  events: EventMessage[];
  /** The answer as a page gets it. */
  ask(method: string, params?: unknown, commandId?: string, session?: string): Promise<Answer>;
  /** The result; a refusal fails the test. */
  ok<M extends OfficeMethod>(
    method: M,
    params?: unknown,
    commandId?: string,
    session?: string,
  ): Promise<OfficeOutput<M>>;
  /** The refusal; a result fails the test. */
  refusal(method: string, params?: unknown, commandId?: string, session?: string): Promise<Refusal>;
  signIn(clerk?: 0 | 1, session?: string): Promise<void>;
  openShift(floatFen?: number): Promise<OfficeOutput<'shifts.open'>>;
  /** Types in the `n`-th of the crowd. */
  holder(n: number): Promise<string>;
  /** What a page sends for full fares of some of the crowd, with the exact cash. */
  order(
    departureId: string,
    people: readonly number[],
    change?: Record<string, unknown>,
  ): Promise<Record<string, unknown>>;
  sell(departureId: string, people: readonly number[], change?: Record<string, unknown>): Promise<SaleResult>;
  books(): Books;
}

let staff: Promise<StationConfig['staff']> | undefined;
/** The two clerks of a trial; their PINs are hashed once. */
function clerks(): Promise<StationConfig['staff']> {
  staff ??= Promise.all(
    trialClerks.map(async ({ number, name, pin }) => ({
      number,
      name,
      role: 'clerk' as const,
      pin: await hashPin(pin, new Uint8Array(16)),
    })),
  );
  return staff;
}

export const stationConfig = async (change: Partial<StationConfig> = {}): Promise<StationConfig> => ({
  trial: false,
  station: { ...trialStation },
  window: 3,
  devices: [],
  staff: await clerks(),
  mask: { first: 6, last: 4 },
  ...change,
});

export async function tryOffice(options: OpenOptions = {}) {
  const machine = options.machine ?? makeMachine({ nowMs: options.nowMs ?? MORNING_MS });
  const { files, log } = machine.runtime;
  const runtime: Runtime = {
    ...machineRuntime({ files, log, devices: noDevices }),
    ...machine.runtime,
    ...options.runtime,
  };
  if (!runtime.files.exists('feed/own.json') || options.feed) {
    runtime.files.writeAtomic('feed/own.json', JSON.stringify(options.feed ?? trialFeed()));
  }
  const opened = await createOffice({
    runtime,
    config: await stationConfig(options.config),
    migrations: options.migrations ?? readMigrationFiles(),
    plans: options.plans ?? readPlanFiles(),
    program: 'station-office test',
  });
  return { opened, machine };
}

const running: { office: Office; machine: Machine }[] = [];

/** Ends every office that a test opened and removes its folder. */
export async function closeOffices(): Promise<void> {
  for (const { office } of running) await office.stop();
  for (const { machine } of running.splice(0)) machine.remove();
}

export async function openOffice(options: OpenOptions = {}): Promise<TestOffice> {
  const { opened, machine } = await tryOffice(options);
  if (!opened.ok) throw new Error(`${opened.refusal.code}: ${opened.refusal.message}`);
  const office = opened.value;
  running.push({ office, machine });
  return driver(office, machine);
}

/** Signed in as the first clerk, with a shift of 500 yuan. */
export async function openWindow(options: OpenOptions = {}): Promise<TestOffice> {
  const window = await openOffice(options);
  await window.signIn();
  await window.openShift();
  return window;
}

/** Ends the office in order and opens another on the same folder, at the time that the clock shows. */
export async function restart(before: TestOffice, options: OpenOptions = {}): Promise<TestOffice> {
  await before.office.stop();
  return openOffice({ machine: before.machine.restart(), ...options });
}

export function driver(office: Office, machine: Machine): TestOffice {
  const events: EventMessage[] = [];
  office.subscribe('page', (event) => events.push(event));
  let nextId = 0;
  const ask: TestOffice['ask'] = (method, params = {}, commandId, session = 'page') => {
    nextId += 1;
    return office.call(
      { id: nextId, method, params, ...(commandId === undefined ? {} : { commandId }) },
      session,
    );
  };
  const ok = async <M extends OfficeMethod>(
    method: M,
    ...rest: [unknown?, string?, string?]
  ): Promise<OfficeOutput<M>> => {
    const answer = await ask(method, ...rest);
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
    return answer.result as OfficeOutput<M>;
  };
  const window: TestOffice = {
    office,
    machine,
    events,
    ask,
    ok,
    async refusal(method, ...rest) {
      const answer = await ask(method, ...rest);
      if (answer.ok) throw new Error(`${method} was not refused`);
      return answer.refusal;
    },
    async signIn(clerk = 0, session) {
      const { number, pin } = trialClerks[clerk];
      await ok('session.signIn', { number, pin }, undefined, session);
    },
    openShift: (floatFen = 50_000) => ok('shifts.open', { floatFen }, newId()),
    holder: async (n) => (await ok('holders.type', { documentKind: '111', ...adult(n) })).holderRef,
    async order(departureId, people, change = {}) {
      const passengers = [];
      for (const n of people) passengers.push({ holderRef: await window.holder(n), ticketClass: 'full' });
      const { totalFen } = await ok('sales.quote', { departureId, passengers });
      return { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen, ...change };
    },
    sell: async (departureId, people, change) =>
      ok('sales.sell', await window.order(departureId, people, change), newId()),
    books: () => readBooks(machine.folder),
  };
  return window;
}

/** Number of the `n`-th ticket of a sale, the first unless told. */
export function numberOf(sale: SaleResult, n = 0): string {
  const ticket = sale.tickets[n];
  if (!ticket) throw new Error(`the sale has no ticket ${n}`);
  return ticket.ticketNumber;
}

export const newId = (): string => randomUUID();

/** Chinese words, a next step, and nothing of a program's insides. */
export function expectChinese(refusal: Refusal | undefined): void {
  if (!refusal) throw new Error('nothing was refused');
  expect(refusal.message).toMatch(/\p{Script=Han}/u);
  expect(refusal.next).toMatch(/\p{Script=Han}/u);
  expect(`${refusal.message}${refusal.next}`).not.toMatch(/undefined|NaN|Error|\bat \/|\{|\}/);
}

/** The method is refused with `code`, in Chinese, and the books are what they were, to the last seat and sheet. */
export async function expectRefused(
  window: TestOffice,
  code: Refusal['code'],
  method: string,
  params: unknown,
  commandId?: string,
): Promise<Refusal> {
  const before = window.books();
  expect(before.verified).toMatchObject({ ok: true });
  const isMutating = Object.hasOwn(officeMethods, method) && officeMethods[method as OfficeMethod].mutating;
  const refusal = await window.refusal(method, params, commandId ?? (isMutating ? newId() : undefined));
  expect(refusal.code).toBe(code);
  expectChinese(refusal);
  expect(window.books()).toEqual(before);
  return refusal;
}

/** The ferry to Putuoshan from this pier, free seats, 250 places. */
export const ferry = (hhmm = '1220', date = '2026-11-21'): string => `w-wgz-pts/${date}/${hhmm}`;
/** A minibus of six places, at 05:40. */
export const minibus = (date = '2026-11-22'): string => `r-dhk-nbjc/${date}/0540`;
