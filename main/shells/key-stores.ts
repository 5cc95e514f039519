import type { SafeStorage } from 'electron';
import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { FileStore, Log } from '../runtime.ts';
import { fileKeyStore, MASTER_KEY_FILE } from '../vault/file-key-store.ts';
import type { KeyStore } from '../vault/types.ts';

/** The master key as the key store of the operating system has sealed it: of no use without that store. */
export const SEALED_KEY_FILE = 'master.sealed';
const KEY_BYTES = 32;

type Files = Pick<FileStore, 'readText' | 'writeAtomic' | 'exists' | 'remove'>;

/**
 * The 0600 file of a host. Refuses `keys.inSystemStore` when the key was moved into the store of the operating system,
 * which only Electron opens: a new key must never take its place.
 */
export function hostKeyStore(files: Files): KeyStore {
  const file = fileKeyStore(files);
  return {
    load: () =>
      files.exists(SEALED_KEY_FILE) && !files.exists(MASTER_KEY_FILE)
        ? refused('keys.inSystemStore')
        : file.load(),
    save: (key) => file.save(key),
  };
}

/** What is used of Electron's `safeStorage`. */
export type SystemStore = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface SystemKeyOptions {
  files: Files;
  store: SystemStore;
  isTrial: boolean;
  platform: NodeJS.Platform;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/**
 * The key store of the operating system, asked asynchronously. Chromium's stand-in without one (`basic_text`, whose key
 * everybody knows) is never used: a trial then keeps its key in a file as a host does, a real window refuses with
 * `keys.storeUnavailable`. A key in a 0600 file from an earlier time is moved into the store once. A sealed key that the
 * store does not open is refused with `keys.storeUnavailable` and left alone; no other is made.
 */
export function systemKeyStore(options: SystemKeyOptions): KeyStore & {
  /**
   * The way back: the key goes into the 0600 file that a host without a desktop opens, and out of the store. Only who may open the
   * store can do it, as the very user whose key it is. Cut short at any instant the key is in one of the two, or in both. The next
   * start with the desktop program moves it into the store again. Refuses `keys.notInStore`, `keys.storeUnavailable`, `keys.broken`.
   */
  toFile(): Promise<Outcome<null>>;
} {
  const { files, store, isTrial, platform, log } = options;
  const file = fileKeyStore(files);

  /** Why the store is of no use, in words for the page; undefined when it is good. */
  async function trouble(): Promise<string | undefined> {
    if (!(await store.isAsyncEncryptionAvailable())) return '系统没有提供密钥库';
    const backend = platform === 'linux' ? store.getSelectedStorageBackend() : undefined;
    return backend === 'basic_text' || backend === 'unknown' ? `密钥库类型 ${backend}` : undefined;
  }

  async function seal(key: Uint8Array): Promise<void> {
    const text = toBase64url(key);
    const sealed = await store.encryptStringAsync(text);
    // Before the only other copy goes: what the store gave must come back out of it.
    const { result } = await store.decryptStringAsync(sealed);
    if (result !== text) throw new Error('the key store gave back another key');
    files.writeAtomic(SEALED_KEY_FILE, `${sealed.toString('base64')}\n`, 0o600);
  }

  async function open(text: string): Promise<Outcome<Uint8Array>> {
    let opened: { result: string; shouldReEncrypt: boolean };
    try {
      opened = await store.decryptStringAsync(Buffer.from(text.trim(), 'base64'));
    } catch (error) {
      log.error({ error: String(error) }, 'the key store does not open the master key');
      return refused('keys.storeUnavailable', { detail: '密钥库打不开本机密钥' });
    }
    const key = keyOf(opened.result);
    if (!key) return refused('keys.broken');
    if (opened.shouldReEncrypt) {
      try {
        await seal(key);
      } catch (error) {
        // The old seal still opens; it is tried again at the next start.
        log.warn({ error: String(error) }, 'the master key could not be sealed anew');
      }
    }
    return accepted(key);
  }

  /** Moves the key of the 0600 file into the store, once, and takes the file away only when the store has it. */
  async function adopt(key: Uint8Array): Promise<Outcome<Uint8Array>> {
    try {
      await seal(key);
      files.remove(MASTER_KEY_FILE);
      log.info({}, 'the master key was moved into the key store of the system');
    } catch (error) {
      log.error({ error: String(error) }, 'the master key could not be moved');
      return refused('keys.storeUnavailable', { detail: '密钥库没有接受本机密钥' });
    }
    return accepted(key);
  }

  return {
    async load() {
      const sealed = files.readText(SEALED_KEY_FILE);
      const why = await trouble();
      if (why !== undefined) {
        if (isTrial && sealed === undefined) return file.load();
        return refused('keys.storeUnavailable', { detail: why });
      }
      const plain = await file.load();
      if (sealed === undefined) {
        if (!plain.ok || plain.value === undefined) return plain;
        return adopt(plain.value);
      }
      const opened = await open(sealed);
      if (!opened.ok || !files.exists(MASTER_KEY_FILE)) return opened;
      // The move was cut short between its two steps; any other pair is somebody's mistake to be looked at.
      if (!plain.ok || !plain.value || !Buffer.from(plain.value).equals(opened.value))
        return refused('keys.broken');
      files.remove(MASTER_KEY_FILE);
      return opened;
    },
    async toFile() {
      const sealed = files.readText(SEALED_KEY_FILE);
      if (sealed === undefined) return refused('keys.notInStore');
      const why = await trouble();
      if (why !== undefined) return refused('keys.storeUnavailable', { detail: why });
      const opened = await open(sealed);
      if (!opened.ok) return opened;
      await file.save(opened.value);
      // Before the other copy goes: what was written must be the key.
      const written = await file.load();
      if (!written.ok) return written;
      if (!written.value || !Buffer.from(written.value).equals(opened.value)) return refused('keys.broken');
      files.remove(SEALED_KEY_FILE);
      log.warn({}, 'the master key was moved out of the key store of the system into a file');
      return accepted(null);
    },
    async save(key) {
      const why = await trouble();
      if (why === undefined) return seal(key);
      if (!isTrial) throw new Error(`no key store: ${why}`);
      await file.save(key);
    },
  };
}

function keyOf(text: string): Uint8Array | undefined {
  try {
    const key = fromBase64url(text);
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}
