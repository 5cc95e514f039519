import { z } from 'zod';
import { instantSchema } from '../../contract/ids.ts';
import { peopleDocumentSchema } from '../../contract/people.ts';
import type { SealedSecret } from '../ledger/secrets.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Vault } from '../vault/types.ts';

const storedListSchema = z.strictObject({
  /** `own`: made here. `host`: taken from the station host, and changed only there. */
  origin: z.enum(['own', 'host']),
  document: peopleDocumentSchema,
});
export type StoredList = z.infer<typeof storedListSchema>;

const firstRunSchema = z.strictObject({
  /** SHA-256 of the code, base64url. The code itself is kept nowhere. */
  hash: z.string(),
  expiresAt: instantSchema,
  wrong: z.int().min(0),
});
export type FirstRun = z.infer<typeof firstRunSchema>;

/** What the sealed secrets of a ledger mean: the list of people and the first manager's code. */
export interface PersonStore {
  list(): StoredList | undefined;
  /** The list in force is that of a ledger left behind: newer versions of it may have been lost with it. */
  isInherited(): boolean;
  sealList(list: StoredList): SealedSecret;
  firstRun(): FirstRun | undefined;
  sealFirstRun(state: FirstRun): SealedSecret;
}

/**
 * Reads and seals. `leftBehind` gives a secret of the ledger before this one, for a successor that has none of its own yet.
 * A secret that is there and does not open throws: nobody may come in because a key is gone.
 */
export function createPersonStore(
  ledger: Pick<Ledger, 'secret'>,
  vault: Pick<Vault, 'sealSecret' | 'openSecret'>,
  leftBehind: (name: string) => Uint8Array | undefined,
): PersonStore {
  function open<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const sealed = ledger.secret(name) ?? leftBehind(name);
    if (!sealed) return undefined;
    const plain = vault.openSecret(name, sealed);
    if (!plain) throw new Error(`the sealed ${name} does not open with the keys of this PC`);
    return schema.parse(JSON.parse(new TextDecoder().decode(plain)));
  }
  const seal = (name: string, value: unknown): SealedSecret => ({
    name,
    sealed: vault.sealSecret(name, new TextEncoder().encode(JSON.stringify(value))),
  });
  return {
    list: () => open('people', storedListSchema),
    isInherited: () => ledger.secret('people') === undefined,
    sealList: (list) => seal('people', storedListSchema.parse(list)),
    firstRun: () => open('firstRun', firstRunSchema),
    sealFirstRun: (state) => seal('firstRun', state),
  };
}
