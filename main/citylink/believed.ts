import type { BatchAnswer } from '../../contract/city.ts';
import { refuse } from '../../contract/refusals.ts';
import { Down } from './down.ts';

/**
 * What may be believed of an answer to a batch: an `ackSeq` within what was sent, or as far as the city itself said that it is.
 * @returns how far of this batch is acknowledged
 * @throws {Down} `city.rubbish`: nothing of it is recorded
 */
export function believedAck(
  batch: { from: number; to: number },
  { ackSeq, verdicts }: BatchAnswer,
  cityAckSeq: number,
): number {
  const highest = Math.max(batch.to, cityAckSeq);
  const reached = Math.min(ackSeq, batch.to);
  if (ackSeq > highest) throw new Down(refuse('city.rubbish', { detail: `ackSeq ${ackSeq} > ${highest}` }));
  if (reached < batch.from)
    throw new Down(refuse('city.rubbish', { detail: `ackSeq ${ackSeq} < ${batch.from}` }));
  const strange = verdicts.find(({ seq }) => seq > reached);
  if (strange) throw new Down(refuse('city.rubbish', { detail: `seq ${strange.seq} > ${reached}` }));
  return reached;
}
