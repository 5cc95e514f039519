import type { PersonView } from '../../contract/office.ts';
import { isAllowed, type Permission } from '../../contract/permissions.ts';

/** Who is signed in on which page session. Kept in memory: a restart of the office asks for the PIN again. */
export interface Sessions {
  person(session: string): PersonView | null;
  signIn(session: string, person: PersonView): void;
  signOut(session: string): void;
  anyoneSignedIn(): boolean;
  /** Whether this page may: asked with a row of `contract/permissions.ts`. */
  may(session: string, permission: Permission): boolean;
}

export function createSessions(): Sessions {
  const people = new Map<string, PersonView>();
  return {
    person: (session) => people.get(session) ?? null,
    signIn: (session, person) => void people.set(session, person),
    signOut: (session) => void people.delete(session),
    anyoneSignedIn: () => people.size > 0,
    may: (session, permission) => isAllowed(permission, people.get(session)?.roles ?? null),
  };
}
