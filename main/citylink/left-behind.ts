import type { CityKeys } from '../../contract/city.ts';
import type { SetAsideLedger } from '../ledger/succession.ts';
import type { Log } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { batchLimits, draftBatch, sealBatch } from './batch-builder.ts';
import type { CityClient } from './city-client.ts';

/** What sending ledgers that were left behind needs. */
export interface LeftBehindParts {
  /** Opens them for reading; they are closed here. */
  open: () => SetAsideLedger[];
  vault: Pick<Vault, 'sign' | 'weeks' | 'weekKeySealedToCity'>;
  log: Log;
  /** Every answer passes here; throws when the link was stopped. */
  heard: <T>(answer: Promise<T>) => Promise<T>;
  /** Between slices; false when the link was stopped. */
  breathe: () => Promise<boolean>;
}

/**
 * Sends what the city lacks of ledgers that were set aside: passengers hold those tickets. Nothing of the answers is kept, because
 * nothing may be written into a file that was set aside: where the city stands is asked again after every start.
 * @returns whether all was said that the city would hear; false when it fell silent
 */
export async function sendLeftBehind(
  parts: LeftBehindParts,
  city: CityClient,
  keys: CityKeys,
): Promise<boolean> {
  const ledgers = parts.open();
  try {
    for (const ledger of ledgers) if (!(await sendOne(parts, city, keys, ledger))) return false;
    return true;
  } finally {
    for (const ledger of ledgers) ledger.close();
  }
}

async function sendOne(
  { vault, log, heard, breathe }: LeftBehindParts,
  city: CityClient,
  keys: CityKeys,
  ledger: SetAsideLedger,
): Promise<boolean> {
  const { ledgerId, window, headSeq, name } = ledger;
  const position = await heard(city.call('ledger.position', { window, ledgerId }));
  if (position.kind === 'silent') return false;
  if (position.kind === 'refused') {
    // A fork of it is shown at the city, where both histories are.
    log.warn({ name, code: position.refusal.code }, 'the city takes nothing more of a ledger left behind');
    return true;
  }
  let { ackSeq, weekKeys } = position.value;
  const signer: Pick<Vault, 'sign' | 'weekKeySealedToCity'> = {
    sign: vault.sign,
    weekKeySealedToCity: (week, cityKey) => vault.weekKeySealedToCity(week, cityKey, ledgerId),
  };
  while (ackSeq < headSeq) {
    const limits = { entries: batchLimits.entries, bytes: batchLimits.bytes };
    const draft = await draftBatch(ledger, ackSeq, limits, breathe);
    if (!draft) return false;
    const pendingWeeks = vault.weeks().filter((week) => !weekKeys.includes(week));
    const batch = sealBatch(signer, ledger, draft, pendingWeeks, keys.sealing);
    const answer = await heard(city.sendBatch(batch.gzip, batch.id));
    if (answer.kind === 'silent') return false;
    if (answer.kind === 'refused') {
      log.warn(
        { name, from: draft.from, to: draft.to, code: answer.refusal.code },
        'a ledger left behind was not taken',
      );
      return true;
    }
    // An answer that goes nowhere would be asked for without end.
    if (answer.value.ackSeq < draft.from) return false;
    ackSeq = Math.min(answer.value.ackSeq, draft.to);
    weekKeys = answer.value.weekKeys;
  }
  log.info({ name, ackSeq }, 'a ledger left behind is at the city');
  return true;
}
