// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { clockText, dateOf } from '../../text/when.ts';
import { t } from '../../words/words.ts';

type Verified = OfficeOutput<'backups.verify'>;
const backupScopes = (): Scope[] => ['backups', 'pages', 'workspaces', 'everywhere'];
const MEGABYTE = 1_048_576;
const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Copies of the ledger: made now, read again from end to end. */
export default function BackupsPage() {
  const { client, queries } = useOffice();
  const list = useAsk('backups.list', {}, { keep: true });
  const backups = list.data?.backups ?? [];
  const [row, setRow] = useState(0);
  const [busy, setBusy] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [found, setFound] = useState<ReadonlyMap<string, Verified>>(new Map());
  const grid = useRef<HTMLTableElement>(null);
  const at = Math.min(row, Math.max(0, backups.length - 1));
  const chosen = backups[at];
  const isListed = list.data !== undefined;
  useScopes(backupScopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (isListed) grid.current?.focus();
  }, [isListed]);

  const begin = (words: string): void => {
    setBusy(words);
    setSaid(null);
    setProblem(null);
  };
  const make = async (): Promise<void> => {
    begin(t('backups.making'));
    const reply = await client.call('backups.make', {});
    setBusy(null);
    // The first copy may be there where the second one is not.
    void queries.invalidateQueries({ queryKey: ['backups.list'] });
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    const { seq, bytes, tookMs, second } = reply.value;
    const there = second === null ? '' : t('backups.secondDone', { folder: list.data?.second?.folder ?? '' });
    setSaid(t('backups.done', { seq, size: megabytes(bytes), seconds: seconds(tookMs) }) + there);
    setRow(0);
  };
  const verify = async (name: string): Promise<void> => {
    begin(t('backups.verifying', { name }));
    const reply = await client.call('backups.verify', { name });
    setBusy(null);
    if (!reply.ok) setProblem(reply.problem);
    else setFound(new Map(found).set(name, reply.value));
  };
  const actions: Partial<Record<ActionId, () => void>> = {
    'backups.next': () => setRow(Math.min(backups.length - 1, at + 1)),
    'backups.before': () => setRow(Math.max(0, at - 1)),
  };
  if (busy === null) {
    actions['backups.make'] = () => void make();
    if (chosen) actions['backups.verify'] = () => void verify(chosen.name);
  }
  useActions(actions);
  const result = chosen && found.get(chosen.name);
  return (
    <section className="report" data-page-part="backups">
      <header className="report-head">
        <h2>{t('backups.title')}</h2>
        <span className="spacer" />
        <Button className="btn" isDisabled={!actions['backups.verify']} onPress={() => act('backups.verify')}>
          {t('key.backups.verify')} <KeyCap action="backups.verify" />
        </Button>
        <Button className="btn go" isDisabled={!actions['backups.make']} onPress={() => act('backups.make')}>
          {t('key.backups.make')} <KeyCap action="backups.make" />
        </Button>
      </header>
      {list.error && <ProblemBox problem={list.error.problem} />}
      {problem && <ProblemBox problem={problem} />}
      {busy !== null && <output className="caution">{busy}</output>}
      {said !== null && <output className="caution good">{said}</output>}
      {busy === null && result && <Found result={result} />}
      <section className="panel scroll">
        <table ref={grid} role="grid" tabIndex={0} aria-label={t('backups.title')}>
          <thead>
            <tr>
              <th scope="col">{t('backups.made')}</th>
              <th scope="col">{t('backups.name')}</th>
              <th scope="col">{t('backups.kind')}</th>
              <th scope="col" className="num">
                {t('backups.size')}
              </th>
              <th scope="col">{t('backups.found')}</th>
            </tr>
          </thead>
          <tbody>
            {backups.map((one, index) => (
              <tr
                key={one.name}
                className={index === at ? 'sel' : ''}
                aria-selected={index === at}
                data-backup={one.name}
                onClick={() => setRow(index)}
              >
                <td className="figures">
                  {one.madeAt === null ? '—' : `${dateOf(one.madeAt)} ${clockText(one.madeAt)}`}
                </td>
                <td className="figures">{one.name}</td>
                <td>{t(`backups.kind.${one.kind}`)}</td>
                <td className="num">{t('backups.megabytes', { count: megabytes(one.bytes) })}</td>
                <td>
                  <FoundTag result={found.get(one.name)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {isListed && backups.length === 0 && <p className="empty">{t('backups.none')}</p>}
      </section>
      {list.data?.daily && (
        <div data-part="daily">
          <p className="b">
            {t('backups.dailyFailed', {
              time: `${dateOf(list.data.daily.at)} ${clockText(list.data.daily.at).slice(0, 5)}`,
            })}
          </p>
          <ProblemBox problem={list.data.daily.refusal} />
        </div>
      )}
      {list.data && <Second second={list.data.second} />}
      {list.data && (
        <p className="dim">{t('backups.what', { folder: list.data.folder, kept: list.data.kept })}</p>
      )}
    </section>
  );
}

/** The folder on another disk: when a copy last went there, and why none could go now. */
function Second({ second }: { second: OfficeOutput<'backups.list'>['second'] }) {
  if (!second) return <p className="caution">{t('backups.secondNone')}</p>;
  const { folder, last, refusal } = second;
  return (
    <div data-part="second">
      <p>
        {last
          ? t('backups.second', {
              folder,
              name: last.name,
              seq: last.seq,
              time: `${dateOf(last.at)} ${clockText(last.at).slice(0, 5)}`,
            })
          : t('backups.secondNever', { folder })}
      </p>
      {refusal && <ProblemBox problem={refusal} />}
    </div>
  );
}

const kindOf = ({ ok, isOurs }: Verified) => (ok ? (isOurs ? 'right' : 'other') : 'wrong');
const tones = { right: 'good', other: 'warn', wrong: 'stop' } as const;

function FoundTag({ result }: { result: Verified | undefined }) {
  if (!result) return '—';
  const kind = kindOf(result);
  return <span className={`tag ${tones[kind]}`}>{t(`backups.tag.${kind}`)}</span>;
}

function Found({ result }: { result: Verified }) {
  const kind = kindOf(result);
  const { count, tookMs, wrong } = result;
  if (kind === 'wrong')
    return (
      <div className="problem" role="alert" data-found={kind}>
        {t('backups.wrong', { seq: wrong?.seq ?? 0, why: wrong?.why ?? '' })}
      </div>
    );
  return (
    <output className={`caution ${tones[kind]}`} data-found={kind}>
      {t(`backups.${kind}`, { count, seconds: seconds(tookMs) })}
    </output>
  );
}
