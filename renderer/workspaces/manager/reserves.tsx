// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { businessDateSchema } from '../../../contract/ids.ts';
import type { OfficeOutput } from '../../../contract/office.ts';
import { mayCall } from '../../../contract/permissions.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk, useOffice, useStatus } from '../../state/office.ts';
import { addDays, clockText, dateOf } from '../../text/when.ts';
import { t } from '../../words/words.ts';
import type { PageProps } from '../pages.tsx';
import { useCommand } from './windows/acts.tsx';
import { ReasonForm } from './windows/reason-form.tsx';

type Day = OfficeOutput<'reserves.day'>;
type Reserve = Day['reserves'][number];
type Substituted = Day['substituted'][number];

const reserveScopes = (): Scope[] => ['reserves', 'everywhere'];
const tones = { kept: 'warn', released: 'good', due: '' } as const;

/** Seats kept back on a day, to be given up; and departures on a smaller vessel with the tickets it has no room for. */
export default function ReservesPage({ info }: PageProps) {
  const { queries } = useOffice();
  const nowMs = useStatus()?.status.nowMs;
  const today = nowMs === undefined ? undefined : dateOf(nowMs);
  const [days, setDays] = useState(0);
  const date = today === undefined ? undefined : addDays(today, days);
  const asked = businessDateSchema.safeParse(date);
  const day = useAsk(
    'reserves.day',
    { date: asked.data ?? businessDateSchema.parse('2000-01-01') },
    {
      enabled: asked.success,
      keep: true,
      everyMs: 15_000,
    },
  );
  const reserves = day.data?.reserves ?? [];
  const substituted = day.data?.substituted ?? [];
  const [row, setRow] = useState(0);
  const [releasing, setReleasing] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const rows = reserves.length + substituted.length;
  const at = Math.min(row, Math.max(0, rows - 1));
  const reserve = reserves[at];
  const other = substituted[at - reserves.length];
  const isListed = day.data !== undefined;
  useScopes(reserveScopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (isListed && !releasing) grid.current?.focus();
  }, [isListed, releasing]);

  const turn = (by: number): void => {
    setDays(Math.max(0, days + by));
    setRow(0);
    setSaid(null);
  };
  const mayRelease =
    mayCall('reserves.release', info.signedIn?.roles ?? null) && day.data?.isGrantor === true;
  const actions: Partial<Record<ActionId, () => void>> = releasing
    ? {}
    : {
        'reserves.next': () => setRow(Math.max(0, Math.min(rows - 1, at + 1))),
        'reserves.before': () => setRow(Math.max(0, at - 1)),
        'reserves.dateNext': () => turn(1),
        'reserves.dateBefore': () => turn(-1),
      };
  if (!releasing && mayRelease && reserve?.state === 'kept')
    actions['reserves.release'] = () => {
      setSaid(null);
      setReleasing(true);
    };
  useActions(actions);
  return (
    <div className="people" data-page-part="reserves">
      <section className="panel grow">
        <h2>
          {t('reserves.title')} <span className="dim plain">{t('reserves.date', { date: date ?? '' })}</span>
          <KeyCap action="reserves.dateBefore" />
          <KeyCap action="reserves.dateNext" />
          <span className="spacer" />
          {day.data?.isGrantor === false && <span className="dim plain">{t('reserves.atHost')}</span>}
        </h2>
        {day.error && <ProblemBox problem={day.error.problem} />}
        <div className="scroll">
          <table ref={grid} role="grid" tabIndex={0} aria-label={t('reserves.title')}>
            <thead>
              <tr>
                {(['time', 'line', 'vessel', 'purpose', 'count', 'seats', 'at', 'state'] as const).map(
                  (column) => (
                    <th scope="col" key={column} className={column === 'count' ? 'num' : ''}>
                      {t(`reserves.${column}`)}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {reserves.map((one, index) => (
                <tr
                  key={`${one.departureId} ${one.purpose}`}
                  className={index === at ? 'here' : ''}
                  aria-selected={index === at}
                  data-reserve={one.purpose}
                  onClick={() => setRow(index)}
                >
                  <td className="figures b">{one.departLocal}</td>
                  <td>{one.lineName}</td>
                  <td>{one.vesselName}</td>
                  <td>{one.purpose}</td>
                  <td className="num">{one.count}</td>
                  <td className="figures">{one.seats === '' ? '—' : one.seats}</td>
                  <td className="figures">{atWords(one, date)}</td>
                  <td>
                    <span className={`tag ${tones[one.state]}`}>{t(`reserves.state.${one.state}`)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {isListed && reserves.length === 0 && <p className="empty">{t('reserves.none')}</p>}
          <h3 className="part">{t('reserves.substituted')}</h3>
          <SubstitutedTable rows={substituted} chosen={other} choose={(n) => setRow(reserves.length + n)} />
        </div>
        {mayRelease && (
          <div className="form-foot rows">
            <div className="row">
              <Button
                className="btn"
                isDisabled={!actions['reserves.release']}
                onPress={() => act('reserves.release')}
              >
                {t('key.reserves.release')} <KeyCap action="reserves.release" />
              </Button>
            </div>
          </div>
        )}
      </section>
      {(said !== null || (releasing && reserve) || other) && (
        <aside className="people-form wide">
          {said !== null && <output className="caution good">{said}</output>}
          {releasing && reserve && (
            <Release
              reserve={reserve}
              leave={() => setReleasing(false)}
              done={() => {
                setReleasing(false);
                setSaid(t('reserves.released', { purpose: reserve.purpose, count: reserve.count }));
                void queries.invalidateQueries({ queryKey: ['reserves.day'] });
              }}
            />
          )}
          {!releasing && other && <SurplusList departure={other} />}
        </aside>
      )}
    </div>
  );
}

function atWords({ releaseAt }: Reserve, date: string | undefined): string {
  const day = dateOf(releaseAt);
  const time = clockText(releaseAt).slice(0, 5);
  return day === date ? time : `${day.slice(5)} ${time}`;
}

function Release({ reserve, done, leave }: { reserve: Reserve; done: () => void; leave: () => void }) {
  const command = useCommand();
  const { departureId, departLocal, lineName, vesselName, purpose, count } = reserve;
  return (
    <ReasonForm
      title={t('reserves.releaseTitle')}
      what={t('reserves.releaseWhat', {
        time: departLocal,
        line: lineName,
        vessel: vesselName,
        purpose,
        count,
      })}
      go={t('reserves.releaseGo')}
      leave={leave}
      run={(reason, commandId) =>
        command('reserves.release', { departureId, purpose, reason }, commandId, done)
      }
    />
  );
}

function SubstitutedTable({
  rows,
  chosen,
  choose,
}: {
  rows: readonly Substituted[];
  chosen: Substituted | undefined;
  choose: (index: number) => void;
}) {
  if (rows.length === 0) return <p className="empty">{t('reserves.noSubstitute')}</p>;
  return (
    <table>
      <thead>
        <tr>
          {(['time', 'line', 'vessel', 'capacity', 'surplus', 'reseat'] as const).map((column, n) => (
            <th scope="col" key={column} className={n > 2 ? 'num' : ''}>
              {t(`reserves.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((one, index) => (
          <tr
            key={one.departureId}
            className={one === chosen ? 'here' : ''}
            aria-current={one === chosen}
            data-substituted={one.departureId}
            onClick={() => choose(index)}
          >
            <td className="figures b">{one.departLocal}</td>
            <td>{one.lineName}</td>
            <td>{one.vesselName}</td>
            <td className="num">{one.capacity}</td>
            <td className="num">{t('reserves.people', { count: one.surplus })}</td>
            <td className="num">{t('reserves.people', { count: one.reseat })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The tickets that a smaller vessel has no room for, and those whose seat it does not have. */
function SurplusList({ departure }: { departure: Substituted }) {
  const list = useAsk(
    'data.surplus',
    { departureId: departure.departureId },
    { keep: true, everyMs: 15_000 },
  );
  const { departLocal, lineName, vesselName, capacity } = departure;
  return (
    <section className="panel" data-part="surplus">
      <h2>{t('surplus.title', { time: departLocal, line: lineName, vessel: vesselName })}</h2>
      {list.error && <ProblemBox problem={list.error.problem} />}
      {list.data && (
        <div className="form-body">
          <p className={list.data.saleEnded ? '' : 'caution'}>
            {t('surplus.says', {
              capacity,
              heads: list.data.heads,
              state: t(list.data.saleEnded ? 'surplus.ended' : 'surplus.selling'),
            })}
          </p>
          {(['surplus', 'reseat'] as const).map((part) => (
            <div key={part}>
              <h3>{t(`surplus.${part}`)}</h3>
              <Tickets rows={list.data[part]} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function Tickets({ rows }: { rows: OfficeOutput<'data.surplus'>['surplus'] }) {
  if (rows.length === 0) return <p className="dim">{t('surplus.nobody')}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('surplus.ticket')}</th>
          <th scope="col">{t('surplus.window')}</th>
          <th scope="col" className="num">
            {t('surplus.seat')}
          </th>
          <th scope="col" className="num">
            {t('surplus.heads')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((ticket) => (
          <tr key={ticket.ticketNumber} data-ticket={ticket.ticketNumber}>
            <td className="figures">{ticket.ticketNumber}</td>
            <td>{Number(ticket.window.split('/').at(-1))}</td>
            <td className="num">{ticket.seatNumber ?? '—'}</td>
            <td className="num">{ticket.heads}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
