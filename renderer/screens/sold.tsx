// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { createColumnHelper, FlexRender, tableFeatures, useTable, type Row } from '@tanstack/react-table';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { TicketView } from '../../contract/office.ts';
import { yuan } from '../../contract/refusals.ts';
import type { Problem } from '../client/office-client.ts';
import { act, useActions } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { Field } from '../parts/field.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { TicketPicture } from '../paper/ticket-picture.tsx';
import { useAsk, useOffice } from '../state/office.ts';
import { goTo, setView, useView } from '../state/store.ts';
import { plainWidth } from '../text/digits.ts';
import { clockText } from '../text/when.ts';
import { wayWords } from '../text/way.ts';
import { t } from '../words/words.ts';
import { openAfterSale } from './after-sale/open.ts';
import { PrintTag } from './sale/money-pane.tsx';

const PAGE = 50;
const MOST = 200;

const features = tableFeatures({});
const column = createColumnHelper<typeof features, TicketView>();
const uploadTones: Record<TicketView['upload'], string> = {
  queued: 'tag',
  stored: 'tag good',
  refused: 'tag stop',
  held: 'tag warn',
};

const columns = column.columns([
  column.accessor('soldAt', {
    header: () => t('sold.colTime'),
    cell: (cell) => clockText(cell.getValue()).slice(0, 5),
  }),
  column.accessor('ticketNumber', {
    header: () => t('sold.colNumber'),
    cell: (cell) => (
      <span className="figures">
        <span className="dim lead">{cell.getValue().slice(0, -8)}</span>
        <b>{cell.getValue().slice(-8)}</b>
      </span>
    ),
  }),
  column.accessor('departLocal', {
    header: () => t('sold.colDeparture'),
    cell: (cell) => `${cell.getValue()} ${cell.row.original.toStop?.name ?? cell.row.original.toName}`,
  }),
  column.accessor('holderName', {
    header: () => t('sold.colHolder'),
    cell: (cell) => cell.getValue() ?? <span className="dim">{t('sold.erased')}</span>,
  }),
  column.accessor('className', {
    header: () => t('sold.colClass'),
    cell: (cell) => cell.getValue(),
  }),
  column.accessor('fareFen', { header: () => t('sold.colFare'), cell: (cell) => yuan(cell.getValue()) }),
  column.accessor('end', {
    header: () => t('sold.colEnd'),
    cell: (cell) => <EndTag end={cell.getValue()} />,
  }),
  column.accessor('print', {
    header: () => t('sold.colPrint'),
    cell: (cell) => <PrintTag print={cell.getValue()} />,
  }),
  column.accessor('upload', {
    header: () => t('sold.colUpload'),
    cell: (cell) => <span className={uploadTones[cell.getValue()]}>{t(`upload.${cell.getValue()}`)}</span>,
  }),
]);

/** Sheets that have had their try. */
const SPOILABLE: readonly string[] = ['unknown', 'failed', 'sent', 'settled', 'confirmed'];

/** What became of a ticket: nothing is said of one that is good. */
function EndTag({ end }: { end: TicketView['end'] }) {
  if (!end) return null;
  const tone = end.what === 'boarded' ? 'tag good' : end.what === 'refundPending' ? 'tag warn' : 'tag stop';
  return (
    <span className={tone} data-end={end.what}>
      {t(`sold.end.${end.what}`)}
    </span>
  );
}

const needsSettling = (ticket: TicketView): boolean =>
  ticket.print.state === 'unknown' || ticket.print.state === 'failed';

/** What was sold at this window, newest first, with where each sheet and each entry is; unknown sheets are settled here. */
export function Sold() {
  const [filter, setFilter] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const [at, setAt] = useState<string | null>(null);
  const filtering = useView((view) => view.filtering);
  const scanned = useView((view) => view.scanned);
  const [befores, setBefores] = useState<number[]>([]);
  const before = befores.at(-1);
  const digits =
    scanned?.kind === 'ticketQr' ? scanned.ticketNumber : plainWidth(filter).replaceAll(/\D/g, '');
  const list = useAsk(
    'sales.list',
    {
      limit,
      ...(before === undefined ? {} : { before }),
      ...(digits === '' ? {} : { ticketNumber: digits.slice(0, 20) }),
    },
    { keep: true },
  );
  const tickets = list.data?.tickets ?? [];
  const found = tickets.findIndex((one) => one.ticketNumber === at);
  const firstTask = tickets.findIndex(needsSettling);
  const index = found >= 0 ? found : Math.max(0, firstTask);
  const ticket = tickets[index];

  const grid = useRef<HTMLTableElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    (filtering ? field : grid).current?.focus();
  }, [filtering]);
  const selectedNumber = ticket?.ticketNumber;
  useEffect(() => {
    if (selectedNumber !== undefined)
      document.getElementById(`ticket-${selectedNumber}`)?.scrollIntoView({ block: 'nearest' });
  }, [selectedNumber]);

  /** A page of the most that is asked for at once, then the page of those sold before. */
  const turn = (pages: number[]): void => {
    setBefores(pages);
    setLimit(pages.length === 0 ? PAGE : MOST);
    setAt(null);
  };
  const forgetScan = (): void => {
    if (scanned) setView({ scanned: null });
    if (befores.length > 0) turn([]);
  };
  const move = (by: number): void => {
    const older = list.isPlaceholderData ? null : (list.data?.next ?? null);
    if (by > 0 && index === tickets.length - 1 && older !== null) {
      if (limit < MOST) setLimit(Math.min(MOST, limit + PAGE));
      else turn([...befores, older]);
      return;
    }
    if (by < 0 && index === 0 && befores.length > 0) {
      turn(befores.slice(0, -1));
      return;
    }
    const next = tickets[Math.max(0, Math.min(tickets.length - 1, index + by))];
    if (next) setAt(next.ticketNumber);
  };
  useActions({
    'sold.next': () => {
      move(1);
    },
    'sold.before': () => {
      move(-1);
    },
    'sold.more': () => {
      setLimit((now) => Math.min(MOST, now + PAGE));
      move(10);
    },
    'sold.filter': () => {
      forgetScan();
      setView({ filtering: true });
    },
    'after.open': () => {
      openAfterSale(selectedNumber ?? null);
    },
    'sold.leave': () => {
      setView({ scanned: null });
      goTo('departures');
    },
    'form.submit': () => {
      setView({ filtering: false });
    },
    'form.leave': () => {
      setFilter('');
      setView({ filtering: false });
    },
  });
  const table = useTable({ features, columns, data: tickets });

  return (
    <main className="sold">
      <section className="panel here" aria-labelledby="sold-title">
        <h2 id="sold-title">
          {t('sold.title')}
          <span className="spacer" />
          <Field
            label={t('sold.filter')}
            value={filter}
            onChange={setFilter}
            inputRef={field}
            numeric
            maxLength={20}
            className="inline"
            onFocus={() => setView({ filtering: true })}
          />
          <KeyCap action="sold.filter" />
        </h2>
        {scanned?.kind === 'refused' && <ProblemBox problem={scanned.refusal} />}
        {scanned?.kind === 'ticketQr' && (
          <output className="caution">
            {t(`sold.seal.${scanned.seal}`, { number: scanned.ticketNumber })}
          </output>
        )}
        <div className="scroll">
          <table
            ref={grid}
            role="grid"
            tabIndex={0}
            aria-labelledby="sold-title"
            aria-activedescendant={ticket ? `ticket-${ticket.ticketNumber}` : undefined}
            onFocus={(event) => {
              if (event.target === grid.current && filtering) setView({ filtering: false });
            }}
          >
            <thead>
              {table.getHeaderGroups().map((group) => (
                <tr key={group.id}>
                  {group.headers.map((header) => (
                    <th key={header.id} scope="col" className={header.column.id === 'fareFen' ? 'num' : ''}>
                      <FlexRender header={header} />
                    </th>
                  ))}
                </tr>
              ))}
            </thead>
            <tbody>
              {table.getRowModel().rows.map((row) => (
                <TicketRow
                  key={row.original.ticketNumber}
                  row={row}
                  isSelected={row.original === ticket}
                  choose={setAt}
                />
              ))}
            </tbody>
          </table>
          {list.error && <ProblemBox problem={list.error.problem} />}
          {list.data && tickets.length === 0 && <p className="empty">{t('sold.none')}</p>}
          {list.data && list.data.next !== null && (
            <p className="empty">
              {t('sold.more')} <KeyCap action="sold.more" />
            </p>
          )}
        </div>
      </section>
      {ticket && (
        <Detail key={`${ticket.ticketNumber} ${ticket.print.copy} ${ticket.print.state}`} ticket={ticket} />
      )}
    </main>
  );
}

interface TicketRowProps {
  row: Row<typeof features, TicketView>;
  isSelected: boolean;
  choose: (ticketNumber: string) => void;
}

/** Drawn again only when it changes: a key moves the mark between two rows of up to 200. */
const TicketRow = memo(function TicketRow({ row, isSelected, choose }: TicketRowProps) {
  const { ticketNumber } = row.original;
  return (
    <tr
      id={`ticket-${ticketNumber}`}
      aria-selected={isSelected}
      className={isSelected ? 'sel' : ''}
      onMouseDown={() => {
        choose(ticketNumber);
      }}
    >
      {row.getAllCells().map((cell) => (
        <td key={cell.id} className={cell.column.id === 'fareFen' ? 'num' : ''}>
          <FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  );
});

/** One ticket, and the question about its sheet when nobody but the clerk can answer it. */
function Detail({ ticket }: { ticket: TicketView }) {
  const { client, clock, queries } = useOffice();
  const paper = useAsk('sales.paper', { ticketNumber: ticket.ticketNumber }).data;
  const [commandId] = useState(() => clock.commandId());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [isSure, setSure] = useState(false);
  const isTask = needsSettling(ticket);
  const canSpoil = SPOILABLE.includes(ticket.print.state);
  const settle = async (found: 'inHand' | 'printAgain' | 'spoil'): Promise<void> => {
    if (busy || !(found === 'spoil' ? canSpoil : isTask)) return;
    // Nobody's question asks for it, so one slip of a finger must not do it.
    if (found === 'spoil' && !isSure) return setSure(true);
    setBusy(true);
    const { ticketNumber, print } = ticket;
    const reply = await client.call('prints.settle', { ticketNumber, copy: print.copy, found }, commandId);
    setBusy(false);
    if (!reply.ok) setProblem(reply.problem);
    else void client.call('commands.seen', { commandIds: [commandId] });
    await queries.invalidateQueries({ queryKey: ['sales.list'] });
  };
  useActions({
    'sold.inHand': () => void settle('inHand'),
    'sold.printAgain': () => void settle('printAgain'),
    'sold.spoil': () => void settle('spoil'),
  });
  const date = ticket.departureId.split('/')[1] ?? '';
  return (
    <section className="panel" aria-labelledby="detail-title">
      <h2 id="detail-title">{t('sold.detail')}</h2>
      <div className="form-body">
        <p className="figures number">{ticket.ticketNumber}</p>
        <dl className="figures-list">
          <div>
            <dt>{t('sold.colDeparture')}</dt>
            <dd>{t('sold.departure', { date, time: ticket.departLocal, to: wayWords(ticket) })}</dd>
          </div>
          <div>
            <dt>{t('sold.colHolder')}</dt>
            <dd>
              {ticket.holderName ?? t('sold.erased')}
              <br />
              <span className="dim">{ticket.masked}</span>
            </dd>
          </div>
          <div>
            <dt>{t('sold.colFare')}</dt>
            <dd>
              {ticket.className} {yuan(ticket.fareFen)}
            </dd>
          </div>
          <div>
            <dt>{t('sold.colTime')}</dt>
            <dd>
              {clockText(ticket.soldAt)} {t('sold.clerk', { number: ticket.clerkNumber })}
            </dd>
          </div>
          {ticket.end && (
            <div>
              <dt>{t('sold.colEnd')}</dt>
              <dd>
                <EndTag end={ticket.end} />{' '}
                {ticket.end.window !== null &&
                  t('sold.endAt', { window: Number(ticket.end.window.slice(-2)) })}
                {ticket.end.replacedBy !== null &&
                  t('sold.endBy', { number: ticket.end.replacedBy.slice(-8) })}
              </dd>
            </div>
          )}
          <div>
            <dt>{t('sold.colPrint')}</dt>
            <dd>
              <PrintTag print={ticket.print} /> {ticket.print.reason}
            </dd>
          </div>
          <div>
            <dt>{t('sold.colUpload')}</dt>
            <dd>
              <span className={uploadTones[ticket.upload]}>{t(`upload.${ticket.upload}`)}</span>
            </dd>
          </div>
        </dl>
        {ticket.uploadRefusal && <ProblemBox problem={ticket.uploadRefusal} />}
        {problem && <ProblemBox problem={problem} />}
        {isTask ? (
          <>
            <p className="caution">{t('sold.settleAsk')}</p>
            <Button className="btn" isDisabled={busy} onPress={() => act('sold.inHand')}>
              {t('sold.inHand')} <KeyCap action="sold.inHand" />
            </Button>
            <Button className="btn" isDisabled={busy} onPress={() => act('sold.printAgain')}>
              {t('sold.printAgain')} <KeyCap action="sold.printAgain" />
            </Button>
          </>
        ) : (
          <output className="dim">
            {ticket.print.state === 'settled'
              ? t('sold.settled')
              : ticket.print.state === 'spoiled'
                ? t('sold.spoiled')
                : ticket.print.state === 'cancelled'
                  ? t('sold.cancelled')
                  : t('sold.noTask')}
          </output>
        )}
        {isSure && (
          <p className="caution" role="alert">
            {t('sold.spoilSure')}
          </p>
        )}
        {canSpoil && (
          <Button className="btn" isDisabled={busy} onPress={() => act('sold.spoil')}>
            {t('sold.spoil')} <KeyCap action="sold.spoil" />
          </Button>
        )}
      </div>
      {paper && (
        <div className="sheet-picture">
          <TicketPicture paper={paper} label={t('sold.picture', { number: ticket.ticketNumber })} />
        </div>
      )}
    </section>
  );
}
