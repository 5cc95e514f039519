// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { tableSpecs, type Column } from '../../../../contract/basic-data/columns.ts';
import { tableNames, type TableName } from '../../../../contract/basic-data/tables.ts';
import { mayCall } from '../../../../contract/permissions.ts';
import { isUnproven } from '../../../../domain/basic-data/standing.ts';
import { writeCell } from '../../../../domain/basic-data/cells.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { ActionId, Scope } from '../../../keys/key-map.ts';
import { Field } from '../../../parts/field.tsx';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useAsk, useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';
import type { PageProps } from '../../pages.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { download } from './download.ts';
import { ImportPanel } from './import-panel.tsx';
import { RemoveRow } from './remove-row.tsx';
import { RowForm } from './row-form.tsx';

type Doing = 'add' | 'change' | 'remove' | 'changes' | { file: File };
const PAGE = 100;

const listScopes = (): Scope[] => ['data', 'everywhere'];
const searchScopes = (): Scope[] => ['form', 'everywhere'];

/** Basic data (基础资料): tables and their rows, changes with their time, files in and out. */
export default function DataPage({ info }: PageProps) {
  const { client, queries } = useOffice();
  const [table, setTable] = useState<TableName>('stops');
  const [query, setQuery] = useState('');
  const [searching, setSearching] = useState(false);
  const [offset, setOffset] = useState(0);
  const [index, setIndex] = useState(0);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const overview = useAsk('data.overview', {}, { keep: true });
  const list = useAsk('data.rows', { table, query, at: null, offset, limit: PAGE }, { keep: true });
  const rows = list.data?.rows ?? [];
  const at = Math.min(index, Math.max(0, rows.length - 1));
  const row = rows[at];
  const grid = useRef<HTMLTableElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const mayChange =
    mayCall('data.change', info.signedIn?.roles ?? null) && overview.data?.isAuthority === true;

  useScopes(useCallback(() => (searching ? searchScopes() : listScopes()), [searching]));
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (doing === null) (searching ? search : grid).current?.focus();
  }, [doing, searching]);
  useEffect(() => {
    document.getElementById(`data-row-${String(at)}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const open = (next: TableName): void => {
    setTable(next);
    grid.current?.focus();
    setQuery('');
    setOffset(0);
    setIndex(0);
  };
  const turn = (by: number): void => {
    const next = tableNames[(tableNames.indexOf(table) + by + tableNames.length) % tableNames.length];
    if (next) open(next);
  };
  const move = (by: number): void => {
    const total = list.data?.total ?? 0;
    if (by > 0 && at === rows.length - 1 && offset + PAGE < total) {
      setOffset(offset + PAGE);
      setIndex(0);
    } else if (by < 0 && at === 0 && offset > 0) {
      setOffset(offset - PAGE);
      setIndex(PAGE - 1);
    } else setIndex(Math.max(0, Math.min(rows.length - 1, at + by)));
  };
  const begin = (what: Doing) => (): void => {
    setSaid(null);
    setProblem(null);
    setDoing(what);
  };
  const done = (words: string): void => {
    setDoing(null);
    setSaid(words);
    void queries.invalidateQueries({ queryKey: ['data.overview'] });
    void queries.invalidateQueries({ queryKey: ['data.rows'] });
  };
  const leave = (): void => setDoing(null);
  const fetchFile = async (template: boolean): Promise<void> => {
    const saved = await download(client, { format: 'xlsx', template });
    if (saved.ok) setSaid(t('data.saved', { file: saved.value }));
    else setProblem(saved.problem);
  };

  const actions: Partial<Record<ActionId, () => void>> = {};
  if (doing === null && searching) {
    actions['form.submit'] = () => setSearching(false);
    actions['form.leave'] = () => {
      setQuery('');
      setSearching(false);
    };
  } else if (doing === null) {
    actions['data.next'] = () => move(1);
    actions['data.before'] = () => move(-1);
    actions['data.tableNext'] = () => turn(1);
    actions['data.tableBefore'] = () => turn(-1);
    actions['data.search'] = () => setSearching(true);
    actions['data.changes'] = begin('changes');
    actions['data.export'] = () => void fetchFile(false);
    actions['data.template'] = () => void fetchFile(true);
    if (mayChange) {
      actions['data.add'] = begin('add');
      actions['data.import'] = () => picker.current?.click();
      if (row) actions['data.edit'] = begin('change');
      if (row?.from === 'own') actions['data.remove'] = begin('remove');
    }
  }
  useActions(actions);

  if (overview.error) return <ProblemBox problem={overview.error.problem} />;
  const counts = new Map(overview.data?.tables.map((each) => [each.table, each]));
  const unproven = (name: TableName): number => counts.get(name)?.unproven ?? 0;
  const pending = overview.data?.changes.filter(({ state }) => state === 'pending').length ?? 0;
  const columns = Object.entries<Column>(tableSpecs[table].columns);
  const isWide = doing === 'changes' || (doing !== null && typeof doing === 'object');
  return (
    <div className="data">
      <nav className="panel data-tables" aria-label={t('data.tables')}>
        <h2>{t('data.title')}</h2>
        <ul>
          {tableNames.map((name) => (
            <li key={name}>
              <button
                type="button"
                className={name === table ? 'btn small sel' : 'btn small'}
                aria-current={name === table ? 'true' : undefined}
                disabled={doing !== null}
                onClick={() => {
                  open(name);
                }}
              >
                {tableSpecs[name].title} <span className="dim figures">{counts.get(name)?.rows ?? 0}</span>
                {unproven(name) > 0 && (
                  <span className="tag warn">{t('data.unproven', { count: unproven(name) })}</span>
                )}
              </button>
            </li>
          ))}
        </ul>
        <p className="dim data-version">
          {t('data.version', { number: overview.data?.number ?? 0 })}
          {overview.data && overview.data.feedVersion !== null && (
            <>
              <br />
              {t('data.feed', {
                version: overview.data.feedVersion,
                count: overview.data.overridden.lineIds.length,
              })}
            </>
          )}
          {overview.data && !overview.data.isAuthority && (
            <>
              <br />
              {t('data.elsewhere', { window: overview.data.authority })}
            </>
          )}
        </p>
      </nav>
      {!isWide && (
        <section className="panel here" aria-labelledby="data-title">
          <h2 id="data-title">
            {tableSpecs[table].title}{' '}
            <span className="dim plain">{t('data.rowCount', { count: list.data?.total ?? 0 })}</span>
            <span className="spacer" />
            <Field
              label={t('data.search')}
              value={query}
              onChange={(text) => {
                setQuery(text);
                setOffset(0);
                setIndex(0);
              }}
              inputRef={search}
              className="inline"
              maxLength={60}
              onFocus={() => setSearching(true)}
            />
            <KeyCap action="data.search" />
          </h2>
          {problem && <ProblemBox problem={problem} />}
          {said !== null && <output className="data-said">{said}</output>}
          {rows.some(({ from }) => from !== 'own') && <p className="dim data-note">{t('data.standing')}</p>}
          <div className="scroll">
            <table
              ref={grid}
              role="grid"
              tabIndex={0}
              aria-labelledby="data-title"
              aria-activedescendant={row ? `data-row-${String(at)}` : ''}
              onFocus={(event) => {
                if (event.target === grid.current) setSearching(false);
              }}
            >
              <thead>
                <tr>
                  {columns.map(([member, { heading }]) => (
                    <th key={member} scope="col">
                      {heading}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((each, n) => (
                  <tr
                    key={each.key}
                    id={`data-row-${String(n)}`}
                    aria-selected={n === at}
                    className={`${n === at ? 'sel' : ''} ${each.from === 'own' ? '' : 'standing'}`.trim()}
                    onMouseDown={() => setIndex(n)}
                  >
                    {columns.map(([member, column]) => (
                      <td key={member} className={cellClass(column)}>
                        {writeCell(column, each.row[member])}
                        {member === 'mark' && isUnproven(each.row) && (
                          <span className="tag warn after">{t('data.unprovenRow')}</span>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            {list.data && rows.length === 0 && <p className="empty">{t('data.none')}</p>}
          </div>
          <div className="form-foot row data-keys">
            {mayChange && (
              <>
                <DataKey action="data.add" word={t('data.add')} off={doing !== null} />
                <DataKey action="data.edit" word={t('data.edit')} off={doing !== null || !row} />
                <DataKey
                  action="data.remove"
                  word={t('data.remove')}
                  off={doing !== null || row?.from !== 'own'}
                />
                <DataKey action="data.import" word={t('data.import')} off={doing !== null} />
              </>
            )}
            <DataKey action="data.export" word={t('data.export')} off={doing !== null} />
            <DataKey action="data.template" word={t('data.template')} off={doing !== null} />
            <DataKey
              action="data.changes"
              word={t('data.changesKey', { count: pending })}
              off={doing !== null}
            />
          </div>
        </section>
      )}
      {(doing === 'add' || doing === 'change') && (
        <RowForm
          key={`${table} ${doing}`}
          table={table}
          before={doing === 'change' && row ? row : null}
          done={done}
          leave={leave}
        />
      )}
      {doing === 'remove' && row && <RemoveRow table={table} rowKey={row.key} done={done} leave={leave} />}
      {doing === 'changes' && (
        <ChangesPanel
          changes={overview.data?.changes ?? []}
          mayChange={mayChange}
          done={done}
          leave={leave}
        />
      )}
      {doing !== null && typeof doing === 'object' && (
        <ImportPanel file={doing.file} done={done} leave={leave} />
      )}
      <input
        ref={picker}
        type="file"
        hidden
        accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        aria-label={t('data.import')}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) begin({ file })();
        }}
      />
    </div>
  );
}

function cellClass({ kind }: Column): string {
  if (kind === 'list') return 'data-list';
  return kind === 'integer' || kind === 'money' ? 'figures' : '';
}

function DataKey({ action, word, off }: { action: ActionId; word: string; off: boolean }) {
  return (
    <Button className="btn small" isDisabled={off} onPress={() => act(action)}>
      {word} <KeyCap action={action} />
    </Button>
  );
}
