import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import type { FileStore } from '../runtime.ts';
import type { KeyStore } from './types.ts';

export const MASTER_KEY_FILE = 'master.key';

/** The master key in a file that only this user may read (0600): for a host without a key store of its own. */
export function fileKeyStore(files: Pick<FileStore, 'readText' | 'writeAtomic'>): KeyStore {
  return {
    load() {
      const text = files.readText(MASTER_KEY_FILE);
      if (text === undefined) return accepted(undefined);
      try {
        const key = fromBase64url(text.trim());
        return key.length === 32 ? accepted(key) : refused('keys.broken');
      } catch {
        return refused('keys.broken');
      }
    },
    save: (key) => files.writeAtomic(MASTER_KEY_FILE, `${toBase64url(key)}\n`, 0o600),
  };
}
