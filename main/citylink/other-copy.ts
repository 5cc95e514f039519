import type { CityKeys } from '../../contract/city.ts';
import type { LinkStatus } from '../../contract/office.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Log } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { batchLimits, draftBatch, sealBatch } from './batch-builder.ts';
import type { CityClient } from './city-client.ts';

/** Tickets that a page is told of: those that meet another come first. */
const MOST_SHOWN = 50;

/** What telling the city of a second copy needs. */
export interface OtherCopyParts {
  ledger: Pick<Ledger, 'ledgerId' | 'window' | 'head' | 'entriesAfter'>;
  vault: Pick<Vault, 'sign' | 'weeks' | 'weekKeySealedToCity'>;
  log: Log;
  /** Every answer passes here; throws when the link was stopped. */
  heard: <T>(answer: Promise<T>) => Promise<T>;
  /** Between slices; false when the link was stopped. */
  breathe: () => Promise<boolean>;
}

/** After a fork: sends the city what this copy wrote, and asks what became of it. */
export interface OtherCopy {
  /**
   * One contact. The city takes nothing of it into its history, answers `city.fork` and keeps it apart, so that both tickets of a seat can be
   * listed. What was sent in an earlier contact of this run is not sent again.
   */
  tell(city: CityClient, keys: CityKeys): Promise<void>;
  /** What the city lists; undefined before it was asked. */
  last(): LinkStatus['forks'];
}

export function createOtherCopy({ ledger, vault, log, heard, breathe }: OtherCopyParts): OtherCopy {
  let sentTo: number | undefined;
  let last: LinkStatus['forks'];

  async function ask(city: CityClient): Promise<number | undefined> {
    const result = await heard(city.call('window.forks', { window: ledger.window }));
    if (result.kind !== 'answer') return undefined;
    const { forks, tickets } = result.value;
    last = {
      total: forks.reduce((sum, { otherTickets }) => sum + otherTickets, 0),
      tickets: tickets.slice(0, MOST_SHOWN),
    };
    return forks.find(({ ledgerId }) => ledgerId === ledger.ledgerId)?.seq;
  }

  return {
    async tell(city, keys) {
      const forkSeq = await ask(city);
      if (forkSeq === undefined) return;
      const begun = sentTo;
      for (let after = sentTo ?? forkSeq - 1; after < ledger.head().seq;) {
        const draft = await draftBatch(ledger, after, batchLimits, breathe);
        if (!draft) return;
        const batch = sealBatch(vault, ledger, draft, vault.weeks(), keys.sealing);
        const answer = await heard(city.sendBatch(batch.gzip, batch.id));
        // People have settled it meanwhile, or the line is gone: the next contact finds out which.
        if (answer.kind !== 'refused' || answer.refusal.code !== 'city.fork') return;
        after = draft.to;
        sentTo = draft.to;
      }
      if (sentTo === begun) return;
      log.info({ from: begun ?? forkSeq, to: sentTo }, 'the city was told what this copy wrote');
      await ask(city);
    },
    last: () => last,
  };
}
