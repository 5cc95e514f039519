import type { LedgerId } from '../../contract/ids.ts';
import type { HostCalls } from './host-client.ts';
import type { Records } from './records.ts';

/** Gives the host what it lacks and takes what came there, until neither has more. Marks move once a page is durable. */
export async function exchangeRecords(
  records: Pick<Records, 'after' | 'mark' | 'take' | 'setMark'>,
  calls: HostCalls,
  peer: LedgerId,
  hasStopped: () => boolean,
): Promise<void> {
  for (;;) {
    const out = records.after(records.mark(peer).gave, peer);
    const came = await calls.call('records.sync', {
      after: records.mark(peer).got,
      records: out.records,
    });
    if (hasStopped()) return;
    records.take(came.records, peer);
    records.setMark(peer, { got: came.place, gave: out.place });
    if (!came.more && !out.more) return;
  }
}
