import type { EntryBody } from '../../contract/entries.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { Person } from '../../contract/people.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { roles as allRoles } from '../../contract/roles.ts';
import { hashPin } from '../access/pin.ts';
import { choosePin } from '../access/pin-rules.ts';
import type { Change, NextList } from '../access/people.ts';
import type { Caller, Decision, DeskContext, Mutation, AnswerEntry } from './context.ts';
import { writeOfficeEntries } from './journal.ts';

const SALT_BYTES = 16;

type Changed = OfficeOutput<'people.add'>;

/** Writes a new list that no command asked for (one's own PIN, the first manager): entry and secret in one transaction. */
export function writeList(context: DeskContext, next: NextList, actor: string): void {
  writeOfficeEntries(context, [next.entry], actor, { secrets: [next.secret] });
  context.people.use({ origin: 'own', document: next.document });
}

/** The station's own list of people, kept by the manager. */
export function createPeopleDesk(context: DeskContext) {
  const { people, pins, runtime, config } = context;

  const decided = (change: Change, person: Person, nowMs: number): Outcome<Decision> => {
    const next = people.next(change, person, nowMs);
    if (!next.ok) return next;
    const { entry, secret, document } = next.value;
    return accepted({
      entries: [entry],
      secrets: [secret],
      afterwards: () => people.use({ origin: 'own', document }),
    });
  };
  const known = (number: string): Outcome<Person> => {
    const person = people.find(number);
    return person ? accepted(person) : refused('people.unknown', { number }, 'params.number');
  };
  /** A one-time PIN of the manager's choice, hashed. */
  const oneTimePin = async (number: string, newPin: string): Promise<Outcome<string>> => {
    const least = config.access?.leastPinDigits;
    const chosen = choosePin(newPin, { number, ...(least === undefined ? {} : { least }) });
    if (!chosen.ok) return chosen;
    return accepted(await hashPin(chosen.value, runtime.random.bytes(SALT_BYTES)));
  };

  const add: Mutation<OfficeInput<'people.add'>, Changed, string> = {
    prepare: ({ number, newPin }) => oneTimePin(number, newPin),
    decide({ number, name, ticketName, roles }, _caller, nowMs, _commandId, pin) {
      if (pin === undefined) throw new Error('somebody added without a PIN');
      if (people.find(number)) return refused('people.numberTaken', { number }, 'number');
      const person: Person = {
        number,
        name,
        ...(ticketName === null ? {} : { ticketName }),
        roles: inOrder(roles),
        state: 'active',
        pin,
        mustChangePin: true,
        pinChangedAt: nowMs,
      };
      return decided('added', person, nowMs);
    },
    answer: changedPerson,
  };

  const change: Mutation<OfficeInput<'people.change'>, Changed> = {
    decide({ number, name, ticketName, roles }, _caller, nowMs) {
      const before = known(number);
      if (!before.ok) return before;
      const { ticketName: _old, ...rest } = before.value;
      const person: Person = {
        ...rest,
        name,
        ...(ticketName === null ? {} : { ticketName }),
        roles: inOrder(roles),
      };
      if (JSON.stringify(sorted(person)) === JSON.stringify(sorted(before.value)))
        return refused('people.already');
      return decided('changed', person, nowMs);
    },
    answer: changedPerson,
  };

  const moved = (to: Person['state'], word: Change): Mutation<{ number: string }, Changed> => ({
    decide({ number }, caller, nowMs) {
      const before = known(number);
      if (!before.ok) return before;
      if (before.value.state === to) return refused('people.already');
      if (to === 'suspended' && number === caller.person?.number) return refused('people.self');
      return decided(word, { ...before.value, state: to }, nowMs);
    },
    answer: changedPerson,
  });

  const resetPin: Mutation<OfficeInput<'people.resetPin'>, Changed, string> = {
    prepare: ({ number, newPin }) => oneTimePin(number, newPin),
    decide({ number }, caller, nowMs, _commandId, pin) {
      if (pin === undefined) throw new Error('a PIN reset without a PIN');
      const before = known(number);
      if (!before.ok) return before;
      // One's own PIN is changed with the old one, never by the manager's power.
      if (number === caller.person?.number) return refused('people.ownPin');
      return decided('pinReset', { ...before.value, pin, mustChangePin: true, pinChangedAt: nowMs }, nowMs);
    },
    answer: changedPerson,
  };

  const unlock: Mutation<OfficeInput<'people.unlock'>, OfficeOutput<'people.unlock'>> = {
    decide({ number }, caller) {
      const { countersignedBy } = caller;
      if (countersignedBy === undefined) throw new Error('a lock lifted without a second signature');
      if (!known(number).ok) return known(number) as Outcome<never>;
      if (pins.lockOf(number).wrongInARow === 0) return refused('people.notLocked', { number });
      return accepted({
        entries: [{ kind: 'access.unlocked', body: { number, countersignedBy } }],
        afterwards: () => pins.unlock(number),
      });
    },
    answer(entries) {
      return bodyOf(entries, 'access.unlocked');
    },
  };

  return {
    'people.add': add,
    'people.change': change,
    'people.suspend': moved('suspended', 'suspended'),
    'people.restore': moved('active', 'restored'),
    'people.resetPin': resetPin,
    'people.unlock': unlock,
    'people.list'(_input: OfficeInput<'people.list'>, _caller: Caller): Outcome<OfficeOutput<'people.list'>> {
      const isListed = people.source() !== 'station.json';
      return accepted({
        source: people.source(),
        version: people.current()?.version ?? 0,
        people: people.all().map((person) => ({
          number: person.number,
          name: person.name,
          ticketName: person.ticketName ?? null,
          roles: [...person.roles],
          state: person.state,
          mustChangePin: person.mustChangePin,
          pinChangedAt: isListed ? person.pinChangedAt : null,
          ...pins.lockOf(person.number),
        })),
      });
    },
  };
}

/** In the order of the contract, so that the same roles are the same list. */
const inOrder = (roles: readonly string[]): Person['roles'] =>
  allRoles.filter((role) => roles.includes(role));
const sorted = ({ number, name, ticketName, roles }: Person): unknown => [number, name, ticketName, roles];

function bodyOf<K extends AnswerEntry['kind']>(entries: readonly AnswerEntry[], kind: K): EntryBody<K> {
  const entry = entries.find((one) => one.kind === kind);
  if (!entry) throw new Error(`a command without its ${kind}`);
  return entry.body as EntryBody<K>;
}

function changedPerson(entries: readonly AnswerEntry[]): Changed {
  const { version, number, roles, state } = bodyOf(entries, 'person.changed');
  return { version, number, roles, state };
}
