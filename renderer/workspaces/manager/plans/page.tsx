import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { businessDateSchema } from '../../../../contract/ids.ts';
import { mayCall } from '../../../../contract/permissions.ts';
import type { VesselKind } from '../../../../contract/feed.ts';
import type { OfficeMethod, OfficeOutput } from '../../../../contract/office.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { ActionId, Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useOfficeNow } from '../../../parts/tick.ts';
import { useAsk, useOffice, useStatus } from '../../../state/office.ts';
import { dateOf } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import type { PageProps } from '../../pages.tsx';
import { FollowForm, OrderForm, type ActProps, type Asked } from './acts.tsx';
import { ExtraForm } from './extra-form.tsx';
import { LeaveForm } from './leave-form.tsx';
import { SignForm } from './sign-form.tsx';
import { StateForm, UndoForm } from './state-forms.tsx';
import { BulletinForm, type Bulletin } from './bulletin.tsx';
import { Detail } from './detail.tsx';
import { History } from './history.tsx';
import { Impact } from './impact.tsx';
import { ReviewForm } from './review-form.tsx';
import { nextInstant, untilDefault } from './plan-text.ts';
import { WorkList } from './work.tsx';
import { PlanList, rowsOf, type PlanRow } from './plan-list.tsx';

type Doing =
  | 'start'
  | 'extend'
  | 'review'
  | 'narrow'
  | 'end'
  | 'state'
  | 'undo'
  | 'bulletin'
  | 'extra'
  | 'left'
  | 'sign';
type Act = Extract<ActionId, `plans.${string}`>;

const BELOW = [
  'plans.work',
  'plans.state',
  'plans.extra',
  'plans.left',
  'plans.bulletin',
  'plans.history',
] as const;
/** What is done to no row of the list. */
const BY_ITSELF: ReadonlySet<Doing> = new Set(['state', 'bulletin', 'extra', 'left']);

const scopes = (): Scope[] => ['plans', 'everywhere'];
const KINDS: readonly VesselKind[] = ['highSpeed', 'speedboat', 'regular', 'carFerry', 'coach'];

/** What is in force and what could be: plans and states, what speaks for them, their effect before anybody confirms it. */
export default function PlansPage({ info }: PageProps) {
  const { queries } = useOffice();
  const nowMs = Math.floor(useOfficeNow(1_000) ?? 0);
  const known = useStatus();
  const [bulletin, setBulletin] = useState<Bulletin>({});
  const list = useAsk('plans.list', {}, { keep: true, everyMs: 5_000 });
  const suggest = useAsk('plans.suggest', { bulletin }, { keep: true, everyMs: 5_000 });
  const timetable = useAsk(
    'timetable.departures',
    { date: businessDateSchema.parse(dateOf(nowMs)) },
    { keep: true, enabled: nowMs > 0 },
  );
  const [at, setAt] = useState<string | null>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [view, setView] = useState<'plans' | 'history' | 'work'>('plans');
  const [said, setSaid] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const isListed = list.data !== undefined;
  const rows = list.data ? rowsOf(list.data, suggest.data?.suggestions ?? []) : [];
  const index = Math.max(
    0,
    rows.findIndex(({ id }) => id === at),
  );
  const row = rows[index];
  const isOfNoRow = doing === 'extra' || doing === 'left' || doing === 'review';
  const looked = asked ?? (row && nowMs > 0 && !isOfNoRow ? askedOf(row, nowMs) : null);
  const preview = useAsk(
    'plans.preview',
    { of: looked ?? { what: 'end', order: { issuer: '0'.repeat(32) as never, n: 1 } } },
    { keep: true, enabled: looked !== null && doing !== 'extend' },
  );
  useScopes(scopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (doing === null && isListed) grid.current?.focus();
  }, [doing, isListed]);
  // What is in force changed, here or at another office: everything on this page is another one.
  const plans = known?.status.plans.join(' ');
  const before = useRef(plans);
  useEffect(() => {
    if (before.current === plans) return;
    before.current = plans;
    for (const key of ['plans.list', 'plans.preview', 'plans.history', 'plans.suggest', 'worklist.list'])
      void queries.invalidateQueries({ queryKey: [key] });
  }, [plans, queries]);

  const own = (timetable.data?.departures ?? []).filter(({ fromPlaceId }) => fromPlaceId === info.station.id);
  const notLeft = own.filter(({ leftAt }) => leftAt === undefined);
  const lines = [...new Map(own.map(({ lineId, lineName }) => [lineId, lineName]))].map(([id, name]) => ({
    id,
    name,
  }));
  const lineName = (lineId: string): string => lines.find(({ id }) => id === lineId)?.name ?? lineId;

  const roles = info.signedIn?.roles ?? null;
  const may = (method: OfficeMethod): boolean => mayCall(method, roles);
  const begin = (what: Doing) => (): void => {
    setSaid(null);
    setView('plans');
    setAsked(BY_ITSELF.has(what) || what === 'review' || !row ? null : askedOf(row, nowMs, what));
    setDoing(what);
  };
  const move = (by: number): void => {
    setAt(rows[Math.min(rows.length - 1, Math.max(0, index + by))]?.id ?? null);
  };
  const actions: Partial<Record<ActionId, () => void>> = {};
  if (doing === null) {
    actions['plans.next'] = () => move(1);
    actions['plans.before'] = () => move(-1);
    actions['plans.bulletin'] = begin('bulletin');
    actions['plans.history'] = () => setView(view === 'history' ? 'plans' : 'history');
    actions['plans.work'] = () => setView('work');
    if (own.length > 0 && may('departures.addExtra')) actions['plans.extra'] = begin('extra');
    if (notLeft.length > 0 && may('departures.leave')) actions['plans.left'] = begin('left');
    if (may('departures.setState')) actions['plans.state'] = begin('state');
    if (row?.kind === 'plan' && may('plans.order')) actions['plans.start'] = begin('start');
    if (row?.kind === 'plan' && row.draft && may('plans.sign')) actions['plans.sign'] = begin('sign');
    if (row?.kind === 'order' && row.plan && !row.order.authority && may('plans.extend')) {
      if (row.plan.loosensAtMostMin !== null) actions['plans.extend'] = begin('extend');
      if (may('plans.review')) actions['plans.review'] = begin('review');
      actions['plans.narrow'] = begin('narrow');
      actions['plans.end'] = begin('end');
    }
    if (row?.kind === 'state' && may('departures.undoState')) actions['plans.undo'] = begin('undo');
  }
  useActions(actions);

  const leave = (): void => {
    setDoing(null);
    setAsked(null);
  };
  const done = (words: string): void => {
    leave();
    setSaid(words);
    for (const key of [
      'plans.list',
      'plans.preview',
      'plans.history',
      'timetable.departures',
      'departures.history',
      'worklist.list',
    ])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  const acting: ActProps = {
    nowMs,
    lineName,
    lines,
    kinds: KINDS,
    preview: preview.data,
    ask: setAsked,
    done,
    leave,
  };
  const keys: Act[] =
    row?.kind === 'order'
      ? ['plans.review', 'plans.extend', 'plans.narrow', 'plans.end']
      : row?.kind === 'state'
        ? ['plans.undo']
        : row?.kind === 'plan' && row.draft
          ? ['plans.start', 'plans.sign']
          : ['plans.start'];
  return (
    <div className={doing === null ? 'plans' : 'plans filling'} data-page-part="plans">
      <section className="panel plan-side">
        <h2>{t('plans.title')}</h2>
        {list.error && <ProblemBox problem={list.error.problem} />}
        <PlanList
          rows={rows}
          at={row?.id ?? ''}
          nowMs={nowMs}
          lineName={lineName}
          gridRef={grid}
          choose={(id) => {
            if (doing === null) setAt(id);
          }}
        />
        <Remaining />
        <Seen seen={suggest.data} broken={list.data?.broken ?? []} />
        <div className="form-foot rows">
          <div className="row">
            {BELOW.map((action) => (
              // The list of passengers takes the keys to itself until it is left.
              <ActButton
                key={action}
                action={action}
                can={view !== 'work' && actions[action] !== undefined}
              />
            ))}
          </div>
        </div>
      </section>
      {view === 'history' && doing === null ? (
        <History nowMs={nowMs} lineName={lineName} />
      ) : view === 'work' && doing === null ? (
        <WorkList
          roles={roles}
          leave={() => {
            setView('plans');
            grid.current?.focus();
          }}
        />
      ) : (
        <>
          <div className="plan-middle">
            {said !== null && doing === null && <output className="caution good">{said}</output>}
            {doing === 'bulletin' && (
              <BulletinForm
                bulletin={bulletin}
                leave={leave}
                take={(taken) => {
                  setBulletin(taken);
                  setAt(null);
                  leave();
                }}
              />
            )}
            {doing === 'start' && row?.kind === 'plan' && (
              <OrderForm {...acting} plan={row.plan} {...measuredOf(row, bulletin)} />
            )}
            {doing === 'sign' && row?.kind === 'plan' && row.draft && (
              <SignForm draft={row.draft} done={done} leave={leave} />
            )}
            {doing === 'narrow' && row?.kind === 'order' && row.plan && (
              <OrderForm {...acting} plan={row.plan} narrows={row.order} />
            )}
            {(doing === 'extend' || doing === 'end') && row?.kind === 'order' && row.plan && (
              <FollowForm {...acting} order={row.order} plan={row.plan} what={doing} />
            )}
            {doing === 'review' && row?.kind === 'order' && <ReviewForm {...acting} order={row.order} />}
            {doing === 'state' && <StateForm {...acting} />}
            {doing === 'extra' && (
              <ExtraForm {...acting} departures={own} lineId={row ? lineOf(row) : null} />
            )}
            {doing === 'left' && <LeaveForm {...acting} departures={notLeft} />}
            {doing === 'undo' && row?.kind === 'state' && <UndoForm {...acting} change={row.change} />}
            {row && doing === null && (
              <Detail
                row={row}
                nowMs={nowMs}
                lineName={lineName}
                changes={preview.data?.rows ?? []}
                rules={preview.isPlaceholderData ? undefined : preview.data?.rules}
              >
                <div className="form-foot row">
                  {keys.map((action) => (
                    <ActButton key={action} action={action} can={actions[action] !== undefined} />
                  ))}
                </div>
              </Detail>
            )}
          </div>
          <div className="plan-right">
            {preview.error && looked !== null && <ProblemBox problem={preview.error.problem} />}
            {!preview.error && preview.data && looked !== null && doing !== 'extend' && (
              <Impact preview={preview.data} title={titleOf(looked)} nowMs={nowMs} lineName={lineName} />
            )}
          </div>
        </>
      )}
    </div>
  );
}

function ActButton({ action, can }: { action: Act; can: boolean }) {
  return (
    <Button className="btn small" isDisabled={!can} onPress={() => act(action)}>
      {t(`key.${action}`)} <KeyCap action={action} />
    </Button>
  );
}

/** What would be asked of a row without a form: what starting or ending it would do. */
function askedOf(row: PlanRow, nowMs: number, what?: Doing): Asked | null {
  switch (row.kind) {
    case 'plan': {
      const { planId, loosensAtMostMin } = row.plan;
      const until =
        loosensAtMostMin === null ? null : nextInstant(untilDefault(loosensAtMostMin, nowMs), nowMs);
      return { what: 'order', planId, scope: {}, until };
    }
    case 'order':
      return what === 'narrow'
        ? { what: 'narrow', order: row.order.key, scope: row.order.scope, until: row.order.until }
        : { what: 'end', order: row.order.key };
    case 'state':
      return { what: 'undoState', undoes: row.change.key };
  }
}

/** The line that a row speaks of first: what is added is copied from its departures. */
function lineOf(row: PlanRow): string | null {
  if (row.kind === 'plan') return null;
  const { lines, departures } = row.kind === 'order' ? row.order.scope : row.change.scope;
  return lines?.[0] ?? departures?.[0]?.split('/')[0] ?? null;
}

function titleOf(asked: Asked): string {
  switch (asked.what) {
    case 'order':
      return t('plans.impactOf.start');
    case 'end':
      return t('plans.impactOf.end');
    case 'narrow':
      return t('plans.impactOf.narrow');
    case 'setState':
      return t('plans.impactOf.state');
    case 'undoState':
      return t('plans.impactOf.undo');
  }
}

/** The figure of the bulletin that a plan of this weather is started on. */
function measuredOf(row: PlanRow, { visibilityMetres, windBeaufort, queuePeople }: Bulletin) {
  if (row.kind !== 'plan') return {};
  const kind = row.plan.weather?.kind;
  const figure =
    kind === 'fog'
      ? visibilityMetres
      : kind === 'wind' || kind === 'typhoon'
        ? windBeaufort
        : row.plan.planId === 'peak'
          ? queuePeople
          : undefined;
  return figure === undefined ? {} : { measured: String(figure) };
}

/** How many passengers of departures that do not sail remain to be served. */
function Remaining() {
  const { data } = useAsk('worklist.list', {}, { keep: true, everyMs: 5_000 });
  if (!data || data.departures.length === 0) return null;
  return (
    <p className={data.open === 0 ? 'caution good plan-left' : 'caution plan-left'} data-part="remaining">
      <b>{t('plans.work')}</b>{' '}
      {data.open === 0
        ? t('plans.workDone')
        : t('plans.workLeft', { people: data.passengersOpen, tickets: data.open })}
    </p>
  );
}

/** What the office sees by itself, and plan files or records that do not count. */
function Seen({
  seen,
  broken,
}: {
  seen: OfficeOutput<'plans.suggest'> | undefined;
  broken: readonly { what: string; message: string }[];
}) {
  return (
    <div className="plan-seen" data-part="seen">
      {seen && <p className="dim">{t(`plans.seenOf.${seen.of}`)}</p>}
      {seen?.seen.map(({ what, minutes, window }) => (
        <p key={`${window} ${what}`} className="dim" data-seen={what} data-window={window}>
          {t('plans.atWindow', { window: Number(window.slice(-2)) })} {t(`plans.seen.${what}`, { minutes })}
        </p>
      ))}
      {seen && seen.backlog > 0 && (
        <p className="dim" data-seen="backlog">
          {t('plans.seen.backlog', { count: seen.backlog })}
        </p>
      )}
      {seen && seen.queue > 0 && (
        <p className="dim" data-seen="queue">
          {t('plans.seen.queue', { count: seen.queue })}
        </p>
      )}
      {seen?.seen.length === 0 && <p className="dim">{t('plans.seenNothing')}</p>}
      {broken.map(({ what, message }) => (
        <p key={what} className="caution" data-broken={what}>
          {t('plans.broken', { what: what.slice(0, 24), message })}
        </p>
      ))}
    </div>
  );
}
