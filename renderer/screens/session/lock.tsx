import type { Desk } from '../../state/desk.ts';
import { useOffice } from '../../state/office.ts';
import { useTaker } from '../../state/takers.ts';
import { plainWidth } from '../../text/digits.ts';
import { t } from '../../words/words.ts';
import type { Info } from '../../workspaces/workspaces.ts';
import { SessionForm } from './session-form.tsx';

/** The screen is locked: the same person goes on with the PIN, anybody else signs them out first. The order on the form is kept. */
export function Lock({ info, desk }: { info: Info; desk: Desk }) {
  const { client, queries } = useOffice();
  useTaker({});
  const person = info.signedIn;
  if (!person) return null;
  return (
    <SessionForm
      part="lock"
      title={t('lock.title')}
      fields={[{ name: 'pin', label: 'signIn.pin', type: 'password', numeric: true }]}
      go={t('lock.go')}
      leave={{
        word: t('lock.leave'),
        do: () => {
          desk.forget();
          void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
        },
      }}
      submit={async ({ pin = '' }) => {
        const reply = await client.call('session.resume', { pin: plainWidth(pin) });
        if (!reply.ok) return reply.problem;
        await queries.invalidateQueries();
        return undefined;
      }}
    >
      <p>
        <b>{t('lock.who', { number: person.number, name: person.name })}</b>
      </p>
      <p>{t(`lock.why.${info.lockedWhy ?? 'asked'}`)}</p>
    </SessionForm>
  );
}
