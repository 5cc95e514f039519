import { LEDGER_READ_CHARS, ledgerReadBytes, type CityInput, type CityOutput } from '../contract/city.ts';
import { ZERO_HASH } from '../contract/encoding/chain.ts';
import { fromBase64url } from '../contract/encoding/bytes.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { hexOf, verifyEd25519 } from './crypto.ts';
import type { Sql } from './store/store.ts';

const MOST_ENTRIES = 1_000;

/**
 * Entries of one ledger for another window of the same station, which signs for what it asks. Refuses `city.unknownWindow`,
 * `city.otherStation`, `city.signature`. What is stored apart since a fork is not among them.
 */
export async function readLedger(
  sql: Sql,
  input: CityInput<'ledger.read'>,
): Promise<Outcome<CityOutput<'ledger.read'>>> {
  const { by, window, ledgerId, after, signature } = input;
  const [asking] = await sql.query<{ public_key: Uint8Array }>(
    'select public_key from windows where window_id = $1',
    [by],
  );
  if (!asking) return refused('city.unknownWindow', { window: by }, 'by');
  if (by.split('/')[0] !== window.split('/')[0]) return refused('city.otherStation', { window }, 'window');
  if (!isSigned(asking.public_key, input, signature)) return refused('city.signature', {}, 'signature');
  const [ledger] = await sql.query<{ ack_seq: number; last_hash: Uint8Array; fork_seq: number | null }>(
    'select ack_seq, last_hash, fork_seq from ledgers where window_id = $1 and ledger_id = $2',
    [window, ledgerId],
  );
  const rows = await sql.query<{ entry: string }>(
    `select entry from (
       select seq, entry, sum(length(entry)) over (order by seq) - length(entry) as before
       from (select seq, entry from entries where window_id = $1 and ledger_id = $2 and seq > $3 order by seq limit $4) page
     ) counted where before < $5 order by seq`,
    [window, ledgerId, after, MOST_ENTRIES, LEDGER_READ_CHARS],
  );
  return accepted({
    entries: rows.map(({ entry }) => entry),
    ackSeq: ledger?.ack_seq ?? 0,
    hash: hexOf(ledger?.last_hash ?? ZERO_HASH),
    isForked: (ledger?.fork_seq ?? null) !== null,
  });
}

function isSigned(key: Uint8Array, asked: CityInput<'ledger.read'>, signature: string): boolean {
  try {
    return verifyEd25519(key, ledgerReadBytes(asked), fromBase64url(signature));
  } catch {
    return false;
  }
}
