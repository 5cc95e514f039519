import type { SealedRow, SealedWeekKey } from '../../contract/encoding/batch.ts';
import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import type { LedgerId } from '../../contract/ids.ts';
import type { Outcome } from '../../contract/refusals.ts';
import type { Runtime } from '../runtime.ts';

/** Where the master key of this PC is kept: a 0600 file, a passphrase, or the system's own store (which is asynchronous). */
export interface KeyStore {
  /** 32 bytes, or undefined when none was ever saved. Refuses `keys.broken` when it is there and cannot be read. */
  load(): Outcome<Uint8Array | undefined> | Promise<Outcome<Uint8Array | undefined>>;
  /** Durable when it returns. */
  save(key: Uint8Array): void | Promise<void>;
}

export interface VaultOptions {
  runtime: Pick<Runtime, 'random' | 'files' | 'log'>;
  keyStore: KeyStore;
  /** From `inspectLedger`: every sealed row is bound to it. */
  ledgerId: LedgerId;
  /** False when the folder holds no ledger yet: only then may keys be made. */
  hasLedger: boolean;
}

export interface Sealed {
  row: SealedRow;
  digestHex: string;
  token: Uint8Array;
}

/** Personal data under lock: keys and meaning. The rows themselves stand in the ledger's file. */
export interface Vault {
  /** base64url of the window's raw Ed25519 public key. */
  readonly publicKey: string;
  /** First 8 hex digits of SHA-256 of the raw public key. */
  readonly keyId: string;
  /**
   * Seals one identity under the key of `week`, which is durable in `keys.json` before this returns. `token` spares making
   * it again when the caller has it.
   * @throws {KeysWriteError} when the disk does not take a new week's key: nothing was sealed.
   */
  seal(identity: IdentityPlain, week: string, token?: Uint8Array): Sealed;
  /**
   * The same ahead of a sale that may never be: undefined while the week has no key, because nothing is written for it. What is
   * given may be stored once.
   */
  sealAhead(identity: IdentityPlain, week: string, token: Uint8Array): Sealed | undefined;
  /** Refuses `keys.missing` when the week's key is gone (erased), `keys.broken` when the row does not fit its key. */
  open(row: SealedRow): Outcome<IdentityPlain>;
  /** Keyed look-up index of a document: 16 bytes, the same for the same kind and number, says nothing by itself. */
  lookupToken(kind: string, number: string): Uint8Array;
  /** HMAC-SHA-256 of a command's body as JCS text. */
  commandMac(bodyJcs: string): Uint8Array;
  /**
   * Seals a small secret of the office under a key of its own that no retention destroys, bound to its name: nonce, cipher
   * text and tag in one (AES-256-GCM). Not bound to a ledger: a successor reads what its predecessor kept.
   */
  sealSecret(name: string, plain: Uint8Array): Uint8Array;
  /** Undefined when key, name or any byte is another. */
  openSecret(name: string, sealed: Uint8Array): Uint8Array | undefined;
  /** Ed25519, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
  /** Keys of the link between the offices of a station, derived from the signing key: they live and go with it. */
  readonly station: {
    /** Raw private Ed25519 key of this side of the link. */
    linkSeed: Uint8Array;
    /** base64url of its raw public half. */
    linkKey: string;
    /** X25519: windows seal their week keys to it. */
    sealing: { keyId: string; key: string };
  };
  /** To which a host seals keys to names for this office's gate: destroyed alone, when the office is no gate any more. */
  readonly gateKey: GateKey;
  /** A week's key that another window sealed to {@link Vault.station}, or a host to {@link Vault.gateKey}. Refuses `keys.broken`. */
  openWeekKey(sealed: SealedWeekKey, ofLedger: LedgerId): Outcome<Uint8Array>;
  /** A row of another window under a key of {@link Vault.openWeekKey}. Refuses `keys.broken`. */
  openForeignRow(row: SealedRow, weekKey: Uint8Array, ofLedger: LedgerId): Outcome<IdentityPlain>;
  /** A key of {@link Vault.openWeekKey} sealed on to another office of the station. Refuses `keys.broken`. */
  weekKeyResealed(
    sealed: SealedWeekKey,
    ofLedger: LedgerId,
    to: { keyId: string; key: string },
  ): Outcome<SealedWeekKey>;
  /** Weeks that have a key here, sorted. */
  weeks(): string[];
  /**
   * A week's key sealed to the city for this ledger's rows, or for those of a ledger left behind. Refuses `keys.missing` when
   * this vault has no key of that week.
   */
  weekKeySealedToCity(
    week: string,
    cityKey: { keyId: string; key: string },
    ofLedger?: LedgerId,
  ): Outcome<SealedWeekKey>;
}

/** An X25519 key of this office in a file of its own. */
export interface GateKey {
  /**
   * Its public half; durable in its file before it is first told.
   * @throws {KeysWriteError} when the disk does not take it
   */
  sealing(): { keyId: string; key: string };
  /** There is one: what was sealed to it can be opened. */
  isMade(): boolean;
  /** Destroys it: whatever was sealed to it stays closed for ever, in copies too. */
  forget(): void;
}

/** The disk did not take `keys.json`; the caller refuses with `disk.failed`. */
export class KeysWriteError extends Error {
  constructor(options?: { cause: unknown }) {
    super('keys.json could not be written', options);
    this.name = 'KeysWriteError';
  }
}
