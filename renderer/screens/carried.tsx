import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../contract/office.ts';
import type { Problem } from '../client/office-client.ts';
import { act, carriedScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { Field } from '../parts/field.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { useOfficeNow } from '../parts/tick.ts';
import { useOffice, useStatus } from '../state/office.ts';
import { setView, useView } from '../state/store.ts';
import { t } from '../words/words.ts';
import { linkTroubles, linkWords } from './status-bar.tsx';

type Done =
  | { did: 'export'; isHere: boolean; result: OfficeOutput<'link.export'> }
  | { did: 'import'; result: OfficeOutput<'link.import'> };

/**
 * How it stands with the city, in whole sentences; and when the line is out for days: what waits for the city is written to a stick as signed files, taken in at the city, and its answers
 * come back the same way. Everything may be done twice; nothing is counted twice.
 */
export function Carried() {
  const { client, queries } = useOffice();
  const status = useStatus()?.status;
  const nowMs = useOfficeNow(1_000);
  const folder = useView((view) => view.carriedFolder);
  const [busy, setBusy] = useState<Done['did'] | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useScopes(carriedScopes);
  useHome(useCallback(() => field.current, []));
  useEffect(() => {
    field.current?.focus();
  }, []);

  const work = async (did: Done['did']): Promise<void> => {
    if (busy) return;
    setBusy(did);
    setProblem(null);
    setDone(null);
    const params = folder.trim() === '' ? {} : { folder: folder.trim() };
    if (did === 'export') {
      const reply = await client.call('link.export', params);
      if (reply.ok) setDone({ did, isHere: folder.trim() === '', result: reply.value });
      else setProblem(reply.problem);
    } else {
      const reply = await client.call('link.import', params);
      if (reply.ok) setDone({ did, result: reply.value });
      else setProblem(reply.problem);
      void queries.invalidateQueries({ queryKey: ['sales.list'] });
    }
    setBusy(null);
    field.current?.focus();
  };
  useActions({
    'carried.export': () => void work('export'),
    'carried.import': () => void work('import'),
    'carried.leave': () => {
      setView({ carriedOpen: false });
    },
  });
  const atField = problem?.field === 'folder' ? problem : null;
  return (
    <main className="centre">
      <section className="panel form wide" aria-labelledby="carried-title" data-part="carried">
        <h2 id="carried-title">{t('carried.title')}</h2>
        <div className="form-body scroll">
          {status && nowMs !== undefined && (
            <p data-carried="link">{t('carried.now', { link: linkWords(status.link, nowMs).text })}</p>
          )}
          {(status ? linkTroubles(status.link) : []).map((refusal) => (
            <ProblemBox key={refusal.message} problem={refusal} />
          ))}
          <h3>{t('carried.bySticks')}</h3>
          <ol className="steps">
            <li>{t('carried.step1')}</li>
            <li>{t('carried.step2')}</li>
            <li>{t('carried.step3')}</li>
          </ol>
          <Field
            label={t('carried.folder')}
            value={folder}
            onChange={(carriedFolder) => setView({ carriedFolder })}
            inputRef={field}
            placeholder={t('carried.folderHint')}
            problem={atField}
            maxLength={1_024}
          />
          {problem && !atField && <ProblemBox problem={problem} />}
          {busy && <output className="dim">{t(`carried.busy.${busy}`)}</output>}
          {done?.did === 'export' && <Written result={done.result} isHere={done.isHere} />}
          {done?.did === 'import' && <Taken result={done.result} />}
          <p className="dim">{t('carried.twice')}</p>
        </div>
        <div className="form-foot row">
          <Button className="btn go" isDisabled={busy !== null} onPress={() => act('carried.export')}>
            {t('carried.export')} <KeyCap action="carried.export" />
          </Button>
          <Button className="btn" isDisabled={busy !== null} onPress={() => act('carried.import')}>
            {t('carried.import')} <KeyCap action="carried.import" />
          </Button>
          <Button className="btn" onPress={() => act('carried.leave')}>
            {t('carried.leave')} <KeyCap action="carried.leave" />
          </Button>
        </div>
      </section>
    </main>
  );
}

interface WrittenProps {
  result: OfficeOutput<'link.export'>;
  /** Into the office's own folder: no stick has them yet. */
  isHere: boolean;
}

function Written({ result: { folder, files }, isHere }: WrittenProps) {
  return (
    <output className="carried-done" data-carried="written">
      <b className="caution good">
        {files.length === 0
          ? t('carried.nothing')
          : t(isHere ? 'carried.writtenHere' : 'carried.written', { count: files.length, folder })}
      </b>
      <ul className="plain-list">
        {files.map(({ name, from, to }) => (
          <li key={name}>
            <span className="tag good">{t('carried.outcome.written')}</span>{' '}
            <span className="figures">{name}</span>{' '}
            <span className="dim">{t('carried.entries', { from, to })}</span>
          </li>
        ))}
      </ul>
    </output>
  );
}

const tones = { taken: 'tag good', known: 'tag', refused: 'tag stop' } as const;

function Taken({ result: { folder, files, ackSeq } }: { result: OfficeOutput<'link.import'> }) {
  const refused = files.filter(({ outcome }) => outcome === 'refused').length;
  return (
    <output className="carried-done" data-carried="taken">
      <b className={files.length === 0 || refused > 0 ? 'caution' : 'caution good'}>
        {files.length === 0
          ? t('carried.noAnswers', { folder })
          : t('carried.taken', { count: files.length - refused, refused, seq: ackSeq })}
      </b>
      <ul className="plain-list">
        {files.map(({ name, outcome, refusal }) => (
          <li key={name}>
            <span className={tones[outcome]}>{t(`carried.outcome.${outcome}`)}</span>{' '}
            <span className="figures">{name}</span>
            {refusal && <ProblemBox problem={refusal} />}
          </li>
        ))}
      </ul>
    </output>
  );
}
