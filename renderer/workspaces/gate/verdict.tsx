import type { RefObject } from 'react';
import type { GateTicket, GateVerdict, GateView } from '../../../contract/office.ts';
import type { HallQueue } from '../../../contract/office/queue.ts';
import type { Problem } from '../../client/office-client.ts';
import { Field } from '../../parts/field.tsx';
import { problemWords } from '../../parts/problem.tsx';
import { clockText } from '../../text/when.ts';
import { wayWords } from '../../text/way.ts';
import { t } from '../../words/words.ts';
import { EasedBand } from './eased.tsx';
import { CallPanel, QueuePanel } from './queue.tsx';

/** Counts, the field for a typed number, and the verdict that nobody can mistake: a word, a colour and a mark of its own. */
export function VerdictPane({
  view,
  verdict,
  problem,
  text,
  onText,
  inputRef,
  queues,
}: {
  view: GateView | null;
  verdict: GateVerdict | null;
  problem: Problem | null;
  text: string;
  onText: (text: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
  queues: readonly HallQueue[];
}) {
  const departure = view?.departure;
  return (
    <section className={view ? 'panel here' : 'panel'} aria-labelledby="gate-verdict">
      <h2 id="gate-verdict">
        {departure
          ? t('gate.standing', {
              gate: departure.gate ?? '',
              time: departure.departLocal,
              to: departure.toName,
            })
          : t('gate.choose')}
        <span className="spacer" />
        {departure && (
          <span className={`gate-state ${departure.state}`}>{t(`gate.state.${departure.state}`)}</span>
        )}
      </h2>
      {view?.picture.link === 'apart' && (
        <p className="caution" role="alert" data-part="apart">
          {t('gate.apart', {
            time:
              view.picture.knownAt === null ? t('gate.never') : clockText(view.picture.knownAt).slice(0, 5),
          })}
        </p>
      )}
      {departure && <Counts counts={departure.counts} />}
      {view?.queue && <QueuePanel queue={view.queue} />}
      {view && <EasedBand view={view} />}
      {view && <CallPanel queues={queues} />}
      <div className="gate-entry">
        <Field
          label={t(view?.eased ? 'gate.numberOrName' : 'gate.number')}
          value={text}
          onChange={onText}
          inputRef={inputRef}
          numeric={view?.eased === undefined}
          maxLength={20}
        />
      </div>
      <div className="gate-verdict" aria-live="assertive" aria-atomic="true" data-part="verdict">
        <Said view={view} verdict={verdict} problem={problem} />
      </div>
      {view && <After view={view} />}
    </section>
  );
}

function Counts({ counts }: { counts: GateView['departure']['counts'] }) {
  const cells = [
    ['boarded', counts.boarded],
    ['sold', counts.sold],
    ['missing', counts.missing],
    ['licence', counts.licence],
  ] as const;
  return (
    <dl className="gate-counts">
      {cells.map(([word, count]) => (
        <div key={word} data-count={word}>
          <dt>{t(`gate.${word}`)}</dt>
          <dd>{count}</dd>
        </div>
      ))}
      {counts.vehicles > 0 && (
        <div data-count="vehicles">
          <dt>{t('gate.vehicles', { boarded: counts.vehiclesBoarded, sold: counts.vehicles })}</dt>
        </div>
      )}
    </dl>
  );
}

function Said({
  view,
  verdict,
  problem,
}: {
  view: GateView | null;
  verdict: GateVerdict | null;
  problem: Problem | null;
}) {
  if (problem) {
    const { message, next } = problemWords(problem);
    return (
      <div className="said stop" data-verdict="problem">
        <p className="word">
          <span aria-hidden="true">✕</span> {message}
        </p>
        <p>{next}</p>
      </div>
    );
  }
  if (!verdict) {
    const state = view?.departure.state;
    const closed = state === 'closed' || state === 'reconciled';
    return (
      <div className="said quiet" data-verdict="wait">
        <p className="word">{view ? t(closed ? `gate.state.${state}` : 'gate.wait') : t('gate.choose')}</p>
        <p>{view ? t(closed ? 'gate.closedHint' : 'gate.waitHint') : t('gate.chooseHint')}</p>
      </div>
    );
  }
  const { ticket, document, refusal, admit, children } = verdict;
  return (
    <div className={admit ? 'said good' : 'said stop'} data-verdict={admit ? 'admit' : 'refuse'}>
      <p className="word">
        <span aria-hidden="true">{admit ? '✓' : '✕'}</span> {t(admit ? 'gate.admit' : 'gate.refuse')}
      </p>
      {refusal && (
        <p className="why">
          <b>{refusal.message}</b> {refusal.next}
        </p>
      )}
      {verdict.apart && <p data-part="verdict-apart">{t('gate.verdictApart')}</p>}
      {ticket ? (
        <Who ticket={ticket} />
      ) : (
        document && (
          <p className="who">
            {t('gate.byDocument')} <b>{document.name}</b> <span className="figures">{document.masked}</span>
          </p>
        )
      )}
      {children.map((child) => (
        <p key={child.ticketNumber}>{t('gate.child', { name: child.name ?? t('gate.noName') })}</p>
      ))}
    </div>
  );
}

function Who({ ticket }: { ticket: GateTicket }) {
  const { name, masked, date, departLocal, ticketNumber, window, vehicle, ticketClass } = ticket;
  const to = wayWords(ticket);
  return (
    <>
      <p className="who">
        <b>{vehicle ? t('gate.vehicle', { plate: masked ?? '' }) : (name ?? t('gate.noName'))}</b>{' '}
        {!vehicle && masked !== null && <span className="figures">{masked}</span>}
      </p>
      <p>
        {ticket.queue === undefined
          ? t('gate.to', { date, time: departLocal, to })
          : t('queue.to', { date, to })}{' '}
        · {ticketClass} · {placeWords(ticket)}
      </p>
      <p className="dim-on">
        <span className="figures">{ticketNumber}</span> · {t('gate.soldAt', { window: Number(window) })}
      </p>
    </>
  );
}

/** Its place in the queue, else its seat. */
export function placeWords({ queue, seatNumber }: GateTicket): string {
  if (queue !== undefined) return t('queue.number', { label: queue });
  return seatNumber === null ? t('gate.freeSeat') : t('gate.seat', { seat: seatNumber });
}

/** What came after: the frozen list, the head count, tickets let in twice. */
function After({ view }: { view: GateView }) {
  const { manifest, reconciled, conflicts, others, listWaits, listStale } = view;
  if (!manifest && conflicts.length === 0 && others.length === 0 && !listWaits) return null;
  return (
    <div className="gate-after">
      {others.length > 0 && (
        <p data-part="others">
          {t('gate.others')}
          {others.map(
            ({ gate, window, state }) =>
              ` ${t('gate.other', { gate, window: Number(window), state: t(`gate.state.${state}`) })}`,
          )}
        </p>
      )}
      {listWaits && <p className="caution">{t('gate.listWaits')}</p>}
      {listStale && (
        <p className="caution" role="alert" data-part="list-stale">
          {t('gate.listStale')}
        </p>
      )}
      {manifest && (
        <>
          <p data-part="manifest">
            {t('gate.manifest', { version: manifest.version, missing: manifest.missing, ...manifest.counts })}
          </p>
          <p className="dim hash">{t('gate.hash', { hash: manifest.hash })}</p>
        </>
      )}
      {reconciled && (
        <p data-part="reconciled">
          {t('gate.counted', {
            counted: reconciled.counted,
            boarded: reconciled.boarded,
            difference: reconciled.difference,
          })}
          {reconciled.reason !== null && ` ${t('gate.countedReason', { reason: reconciled.reason })}`}
        </p>
      )}
      {conflicts.length > 0 && (
        <div className="caution" role="alert">
          <b>{t('gate.conflict', { count: conflicts.length })}</b>
          {conflicts.map((ticket) => (
            <p key={ticket.ticketNumber}>
              {t('gate.conflictRow', {
                name: ticket.name ?? '',
                number: ticket.ticketNumber,
                first: ticket.aboard[0]?.gate ?? '',
                second: ticket.aboard[1]?.gate ?? '',
              })}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
