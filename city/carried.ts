import { batchAnswerSchema, cityMethods } from '../contract/city.ts';
import type { BatchHead } from '../contract/encoding/batch.ts';
import { toBase64url } from '../contract/encoding/bytes.ts';
import { carriedAnswerBytes, type CarriedAnswer } from '../contract/encoding/carried.ts';
import type { Answer } from '../contract/envelope.ts';
import type { Refusal } from '../contract/refusals.ts';
import { signEd25519 } from './crypto.ts';
import type { Gateway } from './gateway.ts';
import type { CityKeyRing } from './keys.ts';
import { openHead } from './opened-batch.ts';

/**
 * Takes in a batch that was carried by hand, and signs the answer for the way back. A file that is no whole batch gets no signed
 * answer: there is nothing that it could be the answer to. Nor does a defect: the file is imported again.
 */
export async function answerCarried(
  gateway: Gateway,
  ring: CityKeyRing,
  gzip: Uint8Array,
): Promise<{ answer: Answer; carried?: { answer: CarriedAnswer; signature: string } }> {
  const answer = await gateway.batch(gzip);
  if (answer.id === null || (!answer.ok && answer.refusal.code === 'defect')) return { answer };
  const signed = openHead(gzip);
  if (!signed.ok) return { answer };
  const { head } = signed.value;
  const said: CarriedAnswer = {
    alg: 'Ed25519',
    purpose: 'so.answer.1',
    keyId: ring.publicKeys.signing.keyId,
    window: head.window,
    ledgerId: head.ledgerId,
    from: head.from,
    to: head.to,
    hash: head.hash,
    outcome: answer.ok
      ? { ok: true, result: batchAnswerSchema.parse(answer.result) }
      : { ok: false, refusal: answer.refusal, ...(await haveOf(gateway, head, answer.refusal)) },
  };
  return {
    answer,
    carried: { answer: said, signature: toBase64url(signEd25519(ring.signing, carriedAnswerBytes(said))) },
  };
}

/** A batch that does not follow: from where on its window is to write again. */
async function haveOf(
  gateway: Gateway,
  { window, ledgerId }: BatchHead,
  { code }: Refusal,
): Promise<{ have?: number }> {
  if (code !== 'city.gap') return {};
  const method = 'ledger.position';
  const answer = await gateway.rpc({ id: 1, method, params: { window, ledgerId } });
  return answer.ok ? { have: cityMethods[method].output.parse(answer.result).ackSeq } : {};
}
