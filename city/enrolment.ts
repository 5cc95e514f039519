import type { CityInput, CityOutput } from '../contract/city.ts';
import { fromBase64url } from '../contract/encoding/bytes.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { sha256 } from './crypto.ts';
import type { CityKeyRing } from './keys.ts';
import type { CityRuntime } from './runtime.ts';
import type { Sql, Store } from './store/store.ts';

/** Life of an enrolment code (architecture: once, 24 h). */
export const enrolmentCodeLifeMs = 24 * 60 * 60 * 1_000;

/** Crockford's base 32: no letter that is taken for a digit. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A fresh code of 80 bits as `XXXX-XXXX-XXXX-XXXX`. Shown once; only its hash is stored. */
export async function makeEnrolmentCode(store: Store, runtime: CityRuntime): Promise<string> {
  const code = [...runtime.randomBytes(16)].map((byte) => LETTERS[byte % 32]).join('');
  const nowMs = runtime.nowMs();
  await store.query('delete from enrolment_codes where used_by is null and expires_at <= $1', [nowMs]);
  await store.query('insert into enrolment_codes (code_hash, created_at, expires_at) values ($1, $2, $3)', [
    hashOf(code),
    nowMs,
    nowMs + enrolmentCodeLifeMs,
  ]);
  return code.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Hash of a code as typed: case, dashes and blanks do not matter, `O`, `I` and `L` are read as digits. */
function hashOf(code: string): Uint8Array {
  const plain = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return sha256(new TextEncoder().encode(plain));
}

/**
 * Exchanges a code for the city's keys. The same window with the same key may ask again with the code that it used;
 * another key for a window is refused.
 */
export function enrolWindow(
  store: Store,
  ring: CityKeyRing,
  runtime: CityRuntime,
  input: CityInput<'window.enrol'>,
): Promise<Outcome<CityOutput<'window.enrol'>>> {
  const key = keyOf(input.key);
  if (!key) return Promise.resolve(refused('request.shape', { detail: 'key' }, 'key'));
  return store.transaction(async (sql) => {
    const nowMs = runtime.nowMs();
    const [code] = await sql.query<{ expires_at: number; used_by: string | null }>(
      'select expires_at, used_by from enrolment_codes where code_hash = $1 for update',
      [hashOf(input.code)],
    );
    const isUsable =
      code && (code.used_by === null ? code.expires_at > nowMs : code.used_by === input.window);
    if (!isUsable) return refused('city.enrolmentCode', {}, 'code');
    const added = await sql.query(
      `insert into windows (window_id, public_key, enrolled_at) values ($1, $2, $3)
       on conflict do nothing returning window_id`,
      [input.window, key, nowMs],
    );
    const [known] = await sql.query<{ public_key: Uint8Array }>(
      'select public_key from windows where window_id = $1',
      [input.window],
    );
    const isSame = known !== undefined && Buffer.from(known.public_key).equals(key);
    if (!isSame && !(await hasRetired(sql, input.window))) return refused('city.secondKey', {}, 'key');
    // A code serves one key once: whoever finds the old PC's has none for another.
    if (!isSame && code.used_by !== null) return refused('city.enrolmentCode', {}, 'code');
    if (!isSame)
      await sql.query('update windows set public_key = $2 where window_id = $1', [input.window, key]);
    await sql.query(
      'update enrolment_codes set used_at = $2, used_by = $3 where code_hash = $1 and used_by is null',
      [hashOf(input.code), nowMs, input.window],
    );
    runtime.log.info(
      { window: input.window },
      added.length > 0 ? 'window enrolled' : 'window asked for its keys again',
    );
    return accepted({ keys: ring.publicKeys, ledgerOrdinal: await ordinalOf(sql, input.window) });
  });
}

/** Whether the newest ledger of a window ends with its retirement: another PC takes its number over. */
async function hasRetired(sql: Sql, window: string): Promise<boolean> {
  const [last] = await sql.query<{ kind: string | null }>(
    `select e.kind from ledgers l join entries e
       on e.window_id = l.window_id and e.ledger_id = l.ledger_id and e.seq = l.ack_seq
     where l.window_id = $1 order by l.ordinal desc nulls last limit 1`,
    [window],
  );
  return last?.kind === 'window.retired';
}

/** Ordinal of the window's newest ledger; 1 when the city has seen none. */
async function ordinalOf(sql: Sql, window: string): Promise<number> {
  const [row] = await sql.query<{ ordinal: number | null }>(
    'select max(ordinal) as ordinal from ledgers where window_id = $1',
    [window],
  );
  return row?.ordinal ?? 1;
}

function keyOf(text: string): Uint8Array | undefined {
  try {
    const key = fromBase64url(text);
    return key.length === 32 ? key : undefined;
  } catch {
    return undefined;
  }
}
