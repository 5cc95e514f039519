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
import { needsSettling, useSoldPages } from '../state/sold-pages.ts';
import { goTo, setView, useView } from '../state/store.ts';
import { plainWidth } from '../text/digits.ts';
import { clockText, dateOf } from '../text/when.ts';
import { wayWords } from '../text/way.ts';
import { t } from '../words/words.ts';
import { openAfterSale } from './after-sale/open.ts';
import { PrintTag } from './sale/money-pane.tsx';

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

/** Ends after which a ticket is good for nothing. */
const OVER: readonly NonNullable<TicketView['end']>['what'][] = [
  'refunded',
  'changed',
  'reissued',
  'replaced',
  'void',
];

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

/** What was sold at this window, newest first, with where each sheet and each entry is; unknown sheets are settled here. */
export function Sold() {
  const [filter, setFilter] = useState('');
  const filtering = useView((view) => view.filtering);
  const scanned = useView((view) => view.scanned);
  const digits =
    scanned?.kind === 'ticketQr' ? scanned.ticketNumber : plainWidth(filter).replaceAll(/\D/g, '');
  const pages = useSoldPages(digits);
  const { list, tickets, ticket, mark } = pages;

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

  const forgetScan = (): void => {
    if (scanned) setView({ scanned: null });
    pages.newest();
  };
  useActions({
    'sold.next': () => {
      pages.move(1);
    },
    'sold.before': () => {
      pages.move(-1);
    },
    'sold.older': pages.older,
    'sold.newer': pages.newer,
    'sold.newest': pages.newest,
    'sold.oldest': pages.oldest,
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
                  choose={mark}
                />
              ))}
            </tbody>
          </table>
          {list.error && <ProblemBox problem={list.error.problem} />}
          {list.data && tickets.length === 0 && <p className="empty">{t('sold.none')}</p>}
        </div>
        <PlaceLine pages={pages} />
      </section>
      {ticket && (
        <Detail key={`${ticket.ticketNumber} ${ticket.print.copy} ${ticket.print.state}`} ticket={ticket} />
      )}
    </main>
  );
}

/** Which tickets of how many these are, and the keys to the others. */
function PlaceLine({ pages }: { pages: ReturnType<typeof useSoldPages> }) {
  const { place, hasOlder, hasNewer } = pages;
  if (!place && !hasOlder && !hasNewer) return null;
  const figures = (count: number): string => count.toLocaleString('en-US');
  return (
    <p className="places" data-part="sold-place">
      <span>
        {place &&
          t('sold.place', {
            from: figures(place.from),
            to: figures(place.to),
            total: figures(place.total),
          })}
      </span>
      <span className="spacer" />
      {hasNewer && (
        <span className="dim">
          {t('sold.newest')} <KeyCap action="sold.newest" /> {t('sold.newer')} <KeyCap action="sold.newer" />
        </span>
      )}
      {hasOlder && (
        <span className="dim">
          {t('sold.older')} <KeyCap action="sold.older" /> {t('sold.oldest')} <KeyCap action="sold.oldest" />
        </span>
      )}
    </p>
  );
}

interface TicketRowProps {
  row: Row<typeof features, TicketView>;
  isSelected: boolean;
  choose: (ticketNumber: string) => void;
}

/** Drawn again only when it changes: a key moves the mark between two rows of a page. */
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
  const isOver = ticket.end !== undefined && OVER.includes(ticket.end.what);
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
              {dateOf(ticket.soldAt)} {clockText(ticket.soldAt)}{' '}
              {t('sold.clerk', { number: ticket.clerkNumber })}
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
                ? t(isOver ? 'sold.spoiledOver' : 'sold.spoiled')
                : ticket.print.state === 'cancelled'
                  ? t('sold.cancelled')
                  : t('sold.noTask')}
          </output>
        )}
        {isSure && (
          <p className="caution" role="alert">
            {t(isOver ? 'sold.spoilSureOver' : 'sold.spoilSure')}
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
