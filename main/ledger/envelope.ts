import { entryHash } from '../../contract/encoding/chain.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import type { EntryEnvelope, NewEntry } from '../../contract/entries.ts';
import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';
import { hash } from 'node:crypto';

/** Version of the envelope that this program writes. */
export const ENVELOPE_VERSION = 1;

export const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

/** {@link entryHash} with Node's SHA-256. */
export const hashEntry = (prev: Uint8Array, canonical: string): Uint8Array =>
  entryHash(sha256, prev, canonical);

/** What all entries of one command share. */
export interface EnvelopeFrame {
  actor: string;
  atMs: number;
  businessDate: BusinessDate;
  commandId: string;
  plans: readonly string[];
  of: number;
}

/**
 * Writes the JCS text of envelopes of one ledger. The members of an envelope are known, so they stand in canonical order
 * here and only their values are encoded; a test holds it equal to `jcs` of the whole object.
 */
export function createEnvelopeWriter(window: WindowId, ledgerId: LedgerId) {
  const windowText = jcs(window);
  const ledgerText = jcs(ledgerId);
  const tail = `,"v":${ENVELOPE_VERSION},"window":${windowText}}`;
  return (
    frame: EnvelopeFrame,
  ): ((
    entry: NewEntry,
    identity: { ref: string; digest: string } | undefined,
    seq: number,
    n: number,
  ) => string) => {
    const head = `{"actor":${jcs(frame.actor)},"at":${jcs(frame.atMs)},"body":`;
    const middle = `,"businessDate":${jcs(frame.businessDate)},"commandId":${jcs(frame.commandId)}`;
    const plans = jcs(frame.plans);
    const of = jcs(frame.of);
    return (entry, identity, seq, n) => {
      const who =
        identity === undefined
          ? ''
          : `,"identity":{"digest":${jcs(identity.digest)},"ref":${jcs(identity.ref)}}`;
      return (
        `${head}${jcs(entry.body)}${middle}${who},"kind":${jcs(entry.kind)},"ledgerId":${ledgerText}` +
        `,"part":{"n":${n},"of":${of}},"plans":${plans},"seq":${seq}${tail}`
      );
    };
  };
}

/** Entry text read back. It was written by a program of ours and stands under the chain, so its shape is not checked again. */
export function parseEnvelope(canonical: string): EntryEnvelope {
  return JSON.parse(canonical) as EntryEnvelope;
}
