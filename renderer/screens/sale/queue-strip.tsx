import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { DepartureView } from '../../../contract/office.ts';
import { act, useActions } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { problemWords } from '../../parts/problem.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { useView } from '../../state/store.ts';
import { t } from '../../words/words.ts';

/** What a plan in force lets be given out is asked again this often. */
const ASK_EVERY_MS = 20_000;

/** Where a plan lets queue numbers be given: one key gives the next, of the departure's line or else of the hall. */
export function QueueStrip({ standing }: { standing: DepartureView | undefined }) {
  const { client, clock, queries } = useOffice();
  const isSale = useView((state) => state.screen === 'sale');
  const known = useAsk('queue.list', {}, { everyMs: ASK_EVERY_MS, keep: true });
  const [said, setSaid] = useState('');
  const issuing = (known.data?.queues ?? []).filter(({ issued }) => issued);
  const queue =
    issuing.find(({ lineId }) => lineId === standing?.lineId) ??
    issuing.find(({ lineId }) => lineId === null);
  useEffect(
    () => client.on('timetable.changed', () => void queries.invalidateQueries({ queryKey: ['queue.list'] })),
    [client, queries],
  );
  const give = async (lineId: string | null): Promise<void> => {
    const reply = await client.call('queue.give', { lineId }, clock.commandId());
    if (reply.ok) {
      const { label, ahead, lineName, printed } = reply.value;
      const name = lineName ?? t('queue.hall');
      setSaid(t(printed ? 'queue.gave' : 'queue.gaveByHand', { label, ahead, name }));
    } else setSaid(problemWords(reply.problem).message);
    void queries.invalidateQueries({ queryKey: ['queue.list'] });
  };
  useActions(queue && isSale ? { 'queue.give': () => void give(queue.lineId) } : {});
  if (!queue) return null;
  return (
    <p className="queue-strip" data-part="queue-strip">
      <Button
        className="btn small"
        excludeFromTabOrder
        onPress={() => {
          act('queue.give');
        }}
      >
        {t('queue.giveFor', { name: queue.lineName ?? t('queue.hall') })} <KeyCap action="queue.give" />
      </Button>{' '}
      <output>{said}</output>
    </p>
  );
}
