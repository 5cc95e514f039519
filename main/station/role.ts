import type { StationConfig } from '../../contract/station.ts';

/** `host:port` taken apart. */
export interface LinkAddress {
  host: string;
  port: number;
}

/** A week: a window that was off as long finds its batches here still, should the city have lost them. */
const KEEP_RELAYED_DAYS = 7;

/** What an office is in its station (architecture, idea 2). */
export type StationRole =
  | { kind: 'alone' }
  | { kind: 'host'; listen: LinkAddress[]; takesOver: boolean; keepRelayedDays: number }
  | { kind: 'window'; address: LinkAddress; addressText: string; hostKey: string; code: string | undefined };

/** The role that `station.json` gives. A combination that the shell would have refused is a defect and throws. */
export function stationRole({ host }: Pick<StationConfig, 'host'>): StationRole {
  if (!host) return { kind: 'alone' };
  if (host.role === 'host') {
    if (!host.listen || host.address !== undefined)
      throw new TypeError('a host has addresses of its own and no other host');
    const { listen, takesOver = false, keepRelayedDays = KEEP_RELAYED_DAYS } = host;
    return { kind: 'host', listen: listen.map(linkAddress), takesOver, keepRelayedDays };
  }
  const { address, key, enrolmentCode } = host;
  if (address === undefined || key === undefined)
    throw new TypeError('a window has the address and the key of its host');
  return {
    kind: 'window',
    address: linkAddress(address),
    addressText: address,
    hostKey: key,
    code: enrolmentCode,
  };
}

function linkAddress(text: string): LinkAddress {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
}
