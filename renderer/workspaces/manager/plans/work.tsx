// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { mayCall } from '../../../../contract/permissions.ts';
import type { OfficeOutput } from '../../../../contract/office.ts';
import { refuse, yuan } from '../../../../contract/refusals.ts';
import type { Role } from '../../../../contract/roles.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { ActionId, Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { useAsk, useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import { PlanForm } from './plan-form.tsx';
import { WorkPeople } from './work-people.tsx';

type Departure = OfficeOutput<'worklist.list'>['departures'][number];

const scopes = (): Scope[] => ['planWork', 'everywhere'];

/** Passengers of departures that do not sail: how many remain, and what is done for all of one departure at once. */
export function WorkList({ roles, leave }: { roles: readonly Role[] | null; leave: () => void }) {
  const { queries } = useOffice();
  const list = useAsk('worklist.list', {}, { keep: true, everyMs: 5_000 });
  const departures = list.data?.departures ?? [];
  const [at, setAt] = useState<string | null>(null);
  const [doing, setDoing] = useState<'refund' | 'move' | 'people' | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const index = Math.max(
    0,
    departures.findIndex(({ departureId }) => departureId === at),
  );
  const departure = departures[index];
  useScopes(scopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (doing === null) grid.current?.focus();
  }, [doing]);
  const move = (by: number): void =>
    setAt(departures[Math.min(departures.length - 1, Math.max(0, index + by))]?.departureId ?? null);
  const actions: Partial<Record<ActionId, () => void>> = {};
  if (doing === null) {
    actions['planWork.next'] = () => move(1);
    actions['planWork.before'] = () => move(-1);
    actions['planWork.leave'] = leave;
    if (departure) actions['planWork.people'] = () => setDoing('people');
    if (departure && departure.open > 0) {
      if (mayCall('worklist.refund', roles)) actions['planWork.refund'] = () => setDoing('refund');
      if (mayCall('worklist.move', roles)) actions['planWork.move'] = () => setDoing('move');
    }
  }
  useActions(actions);
  const done = (words: string): void => {
    setSaid(words);
    setDoing(null);
    for (const key of ['worklist.list', 'worklist.departure'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  if (doing === 'people' && departure)
    return (
      <div className="plan-work">
        <WorkPeople departure={departure} roles={roles} leave={() => setDoing(null)} />
      </div>
    );
  return (
    <div className="plan-work" data-part="work">
      <section className="panel grow">
        <h2>
          {t('plans.work')}
          <span className="spacer" />
          {list.data && (
            <span className="dim plain">
              {t('plans.workSums', { refunded: list.data.refunded, moved: list.data.moved })}
            </span>
          )}
        </h2>
        {said !== null && <output className="caution good">{said}</output>}
        {departures.length === 0 && <p className="empty">{t('plans.workNone')}</p>}
        <div className="scroll">
          <table
            ref={grid}
            role="grid"
            tabIndex={0}
            aria-label={t('plans.work')}
            aria-activedescendant={departure ? `work-${departure.departureId}` : ''}
          >
            <thead>
              <tr>
                <th scope="col">{t('plans.departure')}</th>
                <th scope="col">{t('plans.change')}</th>
                <th scope="col" className="num">
                  {t('plans.workOpen')}
                </th>
                <th scope="col" className="num">
                  {t('plans.workRefunded')}
                </th>
                <th scope="col" className="num">
                  {t('plans.workMoved')}
                </th>
                <th scope="col" className="num">
                  {t('plans.workOwed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {departures.map((one) => (
                <tr
                  key={one.departureId}
                  id={`work-${one.departureId}`}
                  data-work={one.departureId}
                  className={one === departure ? 'here' : ''}
                  aria-selected={one === departure}
                  onClick={() => {
                    if (doing === null) setAt(one.departureId);
                  }}
                >
                  <td>
                    <span className="figures">
                      {one.date.slice(5)} {one.departLocal}
                    </span>{' '}
                    {one.lineName}
                  </td>
                  <td>
                    <span className="tag">{t(`plans.state.${one.state}`)}</span>
                    {one.unheard > 0 && (
                      <>
                        {' '}
                        <span className="tag warn" data-figure="unheard">
                          {t('plans.unheard', { count: one.unheard })}
                        </span>
                      </>
                    )}
                  </td>
                  <td className="num">
                    {one.open === 0
                      ? t('plans.workDone')
                      : t('plans.workLeft', { people: one.passengersOpen, tickets: one.open })}
                  </td>
                  <td className="num">{one.refunded}</td>
                  <td className="num">{one.moved}</td>
                  <td className="num">{one.owedTickets === 0 ? '\u2014' : yuan(one.owedFen)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="form-foot row">
          {(['planWork.people', 'planWork.move', 'planWork.refund', 'planWork.leave'] as const).map(
            (action) => (
              <Button
                key={action}
                className="btn small"
                isDisabled={actions[action] === undefined}
                onPress={() => act(action)}
              >
                {t(`key.${action}`)} <KeyCap action={action} />
              </Button>
            ),
          )}
        </div>
      </section>
      {doing !== null && doing !== 'people' && departure && (
        <BulkForm key={doing} what={doing} departure={departure} done={done} leave={() => setDoing(null)} />
      )}
    </div>
  );
}

/** Everybody who is left of one departure: money back, or places on another one, in the order in which they bought. */
function BulkForm({
  what,
  departure,
  done,
  leave,
}: {
  what: 'refund' | 'move';
  departure: Departure;
  done: (words: string) => void;
  leave: () => void;
}) {
  const command = useCommand();
  const { departureId } = departure;
  const detail = useAsk('worklist.departure', { departureId }, { enabled: what === 'move' });
  const targets = detail.data?.targets ?? [];
  const [to, setTo] = useState<string | null>(null);
  const [isSecond, setIsSecond] = useState(false);
  const target = targets.find((one) => one.departureId === to) ?? targets[0];
  const title = t(`plans.${what}Title`, { departure: `${departure.departLocal} ${departure.lineName}` });
  const people = t('plans.workLeft', { people: departure.passengersOpen, tickets: departure.open });
  return (
    <PlanForm
      title={title}
      what={`${people} \u00B7 ${t(`plans.${what}What`)}`}
      go={t(`key.planWork.${what}`)}
      leave={leave}
      signs={isSecond ? `${title} \u00B7 ${people}` : null}
      check={() => what === 'refund' || target !== undefined}
      run={async (commandId, secondSignature) => {
        const common = { departureId, ...(secondSignature ? { secondSignature } : {}) };
        if (what === 'move' && !target) return refuse('plan.fieldMissing', { what: t('plans.instead') });
        const refused =
          what === 'refund'
            ? await command('worklist.refund', common, commandId, ({ refunded, backFen, left }) =>
                done(t('plans.refunded', { count: refunded, money: yuan(backFen), left: left.length })),
              )
            : await command(
                'worklist.move',
                { ...common, toDepartureId: target?.departureId ?? departureId },
                commandId,
                ({ moved, left }) => done(t('plans.moved', { count: moved, left: left.length })),
              );
        if (refused?.code === 'afterSale.needsSecond') setIsSecond(true);
        return refused;
      }}
    >
      {what === 'move' && (
        <label className="field wide">
          <span className="react-aria-Label">{t('plans.instead')}</span>
          <select
            className="input"
            data-field="target"
            value={target?.departureId ?? ''}
            onChange={(event) => setTo(event.target.value)}
          >
            {targets.length === 0 && <option value="">{t('plans.insteadNone')}</option>}
            {targets.map((one) => (
              <option key={one.departureId} value={one.departureId}>
                {`${one.date.slice(5)} ${one.departLocal} ${one.lineName} \u00B7 ${t('plans.placesLeft', { left: one.placesLeft })}`}
              </option>
            ))}
          </select>
        </label>
      )}
    </PlanForm>
  );
}
