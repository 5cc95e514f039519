import { hash, hkdfSync, sign, type KeyObject } from 'node:crypto';
import { fromBase64url, toBase64url, toHex } from '../../contract/encoding/bytes.ts';
import { identityDigest, type IdentityPlain } from '../../contract/encoding/chain.ts';
import { jcs, jcsBytes } from '../../contract/encoding/jcs.ts';
import { sealedRowAad, sealedRowPlainSchema, weekKeyInfo } from '../../contract/encoding/sealing.ts';
import type { SealedRow, SealedWeekKey } from '../../contract/encoding/batch.ts';
import { weekSchema, type LedgerId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { hmacOf, NONCE_BYTES, openBytes, readyKey, SEAL_ALG, sealBytes } from './cipher.ts';
import { readKeyFile, writeKeyFile, KEYS_FILE, type KeyRing, type KeyUse } from './key-file.ts';
import { removeKeyDrafts } from './drafts.ts';
import { createGateKey } from './gate-key.ts';
import { agreedKey, keyIdOf, privateKeyOf, publicKeyText } from './key-pairs.ts';
import { KeysWriteError, type Sealed, type Vault, type VaultOptions } from './types.ts';

export { fileKeyStore } from './file-key-store.ts';
export { KeysWriteError, type KeyStore, type Sealed, type Vault, type VaultOptions } from './types.ts';

const KEY_BYTES = 32;
const REF_BYTES = 16;
const SALT_BYTES = 16;
/** Half of an HMAC-SHA-256: no two documents of a station will ever share it, and the index stays small. */
const TOKEN_BYTES = 16;
const STANDING_USES = ['lookup', 'commandMac', 'signing'] as const satisfies KeyUse[];

const secretAad = (name: string): Uint8Array => jcsBytes({ purpose: 'so.secret.1', name });
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

/**
 * Opens the keys of this PC, or makes them where neither keys nor a ledger are there yet. Refuses `keys.missing` when a part is
 * gone (a new key in silence would make everything sealed unreadable), `keys.broken` when a part cannot be read,
 * `disk.failed` when new keys cannot be stored.
 */
export async function openVault(options: VaultOptions): Promise<Outcome<Vault>> {
  const { runtime, keyStore, hasLedger } = options;
  removeKeyDrafts(runtime.files, runtime.log);
  const loaded = await keyStore.load();
  if (!loaded.ok) return loaded;
  const isFirstStart = !hasLedger && !runtime.files.exists(KEYS_FILE);
  let masterKey = loaded.value;
  if (masterKey === undefined) {
    if (!isFirstStart) return refused('keys.missing');
    masterKey = runtime.random.bytes(KEY_BYTES);
    try {
      await keyStore.save(masterKey);
    } catch (error) {
      runtime.log.error({ error: String(error) }, 'the master key could not be stored');
      return refused('disk.failed');
    }
  }
  const read = readKeyFile(runtime.files, masterKey);
  if (!read.ok) return read;
  let ring = read.value;
  if (ring === undefined) {
    if (!isFirstStart) return refused('keys.missing');
    ring = new Map(STANDING_USES.map((use) => [use, runtime.random.bytes(KEY_BYTES)]));
    try {
      writeKeyFile(runtime.files, runtime.random, masterKey, ring);
    } catch (error) {
      runtime.log.error({ error: String(error) }, 'keys.json could not be written');
      return refused('disk.failed');
    }
  }
  const [lookup, commandMac, signing] = STANDING_USES.map((use) => ring.get(use));
  if (!lookup || !commandMac || !signing) return refused('keys.broken');
  const signingKey = privateKeyOf('Ed25519', signing);
  // Derived, so that a key file of an older program has it too.
  const secrets = new Uint8Array(hkdfSync('sha256', commandMac, new Uint8Array(), 'so.secrets.1', KEY_BYTES));
  const standing = {
    lookup: hmacOf(lookup),
    commandMac: hmacOf(commandMac),
    secrets: readyKey(secrets),
    signingKey,
    linkSeed: derivedSecret(signing, 'so.station.link.1'),
    sealingSeed: derivedSecret(signing, 'so.station.sealing.1'),
  };
  return accepted(createVault(options, masterKey, ring, standing));
}

interface Standing {
  lookup: (text: string) => Uint8Array;
  commandMac: (text: string) => Uint8Array;
  secrets: KeyObject;
  signingKey: KeyObject;
  linkSeed: Uint8Array;
  sealingSeed: Uint8Array;
}

/** A secret for one more use out of one that is kept: HKDF-SHA-256, empty salt, the purpose as `info`. */
function derivedSecret(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), purpose, KEY_BYTES));
}

function createVault(options: VaultOptions, masterKey: Uint8Array, ring: KeyRing, standing: Standing): Vault {
  const { runtime, ledgerId } = options;
  const { random, files } = runtime;
  const publicKey = publicKeyText(standing.signingKey);
  const sealingKey = publicKeyText(privateKeyOf('X25519', standing.sealingSeed));

  const gateKey = createGateKey({ files, random, log: runtime.log, masterKey });
  const ready = new Map<string, KeyObject>();

  /** A week's key; undefined when there is none (yet, or any more). */
  const knownWeekKey = (week: string): KeyObject | undefined => {
    const known = ready.get(week);
    if (known) return known;
    const raw = ring.get(`week:${week}`);
    if (!raw) return undefined;
    const key = readyKey(raw);
    ready.set(week, key);
    return key;
  };
  /** Makes and stores a week's key. */
  const newWeekKey = (week: string): KeyObject => {
    if (!weekSchema.safeParse(week).success) throw new TypeError(`not an ISO week: ${week}`);
    const fresh = random.bytes(KEY_BYTES);
    try {
      writeKeyFile(files, random, masterKey, new Map<KeyUse, Uint8Array>(ring).set(`week:${week}`, fresh));
    } catch (error) {
      throw new KeysWriteError({ cause: error });
    }
    // In memory only once it is on disk: no row may be sealed under a key that a power cut would take.
    ring.set(`week:${week}`, fresh);
    const key = readyKey(fresh);
    ready.set(week, key);
    return key;
  };
  const lookupToken = (kind: string, number: string): Uint8Array =>
    standing.lookup(jcs([kind, number])).subarray(0, TOKEN_BYTES);

  /** One identity under a week's key, with a reference, salt and nonce of its own. */
  const sealUnder = (
    key: KeyObject,
    { kind, name, number }: IdentityPlain,
    week: string,
    token: Uint8Array,
  ): Sealed => {
    const chance = random.bytes(REF_BYTES + SALT_BYTES + NONCE_BYTES);
    const ref = toHex(chance.subarray(0, REF_BYTES));
    const salt = chance.subarray(REF_BYTES, REF_BYTES + SALT_BYTES);
    const nonce = chance.subarray(REF_BYTES + SALT_BYTES);
    const plain = jcsBytes({ kind, name, number, salt: toBase64url(salt) });
    const sealed = sealBytes(key, nonce, plain, sealedRowAad(ledgerId, ref));
    return {
      row: { alg: SEAL_ALG, ref, week, nonce: toBase64url(nonce), sealed: toBase64url(sealed) },
      digestHex: toHex(identityDigest(sha256, salt, { kind, name, number })),
      token,
    };
  };

  /** X25519 with a fresh key, HKDF-SHA-256, AES-256-GCM. */
  const sealWeekKey = (
    key: Uint8Array,
    week: string,
    ofLedger: LedgerId,
    to: { keyId: string; key: string },
  ): SealedWeekKey => {
    const ephemeral = privateKeyOf('X25519', random.bytes(KEY_BYTES));
    const nonce = random.bytes(NONCE_BYTES);
    const sealing = agreedKey(ephemeral, to.key, weekKeyInfo(ofLedger, week));
    return {
      alg: 'X25519-HKDF-SHA-256-AES-256-GCM',
      week,
      cityKeyId: to.keyId,
      ephemeral: publicKeyText(ephemeral),
      nonce: toBase64url(nonce),
      sealed: toBase64url(sealBytes(sealing, nonce, key)),
    };
  };
  const openWeekKey: Vault['openWeekKey'] = (sealed, ofLedger) => {
    try {
      const info = weekKeyInfo(ofLedger, sealed.week);
      const seed = gateKey.seedOf(sealed.cityKeyId) ?? standing.sealingSeed;
      const opening = agreedKey(privateKeyOf('X25519', seed), sealed.ephemeral, info);
      const key = openBytes(opening, fromBase64url(sealed.nonce), fromBase64url(sealed.sealed));
      return key?.length === KEY_BYTES ? accepted(new Uint8Array(key)) : refused('keys.broken');
    } catch {
      return refused('keys.broken');
    }
  };

  return {
    publicKey,
    keyId: keyIdOf(publicKey),
    seal(identity, week, token) {
      const key = knownWeekKey(week) ?? newWeekKey(week);
      return sealUnder(key, identity, week, token ?? lookupToken(identity.kind, identity.number));
    },
    sealAhead(identity, week, token) {
      const key = knownWeekKey(week);
      return key && sealUnder(key, identity, week, token);
    },
    open(row): Outcome<IdentityPlain> {
      const key = knownWeekKey(row.week);
      return key ? openRow(row, key, ledgerId) : refused('keys.missing');
    },
    station: {
      linkSeed: standing.linkSeed,
      linkKey: publicKeyText(privateKeyOf('Ed25519', standing.linkSeed)),
      sealing: { keyId: keyIdOf(sealingKey), key: sealingKey },
    },
    gateKey,
    openWeekKey,
    openForeignRow: (row, weekKey, ofLedger) => openRow(row, readyKey(weekKey), ofLedger),
    lookupToken,
    commandMac: standing.commandMac,
    sealSecret(name, plain) {
      const nonce = random.bytes(NONCE_BYTES);
      return Buffer.concat([nonce, sealBytes(standing.secrets, nonce, plain, secretAad(name))]);
    },
    openSecret: (name, sealed) =>
      openBytes(
        standing.secrets,
        sealed.subarray(0, NONCE_BYTES),
        sealed.subarray(NONCE_BYTES),
        secretAad(name),
      ),
    sign: (bytes) => sign(null, bytes, standing.signingKey),
    weeks: () =>
      [...ring.keys()]
        .filter((use) => use.startsWith('week:'))
        .map((use) => use.slice(5))
        .toSorted(),
    weekKeySealedToCity(week, cityKey, ofLedger = ledgerId) {
      const key = ring.get(`week:${week}`);
      return key ? accepted(sealWeekKey(key, week, ofLedger, cityKey)) : refused('keys.missing');
    },
    weekKeyResealed(sealed, ofLedger, to) {
      const opened = openWeekKey(sealed, ofLedger);
      return opened.ok ? accepted(sealWeekKey(opened.value, sealed.week, ofLedger, to)) : opened;
    },
  };
}

function openRow(row: SealedRow, key: KeyObject, ledgerId: LedgerId): Outcome<IdentityPlain> {
  try {
    const aad = sealedRowAad(ledgerId, row.ref);
    const plain = openBytes(key, fromBase64url(row.nonce), fromBase64url(row.sealed), aad);
    if (!plain) return refused('keys.broken');
    const { kind, name, number } = sealedRowPlainSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
    return accepted({ kind, name, number });
  } catch {
    return refused('keys.broken');
  }
}
