import type { DepartureView, OfficeOutput } from '../../../contract/office.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';

type PassedOn = NonNullable<OfficeOutput<'sales.quote'>['passedOn']>;

/** How much a state is in the way of a sale: a colour, beside its word. */
export function noticeTone({ sale, checkIn }: NonNullable<DepartureView['notice']>): string {
  if (sale.passengers === 'nothing' || checkIn === 'closed') return 'tag stop';
  return 'tag warn';
}

/** The state of the departure that is being sold, with its meaning for sale, check-in and refund. */
export function NoticeBand({
  departure,
  passedOn,
}: {
  departure: DepartureView | undefined;
  /** The next vessel of a line that rolls, to which the order went on by itself. */
  passedOn: PassedOn | undefined;
}) {
  const { notice, leftAt } = departure ?? {};
  if (!departure || (!notice && leftAt === undefined)) return null;
  return (
    <output className="notice-band">
      {passedOn && (
        <b className="tag good" data-part="passedOn" data-departure={passedOn.departureId}>
          {t('notice.passedOn', { time: passedOn.departLocal, vessel: passedOn.vesselName })}
        </b>
      )}
      {leftAt !== undefined && (
        <span className="tag">{t('departures.leftAt', { time: clockText(leftAt).slice(0, 5) })}</span>
      )}
      {notice && (
        <>
          <b className={noticeTone(notice)}>{notice.words}</b>
          <span>{t(`notice.sale.${notice.sale.passengers}`)}</span>
          {notice.sale.vehicles === 'nothing' && <span>{t('notice.vehiclesClosed')}</span>}
          <span>{t(`notice.checkIn.${notice.checkIn}`)}</span>
          <span>{t(`notice.refund.${notice.freeRefund}`)}</span>
        </>
      )}
    </output>
  );
}
