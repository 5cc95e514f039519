import { batchHeadBytes, type SignedHead } from '../../contract/encoding/batch.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { verifyEd25519 } from '../crypto.ts';
import type { Sql } from '../store/store.ts';

/** Never throws. */
export function isSigned(windowKey: Uint8Array, { head, signature }: SignedHead): boolean {
  try {
    return verifyEd25519(windowKey, batchHeadBytes(head), fromBase64url(signature));
  } catch {
    return false;
  }
}

/**
 * Whether the window that a head names signed it, before anything is opened, waits or is locked for it: whoever cannot sign holds
 * nothing up. Looked at again when the window's row is locked. `city.unknownWindow`, `city.signature`.
 */
export async function unsigned(sql: Sql, signed: SignedHead): Promise<Refusal | undefined> {
  const { window } = signed.head;
  const [row] = await sql.query<{ public_key: Uint8Array }>(
    'select public_key from windows where window_id = $1',
    [window],
  );
  if (!row) return refuse('city.unknownWindow', { window });
  return isSigned(row.public_key, signed) ? undefined : refuse('city.signature');
}
