import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { tableSpecs, type Column } from '../../../../contract/basic-data/columns.ts';
import type { ImportReport, PreviewRow } from '../../../../contract/office/basic-data.ts';
import { writeCell } from '../../../../domain/basic-data/cells.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import type { Scope } from '../../../keys/key-map.ts';
import { Field } from '../../../parts/field.tsx';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';
import { ProblemList } from './problems.tsx';
import { instantTyped } from './when-field.ts';

const importScopes = (): Scope[] => ['dataImport', 'form', 'everywhere'];

interface ImportProps {
  file: File;
  done: (words: string) => void;
  leave: () => void;
}

/** A file that was read: every problem with its cell, and what would change, before anything does. */
export function ImportPanel({ file, done, leave }: ImportProps) {
  const { client, clock } = useOffice();
  const [importId, setImportId] = useState<string | null>(null);
  const [mode, setMode] = useState<'merge' | 'replace'>('merge');
  const [when, setWhen] = useState('');
  const [report, setReport] = useState<ImportReport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(true);
  const panel = useRef<HTMLElement>(null);
  useScopes(importScopes);
  useEffect(() => panel.current?.focus(), []);

  const read = useCallback(
    async (id: string, how: 'merge' | 'replace', at: number | null): Promise<void> => {
      setBusy(true);
      const reply = await client.call('data.importRead', { importId: id, mode: how, effectiveAt: at });
      setBusy(false);
      setReport(reply.ok ? reply.value : null);
      setProblem(reply.ok ? null : reply.problem);
    },
    [client],
  );
  const begun = useRef(false);
  useEffect(() => {
    // A page that is drawn twice sends the file once.
    if (begun.current) return;
    begun.current = true;
    const send = async (): Promise<void> => {
      const begin = await client.call('data.importBegin', { bytes: Math.max(1, file.size) });
      if (!begin.ok) {
        setProblem(begin.problem);
        setBusy(false);
        return;
      }
      const { importId: id, partBytes } = begin.value;
      const bytes = new Uint8Array(await file.arrayBuffer());
      for (let n = 0; n * partBytes < bytes.length; n += 1) {
        const base64 = base64Of(bytes.subarray(n * partBytes, (n + 1) * partBytes));
        const part = await client.call('data.importPart', { importId: id, n, base64 });
        if (!part.ok) {
          setProblem(part.problem);
          setBusy(false);
          return;
        }
      }
      setImportId(id);
      await read(id, 'merge', null);
    };
    void send();
  }, [client, file, read]);

  const confirm = async (): Promise<void> => {
    const effectiveAt = instantTyped(when);
    if (effectiveAt === undefined) {
      setProblem({ code: 'data.wrong', message: t('data.whenWrong'), next: t('data.whenHint') });
      return;
    }
    if (importId === null || !report?.digest) return;
    setBusy(true);
    const commandId = clock.commandId();
    const params = { importId, digest: report.digest, effectiveAt, note: file.name.slice(0, 100) };
    const reply = await client.call('data.importConfirm', params, commandId);
    setBusy(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      if (reply.problem.code === 'data.previewOld') void read(importId, mode, effectiveAt);
      return;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    done(t('data.accepted', { number: reply.value.number }));
  };
  const canConfirm = !busy && report !== null && report.digest !== null;
  useActions({
    ...(canConfirm ? { 'form.submit': () => void confirm() } : {}),
    'data.mode': () => {
      if (busy || importId === null) return;
      const next = mode === 'merge' ? 'replace' : 'merge';
      setMode(next);
      void read(importId, next, null);
    },
    'form.leave': () => {
      if (importId !== null) void client.call('data.importDrop', { importId });
      leave();
    },
  });
  return (
    <section
      className="panel data-import"
      ref={panel}
      tabIndex={-1}
      aria-labelledby="import-title"
      aria-busy={busy}
    >
      <h2 id="import-title">
        {t('data.importTitle', { file: file.name })}
        <span className="spacer" />
        {report?.encoding && <span className="tag">{t(`data.encoding.${report.encoding}`)}</span>}
      </h2>
      {/* What scrolls must be reached by keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="form-body scroll" tabIndex={0} aria-label={t('data.preview')}>
        {busy && <output className="dim">{t('data.reading')}</output>}
        {problem && <ProblemBox problem={problem} />}
        {report && (
          <>
            <p className="data-counts">
              <span className="tag good">{t('data.added', { count: report.counts.added })}</span>{' '}
              <span className="tag on">{t('data.changed', { count: report.counts.changed })}</span>{' '}
              <span className="tag warn">{t('data.removed', { count: report.counts.removed })}</span>{' '}
              {report.errors > 0 && <b className="tag stop">{t('data.errors', { count: report.errors })}</b>}
              {report.warnings > 0 && (
                <span className="tag warn">{t('data.warnings', { count: report.warnings })}</span>
              )}
            </p>
            <p className="data-counts">
              {report.tables.map(({ table, rows }) => (
                <span key={table} className="tag">
                  {t('data.tableRows', { table: tableSpecs[table].title, rows })}
                </span>
              ))}
            </p>
            {report.errors > 0 && <p className="caution">{t('data.nothingImported')}</p>}
            <ProblemList problems={report.problems} />
            <Preview rows={report.preview} />
          </>
        )}
      </section>
      <div className="form-foot row">
        <Field
          className="inline"
          label={t('data.when')}
          value={when}
          onChange={setWhen}
          placeholder={t('data.whenHint')}
        />
        <Button className="btn" isDisabled={busy || importId === null} onPress={() => act('data.mode')}>
          {t(`data.mode.${mode}`)} <KeyCap action="data.mode" />
        </Button>
        <Button className="btn go" isDisabled={!canConfirm} onPress={() => act('form.submit')}>
          {t('data.confirmImport')} <KeyCap action="form.submit" />
        </Button>
        <Button className="btn" onPress={() => act('form.leave')}>
          {t('data.leave')} <KeyCap action="form.leave" />
        </Button>
      </div>
    </section>
  );
}

const tones = { added: 'tag good', changed: 'tag on', removed: 'tag warn' } as const;

function Preview({ rows }: { rows: readonly PreviewRow[] }) {
  if (rows.length === 0) return null;
  return (
    <table aria-label={t('data.previewTable')}>
      <thead>
        <tr>
          <th scope="col">{t('data.colWhat')}</th>
          <th scope="col">{t('data.colTable')}</th>
          <th scope="col">{t('data.colRow')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.table} ${row.key}`}>
            <td>
              <span className={tones[row.what]}>{t(`data.what.${row.what}`)}</span>
            </td>
            <td>{tableSpecs[row.table].title}</td>
            <td className="data-cells">
              <Cells row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A new or removed row whole; of a changed one its key and the cells that differ, marked. */
function Cells({ row: { table, key, before, after } }: { row: PreviewRow }) {
  const members = Object.entries<Column>(tableSpecs[table].columns);
  if (before && after) {
    const text = (row: Record<string, unknown>, member: string, column: Column): string =>
      String(writeCell(column, row[member]));
    return (
      <>
        <span className="figures">{key.replaceAll('|', ' ')}</span>
        {members
          .filter(([member, column]) => text(before, member, column) !== text(after, member, column))
          .map(([member, column]) => (
            <span key={member} className="data-mark">
              {t('data.cellChange', {
                heading: column.heading,
                before: text(before, member, column) || t('data.blank'),
                after: text(after, member, column) || t('data.blank'),
              })}
            </span>
          ))}
      </>
    );
  }
  const row = after ?? before ?? {};
  const cells = members.map(([member, column]) => String(writeCell(column, row[member]))).filter(Boolean);
  return <span className="figures">{cells.join(' · ')}</span>;
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCodePoint(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
