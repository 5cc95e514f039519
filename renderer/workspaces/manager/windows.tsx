import { useCallback, useRef } from 'react';
import type { OfficeOutput } from '../../../contract/office.ts';
import { useHome } from '../../keys/home.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk } from '../../state/office.ts';
import { clockText, dateOf } from '../../text/when.ts';
import { t, type WordId } from '../../words/words.ts';

type Window = OfficeOutput<'windows.list'>['windows'][number];

const HEAD = [
  'window',
  'state',
  'signedIn',
  'shift',
  'backlog',
  'heard',
  'unsold',
  'ledger',
  'program',
] as const;
const NUMBERS: ReadonlySet<string> = new Set(['backlog', 'unsold']);

/** Every window that this office knows: who works there, what waits, when it was last heard. */
export default function WindowsPage() {
  const list = useAsk('windows.list', {}, { keep: true, everyMs: 5_000 });
  const heading = useRef<HTMLHeadingElement>(null);
  useHome(useCallback(() => heading.current, []));
  const role = list.data?.role;
  return (
    <section className="report" data-page-part="windows">
      <header className="report-head">
        <h2 ref={heading} tabIndex={-1}>
          {t('windows.title')}
        </h2>
        {role === 'alone' && <span className="dim">{t('windows.alone')}</span>}
        {role === 'window' && <span className="dim">{t('windows.member')}</span>}
      </header>
      {list.error && <ProblemBox problem={list.error.problem} />}
      {list.data && (
        // It scrolls, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <section className="panel scroll" tabIndex={0} aria-label={t('windows.title')}>
          <table>
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
              {list.data.windows.map((one) => (
                <Row key={one.window} window={one} today={dateOf(list.data.at)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Row({ window, today }: { window: Window; today: string }) {
  const { word, tone } = stateOf(window);
  return (
    <tr data-window={window.window}>
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
      <td>{t('windows.ledgerOf', { ordinal: window.ordinal, seq: window.seq })}</td>
      <td className="figures">{window.program === '' ? '—' : window.program}</td>
    </tr>
  );
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
