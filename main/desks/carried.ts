import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { Outcome } from '../../contract/refusals.ts';
import { createCarriedBatches } from '../citylink/carried-batches.ts';
import type { DeskContext } from './context.ts';

/** Batches and answers that are carried by hand while the line is out. */
export function createCarriedDesk(context: DeskContext, isOpen: () => boolean) {
  const { runtime, ledger, vault, window, config } = context;
  const carried = createCarriedBatches({ runtime, ledger, vault, window, url: config.city?.url, isOpen });
  return {
    'link.export': ({ folder }: OfficeInput<'link.export'>): Promise<Outcome<OfficeOutput<'link.export'>>> =>
      carried.export(folder),
    'link.import'({ folder }: OfficeInput<'link.import'>): Outcome<OfficeOutput<'link.import'>> {
      const taken = carried.import(folder);
      if (taken.ok) context.changed();
      return taken;
    },
  };
}
