// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Problem } from '../../../client/office-client.ts';
import { mayCall } from '../../../../contract/permissions.ts';
import type { OfficeInput, OfficeOutput } from '../../../../contract/office.ts';
import { yuan } from '../../../../contract/refusals.ts';
import type { Role } from '../../../../contract/roles.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { ActionId, Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useAsk, useOffice } from '../../../state/office.ts';
import { clockText } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';

type Contact = OfficeInput<'worklist.note'>['contact'];

const scopes = (): Scope[] => ['planPeople', 'everywhere'];
const contacts = {
  reached: 'planPeople.reached',
  notReached: 'planPeople.notReached',
  waits: 'planPeople.waits',
  declines: 'planPeople.declines',
} as const satisfies Record<Contact, ActionId>;

/** Who remains of one departure, in the order in which they bought, and whether somebody has spoken to them. */
export function WorkPeople({
  departure,
  roles,
  leave,
}: {
  departure: OfficeOutput<'worklist.list'>['departures'][number];
  roles: readonly Role[] | null;
  leave: () => void;
}) {
  const { departureId } = departure;
  const { clock, queries } = useOffice();
  const command = useCommand();
  const asked = useAsk('worklist.departure', { departureId }, { keep: true });
  const rows = asked.data?.rows ?? [];
  const [at, setAt] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Problem | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const index = Math.max(
    0,
    rows.findIndex(({ ticketNumber }) => ticketNumber === at),
  );
  const row = rows[index];
  useScopes(scopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => grid.current?.focus(), []);
  useEffect(() => {
    document.getElementById(`left-${row?.ticketNumber ?? ''}`)?.scrollIntoView({ block: 'nearest' });
  }, [row?.ticketNumber]);
  const move = (by: number): void =>
    setAt(rows[Math.min(rows.length - 1, Math.max(0, index + by))]?.ticketNumber ?? null);
  const note = (contact: Contact): void => {
    if (!row) return;
    void command('worklist.note', { ticketNumber: row.ticketNumber, contact }, clock.commandId(), () => {
      for (const key of ['worklist.list', 'worklist.departure'])
        void queries.invalidateQueries({ queryKey: [key] });
      move(1);
    }).then((problem) => setWrong(problem ?? null));
  };
  const actions: Partial<Record<ActionId, () => void>> = {
    'planPeople.next': () => move(1),
    'planPeople.before': () => move(-1),
    'planPeople.leave': leave,
  };
  if (row && mayCall('worklist.note', roles))
    for (const [contact, action] of Object.entries(contacts))
      actions[action] = () => note(contact as Contact);
  useActions(actions);
  return (
    <section className="panel grow" data-part="work-people">
      <h2>
        {t('plans.left', { departure: `${departure.departLocal} ${departure.lineName}` })}
        <span className="spacer" />
        <span className="dim plain">
          {t('plans.workLeft', { people: departure.passengersOpen, tickets: departure.open })}
        </span>
      </h2>
      {wrong && <ProblemBox problem={wrong} />}
      {asked.data && rows.length === 0 && <p className="empty">{t('plans.workDone')}</p>}
      <div className="scroll">
        <table
          ref={grid}
          role="grid"
          tabIndex={0}
          aria-label={t('plans.work')}
          aria-activedescendant={row ? `left-${row.ticketNumber}` : ''}
        >
          <thead>
            <tr>
              <th scope="col">{t('plans.left.ticket')}</th>
              <th scope="col">{t('plans.left.holder')}</th>
              <th scope="col">{t('plans.left.class')}</th>
              <th scope="col" className="num">
                {t('plans.left.fare')}
              </th>
              <th scope="col">{t('plans.left.contact')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr
                key={one.ticketNumber}
                id={`left-${one.ticketNumber}`}
                data-left={one.ticketNumber}
                className={one === row ? 'here' : ''}
                aria-selected={one === row}
                onClick={() => setAt(one.ticketNumber)}
              >
                <td className="figures">{one.ticketNumber.slice(-8)}</td>
                <td>
                  {one.holderName ?? '\u2014'} <span className="dim figures">{one.masked ?? ''}</span>
                </td>
                <td>{one.className}</td>
                <td className="num">{yuan(one.fareFen)}</td>
                <td>
                  {one.contact ? (
                    <>
                      {t(`plans.contact.${one.contact.contact}`)}{' '}
                      <span className="dim figures">{clockText(one.contact.at).slice(0, 5)}</span>
                    </>
                  ) : (
                    '\u2014'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="form-foot row">
        {[...Object.values(contacts), 'planPeople.leave' as const].map((action) => (
          <Button
            key={action}
            className="btn small"
            isDisabled={actions[action] === undefined}
            onPress={() => act(action)}
          >
            {t(`key.${action}`)} <KeyCap action={action} />
          </Button>
        ))}
      </div>
    </section>
  );
}
