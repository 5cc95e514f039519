import { refuse } from '../../contract/refusals.ts';
import type { HostOutput } from '../../contract/station-link.ts';
import { batchLimits, draftBatch } from '../citylink/batch-builder.ts';
import { Down } from '../citylink/down.ts';
import type { Ledger } from '../ledger/types.ts';
import type { HostCalls } from './host-client.ts';
import type { MemberParts } from './member.ts';
import { sealStationBatch } from './station-batch.ts';

const PUSH_MS = 60_000;
const PUSH_ENTRIES = 2_000;

/** Brings a window's journal to its host, in the order of its entries. */
export function createJournalPush(
  { ledger, vault, citySealing }: Pick<MemberParts, 'vault' | 'citySealing'> & { ledger: Ledger },
  /** Lets sales through between two slices of long work. False after a stop. */
  breathe: () => Promise<boolean>,
) {
  let seq = 0;
  let weekKeys: string[] = [];
  let sealing: HostOutput<'window.hello'>['sealing'] | undefined;
  return {
    /** The host has everything up to here. */
    seq: () => seq,
    /** What the host said at the beginning of a contact. */
    begin(hello: Pick<HostOutput<'window.hello'>, 'seq' | 'weekKeys' | 'sealing'>): void {
      ({ seq, weekKeys, sealing } = hello);
    },
    /** Sends what the host lacks. False when there is nothing. Rejects with {@link Down}. */
    async push(calls: HostCalls): Promise<boolean> {
      const weeks = vault.weeks().filter((week) => !weekKeys.includes(week));
      const limits = { entries: PUSH_ENTRIES, bytes: batchLimits.bytes };
      const draft = await draftBatch(ledger, seq, limits, breathe);
      if (!draft || !sealing || !(await breathe())) return false;
      const gzip = sealStationBatch(vault, ledger, draft, {
        city: citySealing(),
        cityWeeks: vault.weeks().filter((week) => !ledger.uploadState().ackedWeeks.includes(week)),
        host: sealing,
        hostWeeks: weeks,
      });
      const answer = await calls.call('journal.push', {}, { body: gzip, timeoutMs: PUSH_MS });
      if (answer.seq < draft.to) throw new Down(refuse('host.rubbish', { detail: `seq ${answer.seq}` }));
      seq = Math.min(answer.seq, ledger.head().seq);
      weekKeys = answer.weekKeys;
      return true;
    },
  };
}
