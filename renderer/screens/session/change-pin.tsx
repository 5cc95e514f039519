import { useState } from 'react';
import { useOffice } from '../../state/office.ts';
import { useTaker } from '../../state/takers.ts';
import { plainWidth } from '../../text/digits.ts';
import { t } from '../../words/words.ts';
import { refuse } from '../../../contract/refusals.ts';
import { SessionForm } from './session-form.tsx';

/** One's own PIN. `isForced`: the one used to sign in was a one-time PIN, and nothing else opens before. */
export function ChangePin({ isForced, leave }: { isForced: boolean; leave: () => void }) {
  const { client, queries } = useOffice();
  const [done, setDone] = useState(false);
  useTaker({});
  if (done)
    return (
      <SessionForm
        part="changePin"
        title={t('pin.title')}
        fields={[]}
        go={t('pin.done')}
        submit={() => {
          leave();
          return Promise.resolve(undefined);
        }}
      >
        <output>{t('pin.changed')}</output>
      </SessionForm>
    );
  return (
    <SessionForm
      part="changePin"
      title={t('pin.title')}
      fields={[
        { name: 'pin', label: isForced ? 'pin.oneTime' : 'pin.old', type: 'password', numeric: true },
        { name: 'newPin', label: 'pin.new', type: 'password', numeric: true },
        { name: 'again', label: 'pin.again', type: 'password', numeric: true },
      ]}
      go={t('pin.go')}
      leave={{ word: isForced ? t('shift.signOut') : t('pin.leave'), do: leave }}
      submit={async ({ pin = '', newPin = '', again = '' }) => {
        if (plainWidth(newPin) !== plainWidth(again)) return refuse('pin.again', {}, 'again');
        const reply = await client.call('session.changePin', {
          pin: plainWidth(pin),
          newPin: plainWidth(newPin),
        });
        if (!reply.ok) return reply.problem;
        if (isForced) await queries.invalidateQueries();
        else setDone(true);
        return undefined;
      }}
    >
      {isForced && (
        <p>
          <b>{t('pin.forced')}</b>
        </p>
      )}
      <p>{t('pin.rule')}</p>
    </SessionForm>
  );
}
