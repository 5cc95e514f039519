import { createPublicKey, hash, verify } from 'node:crypto';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { Trust } from '../../domain/contingency/accept-record.ts';
import type { Ledger } from '../ledger/types.ts';
import type { StationRole } from '../station/role.ts';
import type { Records } from '../station/records.ts';
import { keyIdOf } from '../vault/key-pairs.ts';
import type { Vault } from '../vault/types.ts';

/** An authority by name and raw key. */
export type Authority = NonNullable<StationConfig['authority']>;

export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** Under which issuer an authority's records stand: the first 16 bytes of SHA-256 of its raw key, hex. */
export const authorityIssuer = (key: string): LedgerId =>
  hash('sha256', fromBase64url(key), 'hex').slice(0, 32) as LedgerId;

/** Whether the raw key signed these bytes; `signature` base64url. Never throws. */
export function isSignedBy(rawKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: rawKey }, format: 'jwk' });
    return verify(null, bytes, key, fromBase64url(signature));
  } catch {
    return false;
  }
}

/**
 * Whose signature counts at this office. Plans are signed by the station (the host; an office that is its own host; and the offices
 * of which such a host said that they were one) and by the authority; an order's plan also by the office that gave the order when it is this one: it
 * signed while it was its own host. A host that took over cannot know which office was host before it: it goes by its windows' word.
 */
export function createTrust(parts: {
  ledger: Pick<Ledger, 'ledgerId' | 'latest'>;
  vault: Pick<Vault, 'publicKey'>;
  records: Pick<Records, 'offices' | 'hosts'>;
  window: WindowId;
  role: StationRole;
  /** Every authority that was ever named here, the one of `station.json` last. */
  authorities: () => readonly Authority[];
  /** Offices of which a host of this station said that they signed for it. */
  signers: () => readonly { window: WindowId; key: string }[];
}): Trust {
  const { ledger, vault, records, window, role } = parts;
  const own = { ledgerId: ledger.ledgerId, window, key: vault.publicKey };

  const hasTakenOver = (): boolean =>
    role.kind === 'host' &&
    (role.takesOver || (ledger.latest('host.opened')?.body['frozenThrough'] ?? null) !== null);

  function stationSigners(): readonly { window: WindowId; key: string }[] {
    const hosts = new Set<string>(records.hosts());
    const others = records
      .offices()
      .filter(({ ledgerId }) => ledgerId !== own.ledgerId && (hasTakenOver() || hosts.has(ledgerId)));
    return [...(role.kind === 'window' ? [] : [own]), ...others, ...parts.signers()];
  }

  return {
    isIssuers(issuer, keyId, bytes, signature) {
      const keys = [
        ...records.offices().filter(({ ledgerId }) => ledgerId === issuer),
        ...parts.authorities().filter(({ key }) => authorityIssuer(key) === issuer),
      ].map(({ key }) => key);
      return keys.some((key) => keyIdOf(key) === keyId && isSignedBy(key, bytes, signature));
    },
    isAuthority: (issuer) => parts.authorities().some(({ key }) => authorityIssuer(key) === issuer),
    approvers(keyId, issuer) {
      const signers = [
        ...parts.authorities().map(({ name, key }) => ({ kind: 'authority' as const, name, key })),
        ...stationSigners().map(({ window: name, key }) => ({ kind: 'station' as const, name, key })),
        ...(issuer === own.ledgerId ? [{ kind: 'station' as const, name: window, key: own.key }] : []),
      ];
      return signers
        .filter(({ key }) => keyIdOf(key) === keyId)
        .map(({ kind, name, key }) => ({
          kind,
          name,
          signed: (bytes: Uint8Array, signature: string) => isSignedBy(key, bytes, signature),
        }));
    },
    station: window.slice(0, window.indexOf('/')),
    sha256Hex,
  };
}
