import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { OfficeOptions } from '../office-types.ts';
import type { Vault } from '../vault/types.ts';
import { Down } from '../citylink/down.ts';
import { connectHost, enrolAtHost } from './host-client.ts';
import { stationRole } from './role.ts';

/**
 * The ordinal of a window's first ledger on this PC. Where the station has a host, the host says it: another PC may have sold
 * under this window's number before, and no ticket number may repeat. Without an answer there is no ledger yet and nothing to sell.
 */
export async function enrolBeforeLedger(
  { runtime, config }: Pick<OfficeOptions, 'runtime' | 'config'>,
  vault: Vault,
  window: WindowId,
  freshLedgerId: LedgerId,
): Promise<Outcome<number>> {
  const role = stationRole(config);
  if (role.kind !== 'window') return accepted(1);
  const { stationNet } = runtime;
  if (!stationNet) return refused('host.noNetwork');
  try {
    const events = { onEvent: () => undefined, onEnd: () => undefined };
    const calls = await connectHost({ ...runtime, stationNet }, vault.station.linkSeed, role, events);
    try {
      const { ordinal } = await enrolAtHost(calls, vault, role, window, { ledger: null, freshLedgerId });
      return accepted(ordinal);
    } finally {
      calls.close();
    }
  } catch (error) {
    if (error instanceof Down) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
