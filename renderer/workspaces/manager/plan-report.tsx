import { useCallback, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { yuan } from '../../../contract/refusals.ts';
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

type Order = OfficeOutput<'plans.orders'>['orders'][number];
const scopes = (): Scope[] => ['planReport', 'pages', 'everywhere'];
type ReportData = OfficeOutput<'plans.report'>;
const windowNumber = (window: string): number => Number(window.slice(-2));
const when = (ms: number): string => `${dateOf(ms)} ${clockText(ms).slice(0, 5)}`;

/** Reports of the plans that were in force: one order at a time, to read, to print, to take away as data. */
export default function PlanReportPage() {
  const list = useAsk('plans.orders', {}, { keep: true, everyMs: 15_000 });
  const orders = list.data?.orders ?? [];
  const [at, setAt] = useState<string | null>(null);
  const order = orders.find(({ id }) => id === at) ?? orders[0];
  const index = order ? orders.indexOf(order) : -1;
  const section = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isNone = list.data !== undefined && orders.length === 0;
  useScopes(scopes);
  // The report scrolls: the arrow keys belong to it.
  useHome(
    useCallback(
      () => section.current?.querySelector<HTMLElement>('.printed') ?? (isNone ? heading.current : null),
      [isNone],
    ),
  );
  useActions({
    'planReport.next': () => {
      setAt(orders[Math.min(orders.length - 1, index + 1)]?.id ?? null);
    },
    'planReport.before': () => {
      setAt(orders[Math.max(0, index - 1)]?.id ?? null);
    },
  });
  return (
    <section className="report plan-report" data-page-part="plan-report" ref={section}>
      <header className="report-head">
        <h2 ref={heading} tabIndex={-1}>
          {t('planReport.title')}
        </h2>
        <span className="dim">
          {order ? t('planReport.which', { n: index + 1, of: orders.length, name: order.name }) : ''}
        </span>
        <Button className="btn" isDisabled={index <= 0} onPress={() => act('planReport.before')}>
          {t('key.planReport.before')} <KeyCap action="planReport.before" />
        </Button>
        <Button
          className="btn"
          isDisabled={index >= orders.length - 1}
          onPress={() => act('planReport.next')}
        >
          {t('key.planReport.next')} <KeyCap action="planReport.next" />
        </Button>
      </header>
      {order ? <Report key={order.id} order={order} /> : <p className="empty">{t('planReport.none')}</p>}
    </section>
  );
}

function Report({ order }: { order: Order }) {
  const { client, clock } = useOffice();
  const report = useAsk('plans.report', { order: order.key }, { keep: true, everyMs: 15_000 });
  const [problem, setProblem] = useState<Problem | null>(null);
  const take = async (format: 'json' | 'csv'): Promise<void> => {
    const reply = await client.call('plans.exportReport', { order: order.key, format });
    if (reply.ok) saveFile(clock, reply.value);
    else setProblem(reply.problem);
  };
  useActions({
    'planReport.print': () => {
      window.print();
    },
    'planReport.csv': () => void take('csv'),
    'planReport.json': () => void take('json'),
  });
  const { data } = report;
  if (!data) return report.error ? <ProblemBox problem={report.error.problem} /> : null;
  const { totals } = data;
  const figures = [
    ['tickets', String(totals.tickets)],
    ['sales', yuan(totals.salesFen)],
    ['refunded', String(totals.refunded)],
    ['back', yuan(totals.refundedFen)],
    ['moved', String(totals.moved)],
    ['boarded', String(totals.boarded)],
    ['waiting', String(totals.waiting)],
    ['released', t('planReport.releasedOf', { all: totals.released, most: totals.mostReleasedAtOnce })],
    ['typed', String(totals.identitiesTyped)],
    ['unheard', String(totals.soldUnheard)],
    ['fees', yuan(totals.feesFen)],
    ['reviews', String(totals.reviews)],
    ['voided', String(totals.voided)],
    ['net', String(totals.netTickets)],
    ['netFen', yuan(totals.netFen)],
  ] as const;
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll printed" tabIndex={0}>
      <p className="acts no-print">
        <Button className="btn" onPress={() => act('planReport.print')}>
          {t('key.planReport.print')} <KeyCap action="planReport.print" />
        </Button>
        <Button className="btn" onPress={() => act('planReport.csv')}>
          {t('key.planReport.csv')} <KeyCap action="planReport.csv" />
        </Button>
        <Button className="btn" onPress={() => act('planReport.json')}>
          {t('key.planReport.json')} <KeyCap action="planReport.json" />
        </Button>
      </p>
      {problem && <ProblemBox problem={problem} />}
      <h3>
        {data.station} · {data.planName}
      </h3>
      <p>
        {t('planReport.span', {
          from: when(data.from),
          to: data.endedAt === null ? t('planReport.inForce') : when(data.endedAt),
        })}
        {' · '}
        {t('planReport.who', { by: data.by, second: data.countersignedBy ?? t('planReport.nobody') })}
        {' · '}
        {t('planReport.why', { reason: data.reason })}
        {data.orderedBy &&
          ` · ${t('planReport.orderedBy', { organisation: data.orderedBy.organisation, reference: data.orderedBy.reference })}`}
      </p>
      {data.measured.map(({ value, unit, source, at }) => (
        <p key={`${at} ${source}`}>{t('planReport.measured', { value, unit, source, at: when(at) })}</p>
      ))}
      <Whose data={data} />
      <dl className="plan-figures">
        {figures.map(([name, value]) => (
          <div key={name} data-figure={name}>
            <dt>{t(`planReport.figure.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Windows data={data} />
      <h3>{t('planReport.events')}</h3>
      <table>
        <tbody>
          {data.events.map(({ at, text, by, countersignedBy, what, window }) => (
            <tr key={`${at} ${what} ${text}`}>
              <td className="figures">{when(at)}</td>
              <td>{text}</td>
              <td>{countersignedBy === null ? by : `${by} / ${countersignedBy}`}</td>
              <td className="dim">
                {window === null ? '' : t('planReport.atWindow', { window: windowNumber(window) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{t('planReport.departures', { count: data.departureCount })}</h3>
      <table>
        <thead>
          <tr>
            {(['time', 'line', 'state', 'capacity', 'sold', 'boarded', 'refunded', 'moved'] as const).map(
              (column) => (
                <th
                  key={column}
                  scope="col"
                  className={['time', 'line', 'state'].includes(column) ? '' : 'num'}
                >
                  {t(`planReport.col.${column}`)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {data.departures.map((row) => (
            <tr key={row.departureId}>
              <td className="figures">
                {row.date} {row.departLocal}
              </td>
              <td>{row.lineName}</td>
              <td>{row.words}</td>
              {[row.capacity, row.sold, row.boarded, row.refunded, row.moved].map((count, column) => (
                <td key={`${row.departureId} ${String(column)}`} className="num">
                  {count}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {data.departureCount > data.departures.length && (
        <p className="dim">
          {t('planReport.moreDepartures', { count: data.departureCount - data.departures.length })}
        </p>
      )}
      <p className="dim">{t('planReport.made', { at: when(data.madeAt) })}</p>
    </div>
  );
}

/** Whose figures these are, and which windows' data are not all in. */
function Whose({ data }: { data: ReportData }) {
  const open = data.windows.filter((one) => !['here', 'current', 'retired'].includes(one.data));
  const windows = open.map(({ window }) => windowNumber(window)).join('\u3001');
  return (
    <p className={open.length === 0 && data.of === 'station' ? 'caution good' : 'caution'} data-of={data.of}>
      {t(`planReport.of.${data.of}`)} {open.length > 0 && t('planReport.notIn', { windows })}
    </p>
  );
}

/** What each window sold and gave back, and up to when its data are in. */
function Windows({ data }: { data: ReportData }) {
  if (data.of === 'window') return null;
  return (
    <>
      <h3>{t('planReport.windows')}</h3>
      <table data-part="report-windows">
        <thead>
          <tr>
            {(['window', 'data', 'upTo', 'tickets', 'sales', 'refunded', 'back'] as const).map((column) => (
              <th
                key={column}
                scope="col"
                className={['window', 'data', 'upTo'].includes(column) ? '' : 'num'}
              >
                {t(`planReport.win.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.windows.map((one) => (
            <tr key={one.window} data-window={one.window} data-is={one.data}>
              <td>{windowNumber(one.window)}</td>
              <td>{t(`planReport.data.${one.data}`, { missing: one.missing ?? 0 })}</td>
              <td className="figures">{one.upTo === null ? '\u2014' : when(one.upTo)}</td>
              {[String(one.tickets), yuan(one.salesFen), String(one.refunded), yuan(one.refundedFen)].map(
                (text, column) => (
                  <td key={`${one.window} ${String(column)}`} className="num">
                    {text}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
