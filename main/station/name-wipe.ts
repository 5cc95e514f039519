import type { z } from 'zod';
import { GATE_SUBJECTS, nameWipeAnswerSchema, nameWipeSchema } from '../../contract/station-gate.ts';
import type { NewEntry } from '../../contract/entries.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { Down } from '../citylink/down.ts';
import type { RelayedKeys } from '../desks/gate-tickets.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import type { Station } from './create.ts';

/** Keys to names leave an office whose right to work as a gate was taken away, and the host knows whether they have. */
export interface NameWipe {
  /** There is contact with the host again. */
  contact(): void;
  /** Counts wipes: what was asked for before one is not kept after it. */
  count(): number;
}

type Done = NonNullable<z.infer<typeof nameWipeSchema>['done']>;

export interface NameWipeParts {
  runtime: Pick<Runtime, 'log'>;
  ledger: Pick<Ledger, 'station' | 'ledgerId'>;
  vault: Pick<Vault, 'gateKey'>;
  station: Pick<Station, 'member' | 'answers'>;
  relayed: Pick<RelayedKeys, 'forget'>;
  write: (entries: NewEntry[]) => void;
  /** Names are gone from here: pages look again. */
  onWiped: () => void;
}

/**
 * The host's journal orders the wipe (the entry that takes the right away) and holds its confirmation; the office's journal says what it
 * wiped. The host tells the office at once or at its next hello. The private key to which week keys were sealed goes first, which blinds
 * every copy of the ledger too; a crash in between begins anew at the next contact.
 */
export function createNameWipe(parts: NameWipeParts): NameWipe {
  const { ledger, vault, station, runtime } = parts;
  const { member } = station;
  let isTold = false;
  let isRunning = false;
  let wipes = 0;

  station.answers(GATE_SUBJECTS.wipe, (params, from): Outcome<unknown> => {
    const asked = nameWipeSchema.safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: GATE_SUBJECTS.wipe });
    const row = ledger.station.windows().findLast(({ window }) => window === from);
    if (row?.state !== 'enrolled') return refused('host.notEnrolled');
    const { done } = asked.data;
    const order = ledger.station.nameWipe(from);
    const isOpen = order !== undefined && order.confirmedAtMs === null;
    if (!isOpen || done?.host !== ledger.ledgerId || done.order !== order.order)
      return accepted({ host: ledger.ledgerId, order: isOpen ? order.order : null });
    const { order: ordered, weeks } = done;
    const body = { window: from, ledgerId: row.ledgerId, order: ordered, weeks };
    parts.write([{ kind: 'names.wipeConfirmed', body }]);
    return accepted({ host: ledger.ledgerId, order: null });
  });

  /** Everything with which names of other offices can be opened or found here. @returns weeks whose keys were here */
  function wipe(): number {
    wipes += 1;
    vault.gateKey.forget();
    parts.relayed.forget();
    return ledger.station.forgetNames();
  }

  /** @param done the order that was obeyed just now */
  async function settle(done: Done | null): Promise<void> {
    if (!member) return;
    const answer = nameWipeAnswerSchema.safeParse(await member.ask(GATE_SUBJECTS.wipe, { done }));
    if (!answer.success) return;
    const { host, order } = answer.data;
    isTold = order !== null;
    if (order === null || order === done?.order) return;
    const wiped: Done = { host, order, weeks: wipe() };
    parts.write([{ kind: 'names.keysWiped', body: wiped }]);
    runtime.log.warn({ weeks: wiped.weeks }, 'keys to names are wiped: this office is no gate any more');
    parts.onWiped();
    await settle(wiped);
  }

  function look(): void {
    if (!isTold || isRunning || !member?.isUp()) return;
    isRunning = true;
    settle(null)
      .catch((error: unknown) => {
        if (error instanceof Down) return;
        // The disk did not take it: nothing was confirmed, and the next contact tells it again.
        runtime.log.error(
          { why: error instanceof Error ? error.stack : String(error) },
          'keys to names are not wiped',
        );
      })
      .finally(() => (isRunning = false));
  }

  member?.onNameWipe(() => {
    isTold = true;
    look();
  });

  return { contact: look, count: () => wipes };
}
