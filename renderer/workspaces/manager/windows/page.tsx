// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { mayCall } from '../../../../contract/permissions.ts';
import type { OfficeMethod, OfficeOutput } from '../../../../contract/office.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { ActionId, Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useAsk, useOffice } from '../../../state/office.ts';
import { clockText, dateOf } from '../../../text/when.ts';
import { t, type WordId } from '../../../words/words.ts';
import type { PageProps } from '../../pages.tsx';
import {
  CodeForm,
  CodeShown,
  GateRightForm,
  RecallForm,
  RetireForm,
  WriteOffForm,
  type IssuedCode,
  type Window,
} from './acts.tsx';
import { LossesPanel, ReadBackForm, ThawForm, useLosses } from './losses.tsx';

type Doing =
  | 'code'
  | 'replace'
  | 'recall'
  | 'gate'
  | 'writeOff'
  | 'readBack'
  | 'thaw'
  | 'drain'
  | 'stopDrain'
  | 'retire';
type Act = Extract<ActionId, `windows.${string}`>;

const windowScopes = (): Scope[] => ['windows', 'everywhere'];

const HEAD = [
  'window',
  'state',
  'signedIn',
  'shift',
  'backlog',
  'heard',
  'unsold',
  'room',
  'mayGate',
  'ledger',
  'program',
] as const;
const NUMBERS: ReadonlySet<string> = new Set(['backlog', 'unsold', 'room']);

/** What the host decides about other windows, and what each window does about itself. */
const AT_HOST = ['windows.recall', 'windows.code', 'windows.replace', 'windows.gate'] as const;
/** What is done about machines that are lost. */
const AT_LOSS = ['windows.writeOff', 'windows.readBack', 'windows.thaw'] as const;
const AT_HOME = ['windows.drain', 'windows.retire'] as const;

/** Every window that this office knows: who works there, what waits, when it was last heard; and what people decide about it. */
export default function WindowsPage({ info }: PageProps) {
  const { queries } = useOffice();
  const list = useAsk('windows.list', {}, { keep: true, everyMs: 5_000 });
  const station = useAsk('station.info', {}, { keep: true, everyMs: 10_000 });
  const own = useAsk('window.retirement', {}, { keep: true, everyMs: 2_000 });
  const windows = list.data?.windows ?? [];
  const [at, setAt] = useState<string | null>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [code, setCode] = useState<IssuedCode | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const index = Math.max(
    0,
    windows.findIndex(({ window }) => window === at),
  );
  const window = windows[index];
  const role = list.data?.role;
  const isListed = list.data !== undefined;
  const frozenThrough = station.data?.frozenThrough ?? null;
  const [looksBack, setLooksBack] = useState(false);
  const showsLosses = role === 'host' && (frozenThrough !== null || looksBack);
  const losses = useLosses(showsLosses).data;
  const today = list.data ? dateOf(list.data.at) : '';
  useScopes(windowScopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (doing === null && isListed) grid.current?.focus();
  }, [doing, isListed]);

  const roles = info.signedIn?.roles ?? null;
  const may = (method: OfficeMethod): boolean => mayCall(method, roles);
  const begin = (what: Doing) => (): void => {
    setSaid(null);
    setCode(null);
    setLooksBack(what === 'readBack');
    setDoing(what);
  };
  const move = (by: number): void => {
    setAt(windows[Math.min(windows.length - 1, Math.max(0, index + by))]?.window ?? null);
  };
  const actions: Partial<Record<ActionId, () => void>> = {};
  const shown: Act[] = [];
  const offer = (action: Act, method: OfficeMethod, can: boolean, what: Doing): void => {
    if (!may(method)) return;
    shown.push(action);
    if (can && doing === null) actions[action] = begin(what);
  };
  if (doing === null) {
    actions['windows.next'] = () => move(1);
    actions['windows.before'] = () => move(-1);
  }
  const isOver = window?.state === 'retired' || window?.state === 'writtenOff';
  const state = own.data?.state;
  if (role === 'host') {
    offer('windows.recall', 'station.recall', true, 'recall');
    offer('windows.code', 'station.code', true, 'code');
    offer('windows.replace', 'station.code', isOver, 'replace');
    offer('windows.gate', 'station.gateRight', window?.here === false && window.state === 'enrolled', 'gate');
    offer(
      'windows.writeOff',
      'station.writeOff',
      window?.here === false && window.state === 'enrolled',
      'writeOff',
    );
    offer('windows.readBack', 'station.readBack', true, 'readBack');
    if (frozenThrough !== null) offer('windows.thaw', 'station.thaw', true, 'thaw');
  }
  offer(
    'windows.drain',
    'window.drain',
    state === 'open' || state === 'draining',
    state === 'draining' ? 'stopDrain' : 'drain',
  );
  offer('windows.retire', 'window.retire', state === 'draining' && own.data?.blockedBy === null, 'retire');
  useActions(actions);

  const groups = [AT_HOST, AT_LOSS, AT_HOME].filter((group) => group.some((one) => shown.includes(one)));
  const leave = (): void => setDoing(null);
  const done = (words: string): void => {
    setDoing(null);
    setSaid(words);
    for (const key of ['windows.list', 'window.retirement', 'station.info', 'station.losses'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  const acting = { done, leave };
  return (
    <div className="people windows" data-page-part="windows">
      <section className="panel grow">
        <h2>
          {t('windows.title')}
          <span className="spacer" />
          {role === 'alone' && <span className="dim plain">{t('windows.alone')}</span>}
          {role === 'window' && <span className="dim plain">{t('windows.member')}</span>}
        </h2>
        {list.error && <ProblemBox problem={list.error.problem} />}
        {frozenThrough !== null && <p className="caution">{t('windows.frozen', { date: frozenThrough })}</p>}
        <div className="scroll">
          <table
            ref={grid}
            role="grid"
            tabIndex={0}
            aria-label={t('windows.title')}
            aria-activedescendant={window ? rowId(window) : ''}
          >
            <thead>
              <tr>
                {HEAD.map((column) => (
                  <th scope="col" key={column} className={NUMBERS.has(column) ? 'num' : ''}>
                    {t(`windows.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {windows.map((one) => (
                <Row
                  key={one.window}
                  window={one}
                  today={today}
                  isHere={one === window}
                  choose={() => {
                    if (doing === null) setAt(one.window);
                  }}
                />
              ))}
            </tbody>
          </table>
        </div>
        {shown.length > 0 && (
          <div className="form-foot rows">
            {groups.map((group) => (
              <div className="row" key={group[0]}>
                {group
                  .filter((action) => shown.includes(action))
                  .map((action) => (
                    <Button
                      key={action}
                      className="btn"
                      isDisabled={actions[action] === undefined}
                      onPress={() => act(action)}
                    >
                      {nameOf(action, state)} <KeyCap action={action} />
                    </Button>
                  ))}
              </div>
            ))}
          </div>
        )}
      </section>
      {(showsLosses ||
        doing !== null ||
        said !== null ||
        code !== null ||
        (state !== undefined && state !== 'open')) && (
        <aside className="people-form wide">
          {said !== null && <output className="caution good">{said}</output>}
          {code && <CodeShown code={code} />}
          {doing === null && own.data && own.data.state !== 'open' && <OwnRetirement own={own.data} />}
          {(doing === 'code' || doing === 'replace') && (
            <CodeForm
              window={doing === 'replace' ? (window ?? null) : null}
              mayGive={may('station.gateRight')}
              leave={leave}
              issued={(one) => {
                setCode(one);
                setDoing(null);
              }}
            />
          )}
          {doing === 'recall' && <RecallForm {...acting} today={today} />}
          {doing === 'gate' && window && <GateRightForm {...acting} window={window} />}
          {doing === 'writeOff' && window && <WriteOffForm {...acting} window={window} />}
          {doing === 'thaw' && frozenThrough !== null && (
            <ThawForm {...acting} frozenThrough={frozenThrough} losses={losses} />
          )}
          {doing === 'readBack' && <ReadBackForm {...acting} window={window ?? null} />}
          {showsLosses && doing !== 'thaw' && losses && <LossesPanel losses={losses} />}
          {(doing === 'drain' || doing === 'stopDrain' || doing === 'retire') && (
            <RetireForm {...acting} key={doing} step={doing} nextOrdinal={own.data?.nextOrdinal ?? 0} />
          )}
        </aside>
      )}
    </div>
  );
}

const rowId = ({ window }: Window): string => `window-${window.split('/').at(-1) ?? ''}`;

function nameOf(action: Act, state: OfficeOutput<'window.retirement'>['state'] | undefined): string {
  if (action === 'windows.drain')
    return t(state === 'draining' ? 'windows.stopDrainTitle' : 'windows.drainTitle');
  return t(`key.${action}`);
}

/** How far this PC is on its way out, and what is still to be done. */
function OwnRetirement({ own }: { own: OfficeOutput<'window.retirement'> }) {
  return (
    <section className="panel" data-part="retirement" data-state={own.state}>
      <h2>{t('windows.own')}</h2>
      <div className="form-body">
        {own.state === 'draining' && <p>{t('windows.own.draining')}</p>}
        {own.state === 'draining' && (
          <p className={own.blockedBy === null ? 'caution good' : 'caution'}>
            {own.blockedBy === null
              ? t('windows.own.ready')
              : t('windows.own.blocked', { detail: own.blockedBy })}
          </p>
        )}
        {own.state === 'retired' && <p className="caution">{t('windows.own.retired')}</p>}
        {own.state === 'wiped' && (
          <p className="caution good">{t('windows.own.wiped', { next: own.nextOrdinal })}</p>
        )}
      </div>
    </section>
  );
}

function Row({
  window,
  today,
  isHere,
  choose,
}: {
  window: Window;
  today: string;
  isHere: boolean;
  choose: () => void;
}) {
  const { word, tone } = stateOf(window);
  return (
    <tr
      id={rowId(window)}
      data-window={window.window}
      className={isHere ? 'here' : ''}
      aria-selected={isHere}
      onClick={choose}
    >
      <td className="b">
        {Number(window.window.split('/').at(-1))}{' '}
        {window.here && <span className="tag">{t('windows.here')}</span>}
      </td>
      <td>
        <span className={`tag ${tone}`}>{t(word)}</span>
      </td>
      <td>{window.signedIn.length === 0 ? '—' : window.signedIn.join(' ')}</td>
      <td>{window.shiftClerk ?? '—'}</td>
      <td className="num">{t('windows.entries', { count: window.backlog })}</td>
      <td className="figures">{heardWords(window.heardAt, today)}</td>
      <td className="num">{window.unsold}</td>
      <td className="num">{roomWords(window)}</td>
      <td>
        {t(window.mayGate === true ? 'windows.gate.yes' : 'windows.gate.no')}
        {window.namesWiped && (
          <span className={`tag after ${window.namesWiped.confirmedAt === null ? 'warn' : ''}`.trim()}>
            {wipedWords(window.namesWiped, today)}
          </span>
        )}
      </td>
      <td>{t('windows.ledgerOf', { ordinal: window.ordinal, seq: window.seq })}</td>
      <td className="figures">{window.program === '' ? '—' : window.program}</td>
    </tr>
  );
}

function wipedWords({ confirmedAt }: NonNullable<Window['namesWiped']>, today: string): string {
  if (confirmedAt === null) return t('windows.gate.wiping');
  return t('windows.gate.wiped', { at: heardWords(confirmedAt, today) });
}

/** Room for vehicles in its hands, lane and places where it has both. */
function roomWords({ unsoldLaneCm, unsoldPlaces }: Window): string {
  const parts = [
    ...(unsoldLaneCm > 0 ? [t('windows.roomLane', { metres: (unsoldLaneCm / 100).toFixed(1) })] : []),
    ...(unsoldPlaces > 0 ? [t('windows.roomPlaces', { places: unsoldPlaces })] : []),
  ];
  return parts.length > 0 ? parts.join('\u3001') : t('windows.roomNone');
}

function heardWords(atMs: number | null, today: string): string {
  if (atMs === null) return t('windows.never');
  const date = dateOf(atMs);
  return date === today ? clockText(atMs) : `${date.slice(5)} ${clockText(atMs)}`;
}

function stateOf({ state, draining, connected }: Window): { word: WordId; tone: 'good' | 'warn' | '' } {
  if (state !== 'enrolled')
    return { word: state === 'retired' ? 'windows.state.retired' : 'windows.state.writtenOff', tone: '' };
  if (draining) return { word: 'windows.state.draining', tone: 'warn' };
  return connected
    ? { word: 'windows.state.up', tone: 'good' }
    : { word: 'windows.state.down', tone: 'warn' };
}
