import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { Caller, DeskContext } from './context.ts';
import { writeOfficeEntries } from './journal.ts';

/** Signing in and out of a window. */
export function createSessionDesk(context: DeskContext) {
  const { config, program, sessions, staff, trial } = context;
  return {
    info(_input: OfficeInput<'session.info'>, caller: Caller): Outcome<OfficeOutput<'session.info'>> {
      const info: OfficeOutput<'session.info'> = {
        station: config.station,
        window: config.window,
        trial: config.trial,
        program,
        signedIn: caller.person,
      };
      if (trial) info.trialClerks = trial.clerks();
      return accepted(info);
    },

    async signIn(
      input: OfficeInput<'session.signIn'>,
      caller: Caller,
    ): Promise<Outcome<OfficeOutput<'session.signIn'>>> {
      const person = await staff.verify(input.number, input.pin);
      if (!person.ok) {
        context.runtime.log.warn(
          { number: input.number.replaceAll(/\D/g, '').slice(0, 4) },
          'sign-in refused',
        );
        return person;
      }
      writeOfficeEntries(
        context,
        [{ kind: 'session.signedIn', body: { clerkNumber: person.value.number } }],
        person.value.number,
      );
      sessions.signIn(caller.session, person.value);
      context.changed();
      return person;
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
  };
}
