import { Button } from 'react-aria-components';
import type { DeviceStatus, LinkStatus, OfficeOutput, OfficeStatus } from '../../contract/office.ts';
import { yuan, type Refusal } from '../../contract/refusals.ts';
import { mayCall } from '../../contract/permissions.ts';
import { act } from '../keys/dispatcher.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { useOfficeNow } from '../parts/tick.ts';
import { useStatus } from '../state/office.ts';
import { ageParts, clockText, weekdayOf, whenWords } from '../text/when.ts';
import { t } from '../words/words.ts';

type Tone = 'good' | 'warn' | 'stop' | 'plain';
const marks: Record<Tone, string> = { good: '\u2713', warn: '!', stop: '\u2715', plain: '\u00B7' };

/** One fact of the bar: never told by its colour alone, the mark and the words say the same. */
function Chip({ tone, mark, text, name }: { tone: Tone; mark?: string; text: string; name: string }) {
  return (
    <span className={`chip ${tone}`} data-chip={name} title={text}>
      <b aria-hidden="true">{mark ?? marks[tone]}</b>
      <span>{text}</span>
    </span>
  );
}

export function shortDate(date: string): string {
  return t('bar.date', {
    month: date.slice(5, 7),
    day: date.slice(8),
    weekday: t('bar.weekdays').charAt(weekdayOf(date)),
  });
}

/** Link, backlog and the age of the oldest unsent entry, in words. */
export function linkWords(link: LinkStatus, nowMs: number): { tone: Tone; text: string } {
  const count = link.backlog;
  const { unit, count: number } = ageParts(link.oldestUnsentAt === null ? 0 : nowMs - link.oldestUnsentAt);
  const age = t(`bar.age.${unit}`, { count: number });
  switch (link.state) {
    case 'up':
      return { tone: 'good', text: count === 0 ? t('bar.linkUp') : t('bar.linkUpBacklog', { count }) };
    case 'down':
      return {
        tone: 'warn',
        text: count === 0 ? t('bar.linkDown') : t('bar.linkDownBacklog', { count, age }),
      };
    case 'none':
      return { tone: 'plain', text: count === 0 ? t('bar.linkNone') : t('bar.linkNoneBacklog', { count }) };
    case 'starting':
      return { tone: 'plain', text: t('bar.linkStarting') };
    case 'fenced':
      return { tone: 'stop', text: t('bar.linkFenced') };
  }
}

/** Why the link is not up or a timetable was refused, and dates whose totals differ. A fence has a banner of its own. */
export function linkTroubles(link: LinkStatus): Refusal[] {
  const why = link.refusal && link.state !== 'fenced' ? [link.refusal] : [];
  return [...why, ...(link.totals?.differences ?? []).map((one) => one.refusal)];
}

const isDown = (device: DeviceStatus): boolean =>
  device.state === 'absent' || device.state === 'fault' || device.paper === 'out';

function deviceWords(
  device: DeviceStatus | undefined,
  name: string,
  none: string,
): { tone: Tone; text: string } {
  if (!device) return { tone: 'plain', text: none };
  const tone =
    device.state === 'ready' || device.state === 'paused'
      ? 'good'
      : device.state === 'starting'
        ? 'plain'
        : device.state === 'attention'
          ? 'warn'
          : 'stop';
  const isPrinter = device.kind === 'printer';
  if (isPrinter && device.paper === 'out')
    return { tone: 'stop', text: t('bar.deviceWith', { device: name, text: t('bar.paper.out') }) };
  if (device.state === 'ready') {
    if (!isPrinter) return { tone, text: name };
    return {
      tone: device.paper === 'nearEnd' ? 'warn' : tone,
      text: t('bar.deviceWith', { device: name, text: t(`bar.paper.${device.paper}`) }),
    };
  }
  return { tone, text: t('bar.deviceWith', { device: name, text: t(`bar.device.${device.state}`) }) };
}

function ShiftWords({ info, status }: { info: OfficeOutput<'session.info'>; status: OfficeStatus }) {
  const { shift } = status;
  return (
    <span className="clerk" data-chip="shift" title={shift ? yuan(shift.floatFen) : undefined}>
      <span>{info.signedIn ? t('bar.clerk', { number: info.signedIn.number }) : t('bar.noClerk')}</span>
      <span className="dim">{shiftWords(shift, info.signedIn?.number)}</span>
    </span>
  );
}

/** Whose shift it is stands there where it is not one's own. */
function shiftWords(shift: OfficeStatus['shift'], number: string | undefined): string {
  if (!shift) return t('bar.noShift');
  const time = clockText(shift.openedAt).slice(0, 5);
  return number === undefined || shift.clerkNumber === number
    ? t('bar.shiftSince', { time })
    : t('bar.shiftOf', { number: shift.clerkNumber, time });
}

/** Always there, on every screen: what this window is, how late it is, and how it stands. */
export function StatusBar({ info }: { info: OfficeOutput<'session.info'> }) {
  const known = useStatus();
  const nowMs = useOfficeNow(1000);
  const status = known?.status;
  const reader = status?.devices.find((one) => one.kind === 'id-reader');
  const printer = status?.devices.find((one) => one.kind === 'printer');
  const isLineOut = status?.link.state === 'down';
  // The chip says that something is the matter; here is what, and what to do.
  const troubles = (status?.devices ?? []).filter((one) => one.text !== '' && one.state !== 'starting');
  const link = status && nowMs !== undefined ? linkWords(status.link, nowMs) : undefined;
  return (
    <header aria-label={t('bar.status')}>
      <div className="bar">
        <h1 className="where">{t('bar.window', { station: info.station.name, window: info.window })}</h1>
        {status && nowMs !== undefined && (
          <span className="dim clock">
            <span data-chip="date">{shortDate(status.businessDate)}</span>{' '}
            <span data-chip="clock">{clockText(nowMs)}</span>
          </span>
        )}
        <span className="spacer" />
        {link && (
          <Chip
            name="link"
            tone={link.tone}
            mark={link.tone === 'warn' ? '\u21C5' : marks[link.tone]}
            text={link.text}
          />
        )}
        {mayCall('link.export', info.signedIn?.roles ?? null) &&
          status &&
          (isLineOut || linkTroubles(status.link).length > 0) && (
            <Button excludeFromTabOrder className="foot-key" onPress={() => act('carried.open')}>
              <KeyCap action="carried.open" /> {t(isLineOut ? 'bar.carry' : 'bar.linkDetail')}
            </Button>
          )}
        {status && <Chip name="reader" {...deviceWords(reader, t('bar.reader'), t('bar.readerNone'))} />}
        {status && <Chip name="printer" {...deviceWords(printer, t('bar.printer'), t('bar.printerNone'))} />}
        {status && status.printsToSettle > 0 && (
          <Chip name="settle" tone="warn" text={t('bar.settle', { count: status.printsToSettle })} />
        )}
        {status && status.uploadsRefused > 0 && (
          <Chip name="refused" tone="stop" text={t('bar.refused', { count: status.uploadsRefused })} />
        )}
        {status && status.doubled > 0 && mayCall('gate.doubles', info.signedIn?.roles ?? null) && (
          <Chip name="doubled" tone="stop" text={t('bar.doubled', { count: status.doubled })} />
        )}
        {status?.backup && mayCall('backups.list', info.signedIn?.roles ?? null) && (
          <Chip name="backup" tone="warn" text={t('bar.backup')} />
        )}
        {status && <ShiftWords info={info} status={status} />}
      </div>
      <div
        className={status && status.plans.length > 0 ? 'band plan' : 'band'}
        data-chip="plan"
        data-colour={status ? gravestColour(status) : undefined}
      >
        {!status || status.plans.length === 0 ? (
          <>
            <b>
              <span aria-hidden="true">{'\u25CB '}</span>
              {t('plan.none')}
            </b>
            <span>{t('plan.noneWhat')}</span>
          </>
        ) : (
          <b>
            <span aria-hidden="true">{'\u224B '}</span>
            {t('plan.some', { plans: planWords(status) })}
          </b>
        )}
        {(status?.inForce ?? []).map(
          ({ id, name, review }) =>
            review &&
            nowMs !== undefined &&
            nowMs >= review.dueAt && (
              <span key={id} className="tag warn" data-chip="review-due">
                {t('bar.reviewDue', { name: name ?? id, time: clockText(review.dueAt).slice(0, 5) })}
              </span>
            ),
        )}
        {troubles.map((device) => (
          <span
            key={device.deviceId}
            className={isDown(device) ? 'tag stop' : 'tag warn'}
            data-chip={`trouble-${device.kind}`}
          >
            {device.text}
          </span>
        ))}
        {(status ? linkTroubles(status.link) : []).map((refusal) => (
          <span
            key={refusal.message}
            className="tag warn trouble"
            data-chip="trouble-link"
            title={`${refusal.message} ${refusal.next}`}
          >
            {refusal.message}
          </span>
        ))}
        <span className="spacer" />
        {info.trial && troubles.length === 0 && <span className="tag warn">{t('plan.trial')}</span>}
      </div>
    </header>
  );
}

/** Names of the orders in force and until when what they loosen holds; an id where an older office says no more. */
function planWords({ plans, inForce, nowMs }: OfficeStatus): string {
  if (!inForce) return plans.join('\u3001');
  return inForce
    .map(
      ({ id, name, until }) =>
        (name ?? id) + (until === null ? '' : t('plan.until', { time: whenWords(until, nowMs) })),
    )
    .join('\u3001');
}

/** The colour of the gravest weather signal among the orders in force, as the weather bureau published it. */
function gravestColour({ inForce = [] }: OfficeStatus): string | undefined {
  const [gravest] = inForce
    .filter(({ level }) => level !== null)
    .toSorted((a, b) => (a.level ?? 0) - (b.level ?? 0));
  return gravest?.colour ?? undefined;
}
