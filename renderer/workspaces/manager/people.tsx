// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { mayCall } from '../../../contract/permissions.ts';
import type { OfficeOutput } from '../../../contract/office.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import type { Problem } from '../../client/office-client.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { SecondSignatureDialog } from '../../parts/second-signature.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';
import type { PageProps } from '../pages.tsx';
import { PersonForm, ResetPinForm } from './person-form.tsx';

type Listed = OfficeOutput<'people.list'>['people'][number];
type Doing = 'add' | 'change' | 'resetPin' | 'unlock';

const peopleScopes = (): Scope[] => ['people', 'everywhere'];

/** Who works at this station, what they may do, and how their sign-in stands. */
export default function PeoplePage({ info }: PageProps) {
  const { client, clock, queries } = useOffice();
  const list = useAsk('people.list', {}, { everyMs: 15_000 });
  const people = list.data?.people ?? [];
  const [at, setAt] = useState<string | null>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const index = Math.max(
    0,
    people.findIndex(({ number }) => number === at),
  );
  const person = people[index];
  const isListed = list.data !== undefined;
  const mayChange = mayCall('people.add', info.signedIn?.roles ?? null) && list.data?.source !== 'host';
  useScopes(peopleScopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (doing === null) grid.current?.focus();
  }, [doing]);
  useEffect(() => {
    if (isListed) grid.current?.focus();
  }, [isListed]);
  useEffect(() => {
    if (person) document.getElementById(`person-${person.number}`)?.scrollIntoView({ block: 'nearest' });
  }, [person]);

  const move = (by: number): void => {
    setAt(people[Math.min(people.length - 1, Math.max(0, index + by))]?.number ?? null);
  };
  const done = (words: string): void => {
    setDoing(null);
    setProblem(null);
    setSaid(words);
    void queries.invalidateQueries({ queryKey: ['people.list'] });
  };
  const turn = async (one: Listed): Promise<void> => {
    const method = one.state === 'active' ? 'people.suspend' : 'people.restore';
    const commandId = clock.commandId();
    const reply = await client.call(method, { number: one.number }, commandId);
    if (!reply.ok) {
      setSaid(null);
      setProblem(reply.problem);
      return;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    done(t(one.state === 'active' ? 'people.suspended' : 'people.restored', { number: one.number }));
  };
  const begin = (what: Doing) => (): void => {
    setProblem(null);
    setSaid(null);
    setDoing(what);
  };
  const free = doing === null;
  const actions: Partial<Record<ActionId, () => void>> = free
    ? { 'people.next': () => move(1), 'people.before': () => move(-1) }
    : {};
  if (free && mayChange) {
    actions['people.add'] = begin('add');
    if (person) {
      actions['people.change'] = begin('change');
      actions['people.resetPin'] = begin('resetPin');
      actions['people.turn'] = () => void turn(person);
      if (person.wrongInARow > 0) actions['people.unlock'] = begin('unlock');
    }
  }
  useActions(actions);
  if (list.error) return <ProblemBox problem={list.error.problem} />;
  return (
    <div className="people">
      <section className="panel grow">
        <h2>
          {t('people.title')} <span className="dim plain">{t('people.count', { count: people.length })}</span>
          <span className="spacer" />
          <span className="dim plain">
            {list.data &&
              t(`people.source.${list.data.source === 'station.json' ? 'file' : list.data.source}`)}
          </span>
        </h2>
        <div className="scroll">
          <table
            ref={grid}
            role="grid"
            tabIndex={0}
            aria-label={t('people.title')}
            aria-activedescendant={person ? `person-${person.number}` : ''}
          >
            <thead>
              <tr>
                <th>{t('signIn.number')}</th>
                <th>{t('people.name')}</th>
                <th>{t('people.roles')}</th>
                <th>{t('people.ticketName')}</th>
                <th>{t('people.signIn')}</th>
              </tr>
            </thead>
            <tbody>
              {people.map((one) => (
                <tr
                  key={one.number}
                  id={`person-${one.number}`}
                  className={one === person ? 'here' : ''}
                  aria-selected={one === person}
                  onClick={() => {
                    if (free) setAt(one.number);
                  }}
                >
                  <td className="figures">{one.number}</td>
                  <td>{one.name}</td>
                  <td>{one.roles.map((role) => t(`role.${role}`)).join(' ')}</td>
                  <td>{one.ticketName ?? t('people.numberOnly')}</td>
                  <td>
                    <SignInTag person={one} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="form-foot row">
          {mayChange ? (
            <>
              {(
                ['people.add', 'people.change', 'people.resetPin', 'people.turn', 'people.unlock'] as const
              ).map((action) => (
                <Button
                  key={action}
                  className="btn"
                  isDisabled={actions[action] === undefined}
                  onPress={() => act(action)}
                >
                  {action === 'people.turn'
                    ? t(person?.state === 'suspended' ? 'people.restore' : 'people.suspend')
                    : t(`key.${action}`)}{' '}
                  <KeyCap action={action} />
                </Button>
              ))}
            </>
          ) : (
            <p className="dim">{t(list.data?.source === 'host' ? 'people.atHost' : 'people.readOnly')}</p>
          )}
        </div>
      </section>
      {(problem || said || doing === 'add' || doing === 'change' || doing === 'resetPin') && (
        <aside className="people-form">
          {problem && <ProblemBox problem={problem} />}
          {said && <output className="caution good">{said}</output>}
          {doing === 'add' && <PersonForm person={null} done={done} leave={() => setDoing(null)} />}
          {doing === 'change' && person && (
            <PersonForm person={person} done={done} leave={() => setDoing(null)} />
          )}
          {doing === 'resetPin' && person && (
            <ResetPinForm person={person} done={done} leave={() => setDoing(null)} />
          )}
        </aside>
      )}
      {doing === 'unlock' && person && (
        <SecondSignatureDialog
          title={t('people.unlockTitle')}
          leave={() => setDoing(null)}
          sign={async (secondSignature) => {
            const commandId = clock.commandId();
            const reply = await client.call(
              'people.unlock',
              { number: person.number, secondSignature },
              commandId,
            );
            if (!reply.ok) return reply.problem;
            void client.call('commands.seen', { commandIds: [commandId] });
            done(t('people.unlocked', { number: person.number }));
            return undefined;
          }}
        >
          <p>
            <b>
              {t('people.unlockWhat', {
                number: person.number,
                name: person.name,
                count: person.wrongInARow,
              })}
            </b>
          </p>
        </SecondSignatureDialog>
      )}
    </div>
  );
}

function SignInTag({ person }: { person: Listed }) {
  if (person.state === 'suspended') return <span className="tag stop">{t('people.isSuspended')}</span>;
  if (person.lockedUntil !== null)
    return (
      <span className="tag warn">
        {t('people.lockedUntil', { time: clockText(person.lockedUntil).slice(0, 5) })}
      </span>
    );
  if (person.mustChangePin) return <span className="tag">{t('people.oneTimePin')}</span>;
  if (person.wrongInARow > 0)
    return <span className="tag warn">{t('people.wrong', { count: person.wrongInARow })}</span>;
  return <span className="tag good">{t('people.good')}</span>;
}
