import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { CityKeys } from '../contract/city.ts';
import { fromBase64url, toBase64url } from '../contract/encoding/bytes.ts';
import {
  sealedRowAad,
  sealedRowPlainSchema,
  weekKeyInfo,
  type SealedRowPlain,
} from '../contract/encoding/sealing.ts';
import type { SealedRow, SealedWeekKey } from '../contract/encoding/batch.ts';
import { agreeKey, keyIdOf, openGcm, privateKeyOf, rawPublicKey, secretKeyOf } from './crypto.ts';
import type { CityRuntime } from './runtime.ts';

const key32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** `keys.json` of the city's data folder (mode 0600): three secrets of 32 bytes each. Not in the database. */
export const cityKeyFileSchema = z.strictObject({
  v: z.literal(1),
  /** Ed25519: signs feeds. */
  signing: key32,
  /** X25519: week keys are sealed to it. */
  sealing: key32,
  /** HMAC-SHA-256: look-up of document numbers. */
  index: key32,
});
export type CityKeyFile = z.infer<typeof cityKeyFileSchema>;

/** The city's keys, ready for use. */
export interface CityKeyRing {
  publicKeys: CityKeys;
  signing: KeyObject;
  sealing: KeyObject;
  /** HMAC-SHA-256 of document numbers. */
  index: KeyObject;
}

/** Fresh secrets for a new city. */
export function makeCityKeyFile(runtime: CityRuntime): CityKeyFile {
  const secret = (): string => toBase64url(runtime.randomBytes(32));
  return { v: 1, signing: secret(), sealing: secret(), index: secret() };
}

/** Secrets as keys; their public halves are what windows get. */
export function openKeyRing(file: CityKeyFile): CityKeyRing {
  const signing = privateKeyOf('Ed25519', fromBase64url(file.signing));
  const sealing = privateKeyOf('X25519', fromBase64url(file.sealing));
  return {
    publicKeys: { signing: publicHalf(signing), sealing: publicHalf(sealing) },
    signing,
    sealing,
    index: secretKeyOf(fromBase64url(file.index)),
  };
}

function publicHalf(key: KeyObject): CityKeys['signing'] {
  const raw = rawPublicKey(key);
  return { keyId: keyIdOf(raw), key: toBase64url(raw) };
}

/** A week's key, or undefined when it was not sealed to this city. */
export function openWeekKey(
  ring: CityKeyRing,
  ledgerId: string,
  sealed: SealedWeekKey,
): KeyObject | undefined {
  if (sealed.cityKeyId !== ring.publicKeys.sealing.keyId) return undefined;
  const ephemeral = bytesOf(sealed.ephemeral);
  const nonce = bytesOf(sealed.nonce);
  const text = bytesOf(sealed.sealed);
  const key = agreeKey(ring.sealing, ephemeral, weekKeyInfo(ledgerId, sealed.week));
  const opened = key && openGcm(key, nonce, text);
  return opened?.length === 32 ? secretKeyOf(opened) : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What a sealed identity says, or undefined when key, row and ledger do not belong together. */
export function openSealedRow(
  weekKey: KeyObject,
  ledgerId: string,
  row: SealedRow,
): SealedRowPlain | undefined {
  const nonce = bytesOf(row.nonce);
  const text = bytesOf(row.sealed);
  const opened = openGcm(weekKey, nonce, text, sealedRowAad(ledgerId, row.ref));
  if (!opened) return undefined;
  try {
    const parsed = sealedRowPlainSchema.safeParse(JSON.parse(utf8.decode(opened)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The schemas have let only base64url through; a wrong length gives wrong bytes, which then do not open. */
function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64url');
}
