import { useCallback, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import { yuan } from '../../../contract/refusals.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { useAsk, useOffice, useStatus } from '../../state/office.ts';
import { addDays, clockText, dateOf } from '../../text/when.ts';
import { t, type WordId } from '../../words/words.ts';
import type { PageProps } from '../pages.tsx';
import { classWord, outcomeWord } from './report-words.ts';

type Report = OfficeOutput<'reports.day'>;
const reportScopes = (): Scope[] => ['report', 'pages', 'workspaces', 'everywhere'];

/** The station's business day: what was sold, by whom, and whether money and paper add up. */
export default function DayReportPage({ info }: PageProps) {
  const today = useStatus()?.status.businessDate;
  const [date, setDate] = useState<string | null>(null);
  const shown = date ?? today;
  return shown === undefined ? null : <Day date={shown} today={today ?? shown} info={info} turn={setDate} />;
}

function Day({
  date,
  today,
  info,
  turn,
}: PageProps & { date: string; today: string; turn(date: string): void }) {
  const { client, clock } = useOffice();
  const report = useAsk('reports.day', { date: date as Report['date'] }, { keep: true, everyMs: 10_000 });
  const [problem, setProblem] = useState<Problem | null>(null);
  const section = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isRead = report.data !== undefined || report.error !== null;
  useScopes(reportScopes);
  // The tables scroll: the arrow keys belong to them.
  useHome(
    useCallback(
      () =>
        section.current?.querySelector<HTMLElement>('.report-tables') ?? (isRead ? heading.current : null),
      [isRead],
    ),
  );
  const mayTakeOut = info.signedIn?.roles.some((role) => role === 'manager' || role === 'auditor') ?? false;
  const takeOut = async (format: 'xlsx' | 'csv'): Promise<void> => {
    setProblem(null);
    const reply = await client.call('reports.export', { date: date as Report['date'], format });
    if (reply.ok) saveFile(clock, reply.value);
    else setProblem(reply.problem);
  };
  useActions({
    'report.before': () => {
      turn(addDays(date, -1));
    },
    'report.next': () => {
      if (date < today) turn(addDays(date, 1));
    },
    'report.sheet': () => {
      if (mayTakeOut) void takeOut('xlsx');
    },
    'report.text': () => {
      if (mayTakeOut) void takeOut('csv');
    },
  });
  const data = report.data;
  return (
    <section className="report" data-page-part="day-report" ref={section}>
      <header className="report-head">
        <h2 ref={heading} tabIndex={-1}>
          {t('report.title', { date })}
        </h2>
        <Button className="btn" onPress={() => act('report.before')}>
          {t('key.reportBefore')} <KeyCap action="report.before" />
        </Button>
        <Button className="btn" isDisabled={date >= today} onPress={() => act('report.next')}>
          {t('key.reportNext')} <KeyCap action="report.next" />
        </Button>
        <span className="spacer" />
        {mayTakeOut && (
          <>
            <Button className="btn" onPress={() => act('report.sheet')}>
              {t('key.reportSheet')} <KeyCap action="report.sheet" />
            </Button>
            <Button className="btn" onPress={() => act('report.text')}>
              {t('key.reportText')} <KeyCap action="report.text" />
            </Button>
          </>
        )}
      </header>
      {report.error && <ProblemBox problem={report.error.problem} />}
      {problem && <ProblemBox problem={problem} />}
      {data && <Tables data={data} />}
    </section>
  );
}

function Tables({ data }: { data: Report }) {
  // A test sheet alone is worth a line too: its paper is gone.
  if (data.total.tickets === 0 && data.shifts.length === 0 && data.byWindow.length === 0)
    return <p className="dim">{t('report.nothing')}</p>;
  const sums = (row: { tickets: number; fen: number }): ReactNode[] => [row.tickets, yuan(row.fen)];
  const tables: TableProps[] = [
    {
      title: 'report.byLine',
      head: ['report.line', 'report.tickets', 'report.money'],
      rows: data.byLine.flatMap((row) => [
        [row.lineName, ...sums(row)],
        ...(row.stops ?? []).map((stop) => [t('report.toStop', { stop: stop.name }), ...sums(stop)]),
      ]),
    },
    {
      title: 'report.byClerk',
      head: ['report.clerk', 'report.tickets', 'report.money'],
      rows: data.byClerk.map((row) => [`${row.clerkNumber} ${row.name}`, ...sums(row)]),
    },
    {
      title: 'report.byClass',
      head: ['report.class', 'report.tickets', 'report.money'],
      rows: data.byClass.map((row) => [classWord(row.ticketClass), ...sums(row)]),
    },
    {
      title: 'report.byWindow',
      head: ['report.window', 'report.paper', 'report.tickets', 'report.money'],
      rows: data.byWindow.map((row) => [
        row.window.slice(-2),
        Object.entries(row.sheets)
          .map(([outcome, count]) => `${outcomeWord(outcome)} ${String(count)}`)
          .join(' · '),
        ...sums(row),
      ]),
    },
    {
      title: 'report.after',
      head: ['report.what', 'report.tickets', 'report.fee', 'report.back', 'report.more', 'report.cashOut'],
      rows: data.after.map((row) => [
        t(`report.after.${row.what}`),
        row.tickets,
        yuan(row.feeFen),
        yuan(row.backFen),
        yuan(row.moreFen),
        yuan(row.cashFen),
      ]),
    },
    {
      title: 'report.shifts',
      head: [
        'report.window',
        'report.clerk',
        'report.shiftTime',
        'report.tickets',
        'report.money',
        'report.cashOut',
        'report.difference',
      ],
      rows: data.shifts.map((shift) => [
        shift.window.slice(-2),
        `${shift.clerkNumber} ${shift.name}`,
        `${clockText(shift.openedAt).slice(0, 5)}–${shift.closed ? clockText(shift.closed.at).slice(0, 5) : t('report.open')}`,
        ...sums(shift),
        yuan(shift.cashBackFen),
        shift.closed ? (
          <span className={shift.closed.differenceFen === 0 ? '' : 'tag warn'}>
            {yuan(shift.closed.differenceFen)}
          </span>
        ) : (
          '—'
        ),
      ]),
    },
    {
      title: 'report.byDeparture',
      head: ['report.departure', 'report.line', 'report.tickets', 'report.money'],
      rows: data.byDeparture.map((row) => [
        row.departLocal.startsWith(data.date) ? row.departLocal.slice(11) : row.departLocal,
        row.lineName,
        ...sums(row),
      ]),
    },
  ];
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="report-tables" tabIndex={0} aria-label={t('page.dayReport')}>
      <p className="report-total" data-report="total">
        {t('report.total', { tickets: data.total.tickets, yuan: yuan(data.total.fen) })}
        {data.after.length > 0 &&
          ` · ${t('report.net', { tickets: data.net.tickets, yuan: yuan(data.net.fen) })}`}
      </p>
      {tables
        .filter(({ rows }) => rows.length > 0)
        .map((table) => (
          <Table key={table.title} {...table} />
        ))}
      <p className="dim">{t('report.asOf', { time: clockText(data.at), date: dateOf(data.at) })}</p>
    </section>
  );
}

const NUMBERS: ReadonlySet<WordId> = new Set<WordId>([
  'report.tickets',
  'report.money',
  'report.difference',
  'report.fee',
  'report.back',
  'report.more',
  'report.cashOut',
]);

interface TableProps {
  title: WordId;
  head: readonly WordId[];
  rows: readonly (readonly ReactNode[])[];
}

/** One table of the report; columns of sums stand at the right. */
function Table({ title, head, rows }: TableProps) {
  const isNumber = (id: WordId): boolean => NUMBERS.has(id);
  return (
    <section className="panel report-table" data-report={title}>
      <h3>{t(title)}</h3>
      <table>
        <thead>
          <tr>
            {head.map((id) => (
              <th key={id} scope="col" className={isNumber(id) ? 'num' : ''}>
                {t(id)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // Rows of a report have no life of their own: their place is their name.
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={head[column]} className={isNumber(head[column] ?? title) ? 'num' : ''}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
