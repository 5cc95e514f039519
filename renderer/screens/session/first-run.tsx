import { refuse } from '../../../contract/refusals.ts';
import { useOffice } from '../../state/office.ts';
import { plainWidth } from '../../text/digits.ts';
import { t } from '../../words/words.ts';
import { SessionForm } from './session-form.tsx';

/** A station without a manager: one is made with the code that the program told once at its first start. */
export function FirstRun({ leave }: { leave: (() => void) | undefined }) {
  const { client, queries } = useOffice();
  return (
    <SessionForm
      part="firstRun"
      title={t('firstRun.title')}
      fields={[
        { name: 'code', label: 'firstRun.code', maxLength: 40, hint: 'firstRun.codeHint' },
        { name: 'number', label: 'signIn.number', numeric: true, hint: 'people.numberHint' },
        { name: 'name', label: 'people.name', maxLength: 20 },
        { name: 'newPin', label: 'pin.new', type: 'password', numeric: true },
        { name: 'again', label: 'pin.again', type: 'password', numeric: true },
      ]}
      go={t('firstRun.go')}
      {...(leave ? { leave: { word: t('firstRun.leave'), do: leave } } : {})}
      submit={async ({ code = '', number = '', name = '', newPin = '', again = '' }) => {
        if (plainWidth(newPin) !== plainWidth(again)) return refuse('pin.again', {}, 'again');
        const reply = await client.call('people.firstManager', {
          code,
          number: plainWidth(number).trim(),
          name: name.trim(),
          newPin: plainWidth(newPin),
        });
        if (!reply.ok) return reply.problem;
        await queries.invalidateQueries();
        return undefined;
      }}
    >
      <p>{t('firstRun.what')}</p>
      <p className="dim">{t('pin.rule')}</p>
    </SessionForm>
  );
}
