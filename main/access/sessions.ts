import type { PersonView, Role } from '../../contract/office.ts';

/** Who is signed in on which page session. Kept in memory: a restart of the office asks for the PIN again. */
export interface Sessions {
  person(session: string): PersonView | null;
  signIn(session: string, person: PersonView): void;
  signOut(session: string): void;
  anyoneSignedIn(): boolean;
  mayCall(session: string, role: Role): boolean;
}

export function createSessions(): Sessions {
  const people = new Map<string, PersonView>();
  return {
    person: (session) => people.get(session) ?? null,
    signIn: (session, person) => void people.set(session, person),
    signOut: (session) => void people.delete(session),
    anyoneSignedIn: () => people.size > 0,
    mayCall(session, role) {
      if (role === 'public') return true;
      return people.get(session)?.role === role;
    },
  };
}
