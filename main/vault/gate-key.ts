import type { FileStore, Log, Random } from '../runtime.ts';
import { keyIdOf, privateKeyOf, publicKeyText } from './key-pairs.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { KeysWriteError, type GateKey } from './types.ts';

/** Beside `keys.json`, so that it can be destroyed alone: no copy of the ledger holds it. */
export const GATE_KEY_FILE = 'gate-key.json';
const SEED_BYTES = 32;

/** The X25519 key to which a host seals keys to names for this office's gate. Made when it is first asked for. */
export function createGateKey(parts: {
  files: Pick<FileStore, 'readText' | 'writeAtomic' | 'remove' | 'exists'>;
  random: Random;
  log: Log;
  masterKey: Uint8Array;
}): GateKey & { seedOf(keyId: string): Uint8Array | undefined } {
  const { files, random, masterKey } = parts;
  const read = readKeyFile(files, masterKey, GATE_KEY_FILE);
  // What was sealed to a lost one the host gives again.
  if (!read.ok) parts.log.error({ code: read.refusal.code }, 'the key of the gate cannot be read');
  let seed = read.ok ? read.value?.get('gate') : undefined;
  let sealing = seed && sealingOf(seed);

  return {
    sealing() {
      if (sealing) return sealing;
      const fresh = random.bytes(SEED_BYTES);
      try {
        writeKeyFile(files, random, masterKey, new Map([['gate', fresh]]), GATE_KEY_FILE);
      } catch (error) {
        throw new KeysWriteError({ cause: error });
      }
      seed = fresh;
      sealing = sealingOf(fresh);
      return sealing;
    },
    isMade: () => sealing !== undefined,
    forget() {
      seed = undefined;
      sealing = undefined;
      if (files.exists(GATE_KEY_FILE)) files.remove(GATE_KEY_FILE);
    },
    seedOf: (keyId) => (sealing?.keyId === keyId ? seed : undefined),
  };
}

function sealingOf(seed: Uint8Array): { keyId: string; key: string } {
  const key = publicKeyText(privateKeyOf('X25519', seed));
  return { keyId: keyIdOf(key), key };
}
