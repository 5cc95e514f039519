import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { useAsk, useOffice } from '../../state/office.ts';
import { clockText, dateOf } from '../../text/when.ts';
import { t } from '../../words/words.ts';

type Line = OfficeOutput<'logs.tail'>['lines'][number];
const logScopes = (): Scope[] => ['logs', 'pages', 'workspaces', 'everywhere'];
const LINES = 300;
const LEVELS = ['info', 'warn', 'error'] as const;
const tones = { info: '', warn: 'warn', error: 'stop' } as const;

/** The last lines of the log, newest at the foot; a file of it to take away. */
export default function LogsPage() {
  const { client, clock } = useOffice();
  const [levelIndex, setLevelIndex] = useState(0);
  const level = LEVELS[levelIndex] ?? 'info';
  const tail = useAsk('logs.tail', { limit: LINES, level }, { keep: true });
  const [problem, setProblem] = useState<Problem | null>(null);
  const list = useRef<HTMLElement>(null);
  const lines = tail.data?.lines;
  useScopes(logScopes);
  useHome(useCallback(() => list.current, []));
  useEffect(() => {
    if (lines && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines]);
  const save = async (): Promise<void> => {
    const reply = await client.call('logs.file', {});
    setProblem(reply.ok ? null : reply.problem);
    if (reply.ok) saveFile(clock, reply.value);
  };
  useActions({
    'logs.again': () => void tail.refetch(),
    'logs.level': () => setLevelIndex((levelIndex + 1) % LEVELS.length),
    'logs.save': () => void save(),
  });
  return (
    <section className="report" data-page-part="logs">
      <header className="report-head">
        <h2>{t('logs.title')}</h2>
        <span className="dim">{t('logs.what', { count: LINES })}</span>
        <span className="spacer" />
        <Button className="btn" onPress={() => act('logs.level')}>
          {t('logs.shows', { level: t(`logs.level.${level}`) })} <KeyCap action="logs.level" />
        </Button>
        <Button className="btn" onPress={() => act('logs.again')}>
          {t('key.logs.again')} <KeyCap action="logs.again" />
        </Button>
        <Button className="btn go" onPress={() => act('logs.save')}>
          {t('key.logs.save')} <KeyCap action="logs.save" />
        </Button>
      </header>
      {tail.error && <ProblemBox problem={tail.error.problem} />}
      {problem && <ProblemBox problem={problem} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <section className="panel scroll" ref={list} tabIndex={0} aria-label={t('logs.title')}>
        <table className="log">
          <thead>
            <tr>
              <th scope="col">{t('logs.time')}</th>
              <th scope="col">{t('logs.levelHead')}</th>
              <th scope="col">{t('logs.text')}</th>
            </tr>
          </thead>
          <tbody>
            {lines?.map((line, index) => (
              // Lines have no name of their own; they never change places.
              <Row key={index} line={line} />
            ))}
          </tbody>
        </table>
        {lines?.length === 0 && <p className="empty">{t('logs.none')}</p>}
      </section>
    </section>
  );
}

function Row({ line }: { line: Line }) {
  return (
    <tr data-log={line.level ?? 'other'}>
      <td className="figures">
        {line.at === null ? '' : `${dateOf(line.at).slice(5)} ${clockText(line.at)}`}
      </td>
      <td>{line.level && <span className={`tag ${tones[line.level]}`}>{t(`logs.${line.level}`)}</span>}</td>
      <td className="wrap">
        {line.text} <span className="dim">{line.more}</span>
      </td>
    </tr>
  );
}
