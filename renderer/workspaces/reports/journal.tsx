import { useCallback, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { clockText, dateOf } from '../../text/when.ts';
import { t } from '../../words/words.ts';
import { Checked } from './checked.tsx';
import { kindWord, memberText, memberWord } from './report-words.ts';

type Entry = OfficeOutput<'journal.page'>['entries'][number];
const journalScopes = (): Scope[] => ['journal', 'pages', 'workspaces', 'everywhere'];
const PAGE = 100;

/** Kinds that an auditor looks for most; null = all. */
const KINDS = [
  null,
  'ticket.sold',
  'vehicle.sold',
  'sale.money',
  'print.outcome',
  'shift.closed',
  'session.signedIn',
  'report.exported',
] as const;

/** The journal, newest first: who did what when; and its reading from end to end. */
export default function JournalPage() {
  const { client } = useOffice();
  const [befores, setBefores] = useState<number[]>([]);
  const [kindIndex, setKindIndex] = useState(0);
  const [row, setRow] = useState(0);
  const [checked, setChecked] = useState<OfficeOutput<'journal.verify'> | 'running' | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const kind = KINDS[kindIndex] ?? null;
  const before = befores.at(-1);
  const page = useAsk(
    'journal.page',
    { limit: PAGE, ...(before === undefined ? {} : { before }), ...(kind === null ? {} : { kind }) },
    { keep: true },
  );
  const entries = page.data?.entries ?? [];
  const at = Math.min(row, Math.max(0, entries.length - 1));
  const grid = useRef<HTMLElement>(null);
  useScopes(journalScopes);
  useHome(useCallback(() => grid.current, []));
  const move = (by: number): void => {
    const next = Math.max(0, Math.min(entries.length - 1, at + by));
    setRow(next);
    grid.current?.querySelectorAll('tbody tr')[next]?.scrollIntoView({ block: 'nearest' });
  };
  const turn = (pages: number[]): void => {
    setBefores(pages);
    setRow(0);
  };
  const verify = async (): Promise<void> => {
    if (checked === 'running') return;
    setChecked('running');
    setProblem(null);
    const reply = await client.call('journal.verify', {});
    setChecked(reply.ok ? reply.value : null);
    if (!reply.ok) setProblem(reply.problem);
  };
  useActions({
    'journal.next': () => {
      move(1);
    },
    'journal.before': () => {
      move(-1);
    },
    'journal.older': () => {
      const next = page.data?.next;
      if (next !== null && next !== undefined && !page.isPlaceholderData) turn([...befores, next]);
    },
    'journal.newer': () => {
      turn(befores.slice(0, -1));
    },
    'journal.kind': () => {
      setKindIndex((kindIndex + 1) % KINDS.length);
      turn([]);
    },
    'journal.verify': () => void verify(),
  });
  const entry = entries[at];
  return (
    <section className="report journal" data-page-part="journal">
      <header className="report-head">
        <h2>{t('journal.title')}</h2>
        <Button className="btn" onPress={() => act('journal.kind')}>
          {t('journal.shows', { kind: kind === null ? t('journal.all') : kindWord(kind) })}{' '}
          <KeyCap action="journal.kind" />
        </Button>
        <Button className="btn" onPress={() => act('journal.newer')} isDisabled={befores.length === 0}>
          {t('key.journalNewer')} <KeyCap action="journal.newer" />
        </Button>
        <Button className="btn" onPress={() => act('journal.older')} isDisabled={page.data?.next === null}>
          {t('key.journalOlder')} <KeyCap action="journal.older" />
        </Button>
        <span className="spacer" />
        <Button className="btn go" onPress={() => act('journal.verify')} isDisabled={checked === 'running'}>
          {t('key.journalVerify')} <KeyCap action="journal.verify" />
        </Button>
      </header>
      {page.error && <ProblemBox problem={page.error.problem} />}
      {problem && <ProblemBox problem={problem} />}
      {checked && <Checked result={checked} />}
      <div className="journal-split">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- walked row by row with the arrow keys */}
        <section className="panel scroll" ref={grid} tabIndex={0} aria-label={t('journal.title')}>
          <table>
            <thead>
              <tr>
                <th scope="col" className="num">
                  {t('journal.seq')}
                </th>
                <th scope="col">{t('journal.time')}</th>
                <th scope="col">{t('journal.kind')}</th>
                <th scope="col">{t('journal.actor')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((one, index) => (
                <tr
                  key={one.seq}
                  className={index === at ? 'sel' : ''}
                  aria-current={index === at}
                  onClick={() => {
                    setRow(index);
                  }}
                >
                  <td className="num">{one.seq}</td>
                  <td className="figures">
                    {dateOf(one.at).slice(5)} {clockText(one.at)}
                  </td>
                  <td>{kindWord(one.kind)}</td>
                  <td>{one.actor === 'office' ? t('journal.office') : one.actor}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {page.data && entries.length === 0 && <p className="dim">{t('journal.nothing')}</p>}
        </section>
        {entry && <One entry={entry} />}
      </div>
    </section>
  );
}

/** One entry whole. Bodies name no passenger: what is personal is sealed elsewhere. */
function One({ entry }: { entry: Entry }) {
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="panel scroll" tabIndex={0} aria-label={t('journal.one', { seq: entry.seq })}>
      <h3>{t('journal.one', { seq: entry.seq })}</h3>
      <dl className="figures-list">
        {Object.entries(entry.body).map(([name, value]) => (
          <div key={name}>
            <dt>{memberWord(name)}</dt>
            <dd className="figures wrap">{memberText(name, value)}</dd>
          </div>
        ))}
        {entry.hasIdentity && (
          <div>
            <dt>{t('journal.identity')}</dt>
            <dd>{t('journal.sealed')}</dd>
          </div>
        )}
        {entry.plans.length > 0 && (
          <div>
            <dt>{t('journal.plans')}</dt>
            <dd>{entry.plans.join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>{t('journal.hash')}</dt>
          <dd className="figures wrap">{entry.hash}</dd>
        </div>
      </dl>
    </section>
  );
}
