import type { WindowId } from '../../contract/ids.ts';
import type { PeopleDocument } from '../../contract/people.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { DeskContext } from '../desks/context.ts';
import { writeOfficeEntries } from '../desks/journal.ts';
import { writeList } from '../desks/people.ts';

/** What the station host's link does with people: carries the list down, one's own PIN up, and tells who went where. */
export interface AccessPort {
  /** The list of people for other windows: over mutual TLS only, it holds PIN hashes. Undefined before there is an own one. */
  current(): PeopleDocument | undefined;
  /**
   * At another window: stores a list that the host made, sealed, and puts it in force at once; known already = nothing
   * happens. Refuses `people.older`, `people.document`, `people.lastManager`.
   */
  take(document: unknown): Outcome<null>;
  /** A window becomes the host: the list it took is its own from now on, and is changed here. */
  becomeAuthority(): void;
  /** At the host: somebody chose a new PIN at another window, which has checked the old one. */
  changePin(number: string, storedPin: string): Outcome<null>;
  /** At another window: how a PIN chosen here reaches the host. Without it such a change is refused (`people.notHere`). */
  carryPins(carry: (number: string, storedPin: string) => Promise<Outcome<null>>): void;
  /** The same person signed in at `byWindow`: their sessions here are locked and it is journalled. Returns how many. */
  signedInElsewhere(number: string, byWindow: WindowId): number;
  /** Hears the number of whoever signs in here, or takes a locked session back. Returns the end of it. */
  onSignedIn(listener: (number: string) => void): () => void;
}

export interface AccessEvents {
  signedIn(number: string): void;
  changePinAtHost(number: string, storedPin: string): Promise<Outcome<null>>;
}

export function createAccessPort(context: () => DeskContext): { port: AccessPort; events: AccessEvents } {
  const listeners = new Set<(number: string) => void>();
  let carry: ((number: string, storedPin: string) => Promise<Outcome<null>>) | undefined;
  const port: AccessPort = {
    current: () => context().people.current(),
    take(document) {
      const { people } = context();
      const taken = people.take(document);
      if (!taken.ok || taken.value === null) return taken.ok ? accepted(null) : taken;
      const { list, secret } = taken.value;
      const body = { version: list.document.version, people: list.document.people.length };
      writeOfficeEntries(context(), [{ kind: 'people.taken', body }], 'office', { secrets: [secret] });
      people.use(list);
      context().changed();
      return accepted(null);
    },
    becomeAuthority: () => context().people.becomeAuthority(),
    changePin(number, storedPin) {
      const { people, runtime } = context();
      const before = people.find(number);
      if (!before || before.state !== 'active') return refused('people.unknown', { number });
      const nowMs = runtime.clock.nowMs();
      const person = { ...before, pin: storedPin, mustChangePin: false, pinChangedAt: nowMs };
      const next = people.next('pinChanged', person, nowMs);
      if (!next.ok) return next;
      writeList(context(), next.value, number);
      context().changed();
      return accepted(null);
    },
    carryPins(by) {
      carry = by;
    },
    signedInElsewhere(number, byWindow) {
      const { sessions, emit } = context();
      const locked = sessions.of(number).filter((session) => sessions.lock(session, 'elsewhere'));
      if (locked.length === 0) return 0;
      writeOfficeEntries(context(), [{ kind: 'session.takenOver', body: { clerkNumber: number, byWindow } }]);
      emit('session.changed', {});
      context().changed();
      return locked.length;
    },
    onSignedIn(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    port,
    events: {
      signedIn: (number) => {
        for (const listener of listeners) listener(number);
      },
      changePinAtHost: (number, storedPin) =>
        carry ? carry(number, storedPin) : Promise.resolve(refused('people.notHere')),
    },
  };
}
