import { Button } from 'react-aria-components';
import type { GateView } from '../../../contract/office.ts';
import type { HallQueue } from '../../../contract/office/queue.ts';
import { act } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { t } from '../../words/words.ts';

/** While the line rolls: how far the queue was let go, who waits, and how many may go now. */
export function QueuePanel({ queue }: { queue: NonNullable<GateView['queue']> }) {
  const { through, waiting, standby, released, underWay, room, next, releasesTo } = queue;
  return (
    <div className="gate-queue" data-part="queue">
      <p>
        <b>{through === null ? t('queue.none') : t('queue.through', { label: through })}</b>{' '}
        {t('queue.waiting', { waiting, standby })}
      </p>
      <p>{t('queue.released', { released, underWay, room })}</p>
      {next ? (
        <p data-part="nextVessel" data-departure={next.departureId}>
          <b className="tag warn">{t('queue.next', { time: next.departLocal, vessel: next.vesselName })}</b>
        </p>
      ) : (
        releasesTo && (
          <p data-part="nextVessel" data-departure={releasesTo.departureId}>
            <b className="tag warn">
              {t('queue.releasesTo', { time: releasesTo.departLocal, vessel: releasesTo.vesselName })}
            </b>
          </p>
        )
      )}
      <Button
        className="btn"
        onPress={() => {
          act('gate.release');
        }}
      >
        {t('key.gate.release')} <KeyCap action="gate.release" />
      </Button>
    </div>
  );
}

/** Numbers on slips: up to where they are called, for this line and for the hall. */
export function CallPanel({ queues }: { queues: readonly HallQueue[] }) {
  if (queues.length === 0) return null;
  return (
    <div className="gate-queue" data-part="calls">
      {queues.map(({ lineId, lineName, through, waiting }) => (
        <p key={lineId ?? ''}>
          {t(through === null ? 'queue.callsNone' : 'queue.calls', {
            name: lineName ?? t('queue.hall'),
            label: through ?? '',
            waiting,
          })}
        </p>
      ))}
      <p className="dim">{t('queue.callHint')}</p>
      <Button
        className="btn"
        isDisabled={queues.every(({ waiting }) => waiting === 0)}
        onPress={() => {
          act('gate.call');
        }}
      >
        {t('key.gate.call')} <KeyCap action="gate.call" />
      </Button>
    </div>
  );
}
