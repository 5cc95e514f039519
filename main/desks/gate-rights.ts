import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { WindowId } from '../../contract/ids.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';

/** At a host: which windows may work as a gate, and so open names that other windows sealed. */
export function createGateRightDesk({ station, config, ledger, window: own }: DeskContext) {
  const gateRight: Mutation<OfficeInput<'station.gateRight'>, OfficeOutput<'station.gateRight'>> = {
    decide({ window: number, allowed, reason }) {
      if (!station.server) return refused('host.notHost');
      const window = `${config.station.id}/${String(number).padStart(2, '0')}` as WindowId;
      // The host gives the picture; it has it.
      if (window === own) return refused('gate.rightOfHost', {}, 'window');
      if (!ledger.station.windows().some((row) => row.window === window))
        return refused('host.unknownWindow', { window }, 'window');
      return accepted({
        entries: [{ kind: 'window.gateRightSet' as const, body: { window, allowed, reason } }],
        // A gate that waits for its right looks again; one that lost it wipes what it holds.
        afterwards: () => station.server?.tell(window, allowed ? 'picture.changed' : 'names.wipe', {}),
      });
    },
    answer(entries) {
      const { window, allowed } = bodyOf(entries, 'window.gateRightSet');
      return { window, allowed };
    },
  };
  return { 'station.gateRight': gateRight };
}
