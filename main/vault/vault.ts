export type { KeyStore, Sealed, Vault, VaultOptions } from './types.ts';
