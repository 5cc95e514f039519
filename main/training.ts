import { requestSchema, type Answer, type EventMessage } from '../contract/envelope.ts';
import { isAllowed, trainingMethod, trainingRoles } from '../contract/permissions.ts';
import type { Person } from '../contract/people.ts';
import type { InForce } from '../contract/office.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../contract/refusals.ts';
import type { StationConfig } from '../contract/station.ts';
import type { Timetable } from '../domain/types.ts';
import { viewOf, type People } from './access/people.ts';
import type { PinCheck } from './access/verify.ts';
import type { DeskContext } from './desks/context.ts';
import type { Office } from './office-types.ts';
import { NetworkError, type FileStore, type Network } from './runtime.ts';

/** Folder of the training ledger inside the data folder. Emptied when training begins, when it ends, and at every start. */
export const TRAINING_FOLDER = 'training';

/**
 * What a training office borrows of the real one: who people are, what runs when, and what plans and states of departures say of it, all of it to
 * look at only. Never its ledger, keys or network.
 */
export interface TrainingLoan {
  timetable(): Timetable | undefined;
  people: People;
  pins: PinCheck;
  /** The rules in force at the real window, which are practised under. */
  asked: Pick<DeskContext, 'plans' | 'rules' | 'departures' | 'fees' | 'saleFees'>;
  /** What the status bar says of orders in force. */
  inForce(): InForce[];
  /** Calls back whenever plans, states or departures became other ones; gives what ends that. */
  follow(told: () => void): () => void;
}

/** What an office lets its training switch do inside it. */
export interface OfficeInside {
  loan: TrainingLoan;
  verify(number: string, pin: string): Promise<Outcome<Person>>;
  /** Why training may not begin now: a shift is open, sheets wait, somebody else is signed in. */
  inTheWay(session: string): Refusal | undefined;
  /** Reader and printer go to the training office and come back. */
  lendDevices(): void;
  takeDevicesBack(): void;
  /** Signs somebody in whose PIN was checked elsewhere. */
  admit(session: string, person: Person): void;
}

export interface OpenedOffice {
  office: Office;
  inside: OfficeInside;
}

/**
 * Puts training beside an office: a sign-in with `training` opens a second office on a ledger, keys and a window id of its own,
 * without network, and from then on that page session talks to it alone. Signing out ends it and wipes all of it.
 */
export function withTraining(
  real: OpenedOffice,
  files: FileStore,
  open: (files: FileStore, loan: TrainingLoan) => Promise<Outcome<OpenedOffice>>,
): Office {
  const { office, inside } = real;
  const listeners = new Set<{ session: string; listener: (event: EventMessage) => void }>();
  let training: { session: string; opened: OpenedOffice; ends: (() => void)[] } | undefined;
  let isBusy = false;

  async function begin(input: { number: string; pin: string }, session: string): Promise<Outcome<Person>> {
    if (training || isBusy) return refused('training.on');
    isBusy = true;
    try {
      const verified = await inside.verify(input.number, input.pin);
      if (!verified.ok) return verified;
      const person = verified.value;
      if (person.mustChangePin) return refused('access.changePinFirst');
      if (!isAllowed(trainingRoles, person.roles)) return refused('access.role');
      const obstacle = inside.inTheWay(session);
      if (obstacle) return { ok: false, refusal: obstacle };
      wipeTraining(files);
      inside.lendDevices();
      const store = subFolder(files, TRAINING_FOLDER);
      // The folder has to be there before a lock is laid into it.
      store.writeAtomic('README.txt', '培训模式的账本,随时清除,不是营业账。\n');
      const opened = await open(store, inside.loan);
      if (!opened.ok) {
        inside.takeDevicesBack();
        return opened;
      }
      opened.value.inside.admit(session, person);
      training = { session, opened: opened.value, ends: [] };
      for (const one of listeners) if (one.session === session) join(one.listener);
      return accepted(person);
    } finally {
      isBusy = false;
    }
  }

  function join(listener: (event: EventMessage) => void): void {
    if (!training) return;
    training.ends.push(training.opened.office.subscribe(training.session, listener));
  }

  async function end(): Promise<void> {
    const ending = training;
    if (!ending) return;
    training = undefined;
    for (const stop of ending.ends) stop();
    await ending.opened.office.stop();
    wipeTraining(files);
    inside.takeDevicesBack();
    for (const { session, listener } of listeners)
      if (session === ending.session) listener({ event: 'session.changed', data: {} });
  }

  wipeTraining(files);
  return {
    ...office,
    async call(request, session): Promise<Answer> {
      // Whatever is no sign-in concerns training only on its own page; its shape is looked at where it enters.
      if (training?.session !== session && methodOf(request) !== 'session.signIn')
        return office.call(request, session);
      const parsed = requestSchema.safeParse(request);
      if (!parsed.success) return office.call(request, session);
      const { id, method, params } = parsed.data;
      const refusedAnswer = (refusal: Refusal): Answer => ({ id, ok: false, refusal });
      if (training?.session === session) {
        if (!trainingMethod(method)) return refusedAnswer(refuse('training.notHere'));
        const answer = await training.opened.office.call(request, session);
        if (method === 'session.signOut' && answer.ok) await end();
        return answer;
      }
      // Reader and printer are lent: nobody begins real work here meanwhile.
      if (training || isBusy) return refusedAnswer(refuse('training.on'));
      const asked = trainingSignIn(params);
      if (!asked) return office.call(request, session);
      const begun = await begin(asked, session);
      return begun.ok ? { id, ok: true, result: viewOf(begun.value) } : refusedAnswer(begun.refusal);
    },
    subscribe(session, listener) {
      const one = { session, listener };
      listeners.add(one);
      const stop = office.subscribe(session, (event) => {
        // In training a page hears nothing of the real window.
        if (training?.session !== session) listener(event);
      });
      if (training?.session === session) join(listener);
      return () => {
        listeners.delete(one);
        stop();
      };
    },
    async stop() {
      await end();
      await office.stop();
    },
  };
}

const methodOf = (request: unknown): unknown =>
  typeof request === 'object' && request !== null && 'method' in request ? request.method : undefined;

function trainingSignIn(params: unknown): { number: string; pin: string } | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  const { number, pin, training, ...rest } = params as Record<string, unknown>;
  if (training !== true || typeof number !== 'string' || typeof pin !== 'string') return undefined;
  if (number.length > 16 || pin.length > 32 || Object.keys(rest).length > 0) return undefined;
  return { number, pin };
}

/** Everything of the training ledger, its keys included. */
export function wipeTraining(files: FileStore, folder: string = TRAINING_FOLDER): void {
  for (const name of files.list(folder)) {
    const path = `${folder}/${name}`;
    try {
      files.remove(path);
    } catch {
      wipeTraining(files, path);
    }
  }
}

/** A folder inside a folder, as a store of its own. */
function subFolder(files: FileStore, folder: string): FileStore {
  const at = (name: string): string => (name === '' ? folder : `${folder}/${name}`);
  return {
    folder: `${files.folder}/${folder}`,
    readText: (name) => files.readText(at(name)),
    writeAtomic: (name, text, mode) => files.writeAtomic(at(name), text, mode),
    writeSlot: (name, slot, text) => files.writeSlot(at(name), slot, text),
    copy: (from, to) => files.copy(at(from), at(to)),
    move: (from, to) => files.move(at(from), at(to)),
    remove: (name) => files.remove(at(name)),
    exists: (name) => files.exists(at(name)),
    sizeBytes: (name) => files.sizeBytes(at(name)),
    list: (name) => files.list(at(name)),
  };
}

/** Training reaches nobody. */
export const noNetwork: Network = {
  request: () => Promise.reject(new NetworkError('refused', 'training')),
};

/** What a training office knows of its window: no city, no host, nobody's name. */
export function trainingConfig(config: StationConfig): StationConfig {
  const { trial, station, window, devices, mask, access } = config;
  return {
    trial,
    station: { ...station, code: '0000' },
    window,
    devices,
    mask,
    staff: [],
    ...(access ? { access } : {}),
  };
}
