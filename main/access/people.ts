import { peopleDocumentSchema, type PeopleDocument, type Person } from '../../contract/people.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { PersonView } from '../../contract/office.ts';
import { roles } from '../../contract/roles.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { SealedSecret } from '../ledger/secrets.ts';
import type { PersonStore, StoredList } from './person-store.ts';

/** After a ledger was left behind other windows may hold versions that this one never saw: the next is above them. */
const AFTER_LOSS = 1_000;

/** What changed of whom: the journal's words for it. */
export type Change =
  | 'firstManager'
  | 'added'
  | 'changed'
  | 'suspended'
  | 'restored'
  | 'pinReset'
  | 'pinChanged';

/** A new version ready to be written: entry and sealed list belong into one transaction, then `done` makes it the one in force. */
export interface NextList {
  document: PeopleDocument;
  person: Person;
  secret: SealedSecret;
  entry: {
    kind: 'person.changed';
    body: {
      version: number;
      number: string;
      change: Change;
      roles: Person['roles'];
      state: Person['state'];
    };
  };
}

/** The people of the station: an own list, one taken from the host, or `station.json` until there is any. */
export interface People {
  source(): 'station.json' | 'own' | 'host';
  /** The list as it goes to other windows (over mutual TLS only: it holds PIN hashes); undefined before there is an own one. */
  current(): PeopleDocument | undefined;
  /**
   * Takes a list made by the station host; the caller stores what is returned and then calls {@link People.use}. An older one
   * and another one of the same version are refused (`people.older`), a malformed one too (`people.document`). `null` = known already.
   */
  take(document: unknown): Outcome<{ list: StoredList; secret: SealedSecret } | null>;
  /** A list taken from a host is an own one from now on; durable with its next change. */
  becomeAuthority(): void;
  /** Puts a stored list in force. */
  use(list: StoredList): void;
  all(): readonly Person[];
  find(number: string): Person | undefined;
  nameOf(number: string): string | undefined;
  /** Nobody can manage this station yet: the first manager is to be made. */
  needsFirstManager(): boolean;
  /**
   * The list with one person put in, ready to be written. Refuses `people.notHere` where the list comes from the host and
   * `people.lastManager` when nobody would be left to manage.
   */
  next(change: Change, person: Person, nowMs: number): Outcome<NextList>;
}

/** `changed` hears the number of whoever is in a new list, to look at their sessions again. */
export function createPeople(staff: StationConfig['staff'], store: PersonStore, changed: () => void): People {
  let stored = store.list();
  const configured: readonly Person[] = staff
    .toSorted((a, b) => (a.number < b.number ? -1 : 1))
    .map(({ number, name, role, alsoRoles = [], pin }) => ({
      number,
      name,
      roles: roles.filter((one) => one === role || alsoRoles.includes(one)),
      state: 'active',
      pin,
      mustChangePin: false,
      pinChangedAt: 0,
    }));
  let byNumber = indexed();

  function indexed(): Map<string, Person> {
    return new Map((stored?.document.people ?? configured).map((person) => [person.number, person]));
  }
  const all = (): readonly Person[] => [...byNumber.values()];

  return {
    source: () => (stored === undefined ? 'station.json' : stored.origin),
    current: () => stored?.document,
    take(raw) {
      const parsed = peopleDocumentSchema.safeParse(raw);
      if (!parsed.success)
        return refused('people.document', { detail: parsed.error.issues[0]?.path.join('.') ?? '' });
      const document = parsed.data;
      const known = stored?.document;
      if (known && document.version <= known.version) {
        const isSame =
          document.version === known.version && JSON.stringify(document) === JSON.stringify(known);
        return isSame
          ? accepted(null)
          : refused('people.older', { own: known.version, given: document.version });
      }
      if (!document.people.some(isManager)) return refused('people.lastManager');
      const list: StoredList = { origin: 'host', document };
      return accepted({ list, secret: store.sealList(list) });
    },
    becomeAuthority() {
      if (stored) stored = { ...stored, origin: 'own' };
    },
    use(list) {
      stored = list;
      byNumber = indexed();
      changed();
    },
    all,
    find: (number) => byNumber.get(number),
    nameOf: (number) => byNumber.get(number)?.name,
    needsFirstManager: () => stored === undefined && !configured.some(isManager),
    next(change, person, nowMs) {
      if (stored?.origin === 'host') return refused('people.notHere');
      const others = all().filter(({ number }) => number !== person.number);
      const people = [...others, person].toSorted((a, b) => (a.number < b.number ? -1 : 1));
      if (!people.some(isManager)) return refused('people.lastManager');
      const known = stored?.document.version ?? 0;
      const version = known + (stored && store.isInherited() ? AFTER_LOSS : 1);
      const document: PeopleDocument = { version, madeAt: nowMs, people };
      const { number, state } = person;
      return accepted({
        document,
        person,
        secret: store.sealList({ origin: 'own', document }),
        entry: {
          kind: 'person.changed',
          body: { version, number, change, roles: person.roles, state },
        },
      });
    },
  };
}

const isManager = ({ roles: has, state }: Person): boolean => state === 'active' && has.includes('manager');

/** A person as pages and sessions know them. */
export const viewOf = ({ number, name, roles: has }: Person): PersonView => ({
  number,
  name,
  roles: [...has],
});
