import type { OfficeMethod, PersonView } from '../../contract/office.ts';
import {
  isAllowed,
  limitedMethods,
  permissions,
  type Limit,
  type Permission,
} from '../../contract/permissions.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';

/** Why a session is locked: nobody at the keys, asked for, or the same person is at another window now. */
export type LockedWhy = 'idle' | 'asked' | 'elsewhere';

/** How a sign-in stands. */
export interface SignedIn {
  person: PersonView;
  limit: Limit | null;
  why: LockedWhy | null;
}

/** Who is signed in on which page session. Kept in memory: a restart of the office asks for the PIN again. */
export interface Sessions {
  /** Also while the session is locked: it is still theirs. */
  person(session: string): PersonView | null;
  state(session: string): SignedIn | null;
  signIn(session: string, person: PersonView, limit?: Limit): void;
  signOut(session: string): void;
  /**
   * On any page, locked or not: a card that lies on the reader while the screen is locked is read, told to nobody, and not read a second
   * time when it opens.
   */
  anyoneSignedIn(): boolean;
  /** On any page but this one, locked or not. */
  anyoneBut(session: string): boolean;
  /** Everybody who is signed in on some page, each once. */
  people(): PersonView[];
  /** Whether this page may hear or see: asked with a row of `contract/permissions.ts`. A limited session has what is public. */
  may(session: string, permission: Permission): boolean;
  /** Why this page may not call a method; undefined = it may. */
  refusal(session: string, method: OfficeMethod): Refusal | undefined;
  /** False when there is nobody or it is locked already. */
  lock(session: string, why: LockedWhy): boolean;
  /** Takes the limit away: the right PIN was given, or a new one chosen. */
  lift(session: string): void;
  /** Somebody is at the keys: from now on this session is watched for silence. */
  alive(session: string, atMonotonicMs: number): void;
  /** Locks what said it was alive and has been silent since before `sinceMonotonicMs`. Returns whether any was. */
  lockSilent(sinceMonotonicMs: number): boolean;
  /** Sessions of a person. */
  of(number: string): string[];
  /** The list changed: names and roles are taken anew, whoever `find` does not know any more is signed out. */
  refresh(find: (number: string) => PersonView | undefined): void;
}

export function createSessions(): Sessions {
  const signedIn = new Map<string, SignedIn>();
  const aliveAt = new Map<string, number>();
  const may: Sessions['may'] = (session, permission) => {
    const state = signedIn.get(session);
    return isAllowed(permission, state && state.limit === null ? state.person.roles : null);
  };
  const lock: Sessions['lock'] = (session, why) => {
    const state = signedIn.get(session);
    if (!state || state.limit !== null) return false;
    signedIn.set(session, { ...state, limit: 'locked', why });
    return true;
  };
  const signOut: Sessions['signOut'] = (session) => {
    signedIn.delete(session);
    aliveAt.delete(session);
  };
  return {
    person: (session) => signedIn.get(session)?.person ?? null,
    state: (session) => signedIn.get(session) ?? null,
    signIn(session, person, limit) {
      aliveAt.delete(session);
      signedIn.set(session, { person, limit: limit ?? null, why: null });
    },
    signOut,
    anyoneSignedIn: () => signedIn.size > 0,
    anyoneBut: (but) => [...signedIn.keys()].some((session) => session !== but),
    people: () => [...new Map([...signedIn.values()].map(({ person }) => [person.number, person])).values()],
    may,
    refusal(session, method) {
      const permission = permissions[method];
      if (may(session, permission)) return undefined;
      const state = signedIn.get(session);
      if (!state) return refuse('access.signInFirst');
      if (state.limit === null) return refuse('access.role');
      const open: readonly OfficeMethod[] = limitedMethods[state.limit];
      if (open.includes(method)) return undefined;
      return refuse(state.limit === 'locked' ? 'access.sessionLocked' : 'access.changePinFirst');
    },
    lock,
    lift(session) {
      const state = signedIn.get(session);
      if (state) signedIn.set(session, { ...state, limit: null, why: null });
    },
    alive: (session, atMonotonicMs) => {
      if (signedIn.has(session)) aliveAt.set(session, atMonotonicMs);
    },
    lockSilent(sinceMonotonicMs) {
      let any = false;
      for (const [session, atMs] of aliveAt) if (atMs < sinceMonotonicMs) any = lock(session, 'idle') || any;
      return any;
    },
    of: (number) =>
      [...signedIn].filter(([, { person }]) => person.number === number).map(([session]) => session),
    refresh(find) {
      for (const [session, state] of signedIn) {
        const person = find(state.person.number);
        if (person) signedIn.set(session, { ...state, person });
        else signOut(session);
      }
    },
  };
}
