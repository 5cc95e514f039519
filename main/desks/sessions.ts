import type { OfficeInput, OfficeOutput, PersonView } from '../../contract/office.ts';
import type { Person } from '../../contract/people.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { hashPin } from '../access/pin.ts';
import { choosePin } from '../access/pin-rules.ts';
import type { FirstManagerCode } from '../access/first-manager.ts';
import { viewOf } from '../access/people.ts';
import { foldDigits } from '../access/digits.ts';
import type { Caller, DeskContext } from './context.ts';
import { writeOfficeEntries } from './journal.ts';
import { writeList } from './people.ts';

type Nothing = Record<string, never>;
const SALT_BYTES = 16;
const IDLE_LOCK_MINUTES = 10;

/** Signing in and out of a window, the locked screen, one's own PIN, and the first manager of a new station. */
export function createSessionDesk(context: DeskContext, firstManager: FirstManagerCode) {
  const { config, program, sessions, people, pins, runtime, trial } = context;
  const idleLockMinutes = config.access?.idleLockMinutes ?? IDLE_LOCK_MINUTES;
  const changed = (): void => {
    context.emit('session.changed', {});
    context.changed();
  };

  function enter(session: string, person: PersonView, mustChangePin: boolean): void {
    const { number } = person;
    writeOfficeEntries(context, [{ kind: 'session.signedIn', body: { clerkNumber: number } }], number);
    sessions.signIn(session, person, mustChangePin ? 'changePin' : undefined);
    context.signedIn(number);
    context.changed();
  }

  return {
    admit: (session: string, person: Person): void => enter(session, viewOf(person), false),

    info(_input: OfficeInput<'session.info'>, caller: Caller): Outcome<OfficeOutput<'session.info'>> {
      const state = sessions.state(caller.session);
      const info: OfficeOutput<'session.info'> = {
        station: config.station,
        window: config.window,
        trial: config.trial,
        program,
        signedIn: caller.person,
        idleLockMinutes,
      };
      if (state?.limit) info.limit = state.limit;
      if (state?.why) info.lockedWhy = state.why;
      if (context.training) info.training = true;
      else if (context.station.kind !== 'window' && people.needsFirstManager()) info.firstRun = true;
      if (trial) info.trialClerks = trial.clerks();
      return accepted(info);
    },

    async signIn(
      input: OfficeInput<'session.signIn'>,
      caller: Caller,
    ): Promise<Outcome<OfficeOutput<'session.signIn'>>> {
      const verified = await pins.verify(input.number, input.pin, 'signIn');
      if (!verified.ok) {
        const number = input.number.replaceAll(/\D/g, '').slice(0, 4);
        runtime.log.warn({ number, code: verified.refusal.code }, 'sign-in refused');
        return verified;
      }
      const person = viewOf(verified.value);
      enter(caller.session, person, verified.value.mustChangePin);
      return accepted(person);
    },

    signOut(
      _input: OfficeInput<'session.signOut'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'session.signOut'>> {
      if (caller.person) {
        const clerkNumber = caller.person.number;
        writeOfficeEntries(context, [{ kind: 'session.signedOut', body: { clerkNumber } }], clerkNumber);
        sessions.signOut(caller.session);
        context.changed();
      }
      return accepted({});
    },

    lock({ why }: OfficeInput<'session.lock'>, caller: Caller): Outcome<Nothing> {
      if (sessions.lock(caller.session, why)) changed();
      return accepted({});
    },

    async resume(
      { pin }: OfficeInput<'session.resume'>,
      caller: Caller,
    ): Promise<Outcome<OfficeOutput<'session.resume'>>> {
      const state = sessions.state(caller.session);
      if (state?.limit !== 'locked') return refused('access.notLocked');
      const { number } = state.person;
      const verified = await pins.verify(number, pin, 'resume');
      if (!verified.ok) return verified;
      // Meanwhile somebody may have signed out here.
      const now = sessions.state(caller.session);
      if (now?.limit !== 'locked' || now.person.number !== number) return refused('access.notLocked');
      if (verified.value.mustChangePin) enter(caller.session, viewOf(verified.value), true);
      else sessions.lift(caller.session);
      if (now.why === 'elsewhere') context.signedIn(number);
      changed();
      return accepted(viewOf(verified.value));
    },

    alive(_input: Nothing, caller: Caller): Outcome<Nothing> {
      sessions.alive(caller.session, runtime.clock.monotonicMs());
      return accepted({});
    },

    /** Locks what a page that said it was alive has left alone for longer than the setting, with a minute's grace. */
    lockSilent(): void {
      if (idleLockMinutes === 0) return;
      const sinceMs = runtime.clock.monotonicMs() - (idleLockMinutes + 1) * 60_000;
      if (sessions.lockSilent(sinceMs)) changed();
    },

    async changePin(
      { pin, newPin }: OfficeInput<'session.changePin'>,
      caller: Caller,
    ): Promise<Outcome<Nothing>> {
      const number = caller.person?.number ?? '';
      const verified = await pins.verify(number, pin, 'changePin');
      if (!verified.ok) return verified;
      const chosen = choosePin(newPin, { number, ...leastOf(context) });
      if (!chosen.ok) return chosen;
      if (chosen.value === foldDigits(pin.trim())) return refused('pin.same', {}, 'newPin');
      const hash = await hashPin(chosen.value, runtime.random.bytes(SALT_BYTES));
      const before = people.find(number);
      if (!before || before.state !== 'active') return refused('people.unknown', { number });
      const nowMs = runtime.clock.nowMs();
      const person = { ...before, pin: hash, mustChangePin: false, pinChangedAt: nowMs };
      if (people.source() === 'host') {
        const done = await context.changePinAtHost(number, hash);
        if (!done.ok) return done;
      } else {
        const next = people.next('pinChanged', person, nowMs);
        if (!next.ok) return next;
        writeList(context, next.value, number);
      }
      if (sessions.state(caller.session)?.limit === 'changePin') sessions.lift(caller.session);
      changed();
      return accepted({});
    },

    /** A first manager signs in at once with the PIN just chosen. */
    async makeFirstManager(
      { code, number: typed, name, newPin }: OfficeInput<'people.firstManager'>,
      caller: Caller,
    ): Promise<Outcome<OfficeOutput<'people.firstManager'>>> {
      const number = foldDigits(typed.trim());
      // The form first: a slip of the fingers costs no try of the code.
      if (!/^\d{4}$/.test(number)) return refused('people.numberShape', {}, 'number');
      if (people.find(number)) return refused('people.numberTaken', { number }, 'number');
      const chosen = choosePin(newPin, { number, ...leastOf(context) });
      if (!chosen.ok) return chosen;
      const redeemed = firstManager.redeem(code);
      if (!redeemed.ok) return redeemed;
      const pin = await hashPin(chosen.value, runtime.random.bytes(SALT_BYTES));
      // Two at once: the second finds that there is a manager.
      if (!people.needsFirstManager()) return refused('firstRun.gone', {}, 'code');
      const nowMs = runtime.clock.nowMs();
      const next = people.next(
        'firstManager',
        { number, name, roles: ['manager'], state: 'active', pin, mustChangePin: false, pinChangedAt: nowMs },
        nowMs,
      );
      if (!next.ok) return next;
      writeList(context, next.value, number);
      enter(caller.session, viewOf(next.value.person), false);
      changed();
      return accepted(viewOf(next.value.person));
    },
  };
}

const leastOf = ({ config }: Pick<DeskContext, 'config'>): { least?: number } =>
  config.access ? { least: config.access.leastPinDigits } : {};
