import { yuan } from '../../../contract/refusals.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useStatus } from '../../state/office.ts';
import { useView } from '../../state/store.ts';
import { t } from '../../words/words.ts';
import { classWords } from './passengers-pane.tsx';

/** What was just done or refused, and what the next key does. It stays until something newer happens. */
export function Say() {
  const notice = useView((state) => state.order.notice);
  const passengers = useView((state) => state.order.passengers);
  if (!notice) return <output className="say quiet" />;
  switch (notice.kind) {
    case 'problem':
      return (
        <div className="say stop">
          <ProblemBox problem={notice.problem} />
          {notice.again && (
            <p>
              <KeyCap action="passengers.again" /> {t('say.again')}
            </p>
          )}
        </div>
      );
    case 'read':
    case 'typed': {
      const passenger = passengers.find((one) => one.holder.holderRef === notice.holderRef);
      if (!passenger) return <output className="say quiet" />;
      const values = { name: passenger.holder.name, class: classWords(passenger) };
      const words =
        notice.kind === 'typed'
          ? t('say.typed', values)
          : passenger.ageYears === null
            ? t('say.read', values)
            : t('say.readAge', { ...values, age: passenger.ageYears });
      return (
        <output className="say">
          <b>{words}</b>
          <Next />
        </output>
      );
    }
    case 'removed':
      return <Plain text={t('say.removed', { name: notice.name })} />;
    case 'laterCard':
      return <Plain text={t('say.laterCard', { name: notice.name })} />;
    case 'childAsked':
      return <Plain text={t('say.childAsked', { name: notice.name })} />;
    case 'vehicleAdded':
      return <Plain text={t('say.vehicleAdded', { plate: notice.plate })} />;
    case 'vehicleRemoved':
      return <Plain text={t('say.vehicleRemoved', { plate: notice.plate })} />;
    case 'scannedText':
      return <Plain text={t('say.scannedText', { text: notice.text })} />;
    case 'cleared':
      return <Plain text={t('say.cleared')} />;
    case 'clearAsk':
      return (
        <div className="say warn" role="alert">
          <b>{t('say.clearAsk', { count: passengers.length })}</b>
        </div>
      );
    case 'pricing':
      return <Plain text={t('say.pricing')} />;
    case 'sold':
      return <JustSold />;
  }
}

/** The keys that help where the clerk stands: letters are commands among the passengers only. */
function Next() {
  const pane = useView((state) => state.pane);
  // A form says its own keys; letters are typed into it.
  if (pane === 'entry' || pane === 'vehicle') return null;
  if (pane === 'passengers')
    return (
      <p className="dim">
        {t('say.wrong')} <KeyCap action="passengers.class" /> {t('say.change')} {'\u00B7'}{' '}
        <KeyCap action="passengers.child" /> {t('say.child')} {'\u00B7'}{' '}
        <KeyCap action="passengers.vehicle" /> {t('say.vehicle')} {'\u00B7'}{' '}
        <KeyCap action="passengers.remove" /> {t('say.remove')} {'\u00B7'} <KeyCap action="passengers.take" />{' '}
        {t('say.toMoney')}
      </p>
    );
  return (
    <p className="dim">
      {t('say.wrong')} <KeyCap action={pane === 'money' ? 'money.back' : 'pane.passengers'} />{' '}
      {t('say.toPassengers')} {'\u00B7'} <KeyCap action="passengers.take" />{' '}
      {pane === 'money' ? t('money.sell') : t('say.toMoney')}
    </p>
  );
}

/** After a sale: what is durable, where the sheets are, and what goes over the counter. */
function JustSold() {
  const last = useView((state) => state.last);
  const status = useStatus()?.status;
  if (!last) return <output className="say quiet" />;
  const all = last.result.tickets.map((ticket) => ticket.print.state);
  // Tickets that ended before their sheets were begun are no longer part of what is waited for.
  const states = all.filter((state) => state !== 'cancelled');
  const money = { yuan: yuan(last.result.changeFen) };
  const printer = status?.devices.find((one) => one.kind === 'printer');
  const isEnded = states.length === 0;
  const isPrinted = states.every((state) => state === 'confirmed' || state === 'settled');
  const isSlip = states.includes('slip');
  const isPaperless = states.includes('none');
  const isDoubtful = states.some((state) => state === 'unknown' || state === 'failed');
  const isSpoiled = states.includes('spoiled');
  const isStuck = states.includes('waiting') && !states.includes('sending') && printer?.state !== 'ready';
  const words = isEnded
    ? t('say.soldEnded')
    : isDoubtful
      ? t('say.soldDoubt')
      : isPrinted
        ? t('say.soldPrinted', { count: states.length, ...money })
        : isSlip || isPaperless
          ? t(isSlip ? 'say.soldSlips' : 'say.soldPaperless', { count: states.length, ...money })
          : isStuck
            ? t('say.soldWaiting', money)
            : isSpoiled
              ? t('say.soldSpoiled')
              : t('say.sold', money);
  return (
    <output className={isDoubtful || isStuck ? 'say warn' : 'say good'}>
      <b>{words}</b>
      {isStuck && printer && printer.text !== '' && <p>{printer.text}</p>}
    </output>
  );
}

function Plain({ text }: { text: string }) {
  return (
    <output className="say">
      <b>{text}</b>
    </output>
  );
}
