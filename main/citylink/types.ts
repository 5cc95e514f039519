import type { NewEntry } from '../../contract/entries.ts';
import type { Feed } from '../../contract/feed.ts';
import type { WindowId } from '../../contract/ids.ts';
import type { LinkStatus } from '../../contract/office.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { SetAsideLedger } from '../ledger/succession.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import type { PaperTaker } from './paper-fetch.ts';

/** What the link needs. */
export interface CityLinkOptions {
  runtime: Pick<Runtime, 'clock' | 'random' | 'timers' | 'files' | 'network' | 'log'>;
  ledger: Pick<
    Ledger,
    'ledgerId' | 'window' | 'head' | 'entriesAfter' | 'uploadState' | 'recordAnswer' | 'latest'
  >;
  vault: Pick<Vault, 'publicKey' | 'sign' | 'weeks' | 'weekKeySealedToCity'>;
  config: NonNullable<StationConfig['city']>;
  station: string;
  window: WindowId;
  /** Something in {@link CityLink.status} changed. */
  onStatus: (status: LinkStatus) => void;
  /** A feed is in force from now on: the last good one at start, a newer one later. */
  onFeed: (feed: Feed) => void;
  /** What the approving authority left at the city goes there; absent = it is not asked for. */
  papers?: PaperTaker;
  /** Opens the ledgers that were set aside before this one began; none when absent. */
  leftBehind?: () => SetAsideLedger[];
  /** The code of a city that comes up later than the office, as a trial's may; `config.enrolmentCode` when it has none. */
  freshEnrolmentCode?: () => string | undefined;
  /** The station's host passes this ledger on: this link sends none of it itself. */
  isRelayed?: () => boolean;
  /** Appends to the journal, durably. Throws when the disk does not take it. */
  write: (entries: NewEntry[]) => void;
}

/** Ships the journal up and brings the feed down. */
export interface CityLink {
  /** Puts the last good feed in force, then begins to look for the city. */
  start(): void;
  /** Something was appended. Cheap; call it after every command. */
  nudge(): void;
  /** Ask the city now where it stands, whenever it was asked last. */
  look(): void;
  status(): LinkStatus;
  /** Nothing is touched any more when it resolves; an answer still on its way is dropped. */
  stop(): Promise<void>;
}
