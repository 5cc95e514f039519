import type { EntryBody, EntryKind } from '../../contract/entries.ts';
import type { CommandId, WindowId } from '../../contract/ids.ts';
import type { OfficeEvent, OfficeEventData, PersonView } from '../../contract/office.ts';
import type { Outcome, Refusal } from '../../contract/refusals.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { Rules } from '../../domain/contingency/rules.ts';
import type { Sale as UnheardCandidate, UnheardSale } from '../../domain/contingency/unheard.ts';
import type { Departure, SaleState, Timetable } from '../../domain/types.ts';
import type { Sessions } from '../access/sessions.ts';
import type { People } from '../access/people.ts';
import type { PinCheck } from '../access/verify.ts';
import type { AppendCommand, Ledger } from '../ledger/types.ts';
import type { DepartureBook } from '../plans/departure-book.ts';
import type { FeeBook } from '../plans/fee-book.ts';
import type { Runtime } from '../runtime.ts';
import type { Station } from '../station/create.ts';
import type { TrialControls } from '../trial.ts';
import type { Vault } from '../vault/vault.ts';
import type { HolderBook } from './holders.ts';

/** What every desk works with. Made once by the composition root. */
export interface DeskContext {
  readonly runtime: Runtime;
  readonly config: StationConfig;
  readonly window: WindowId;
  readonly program: string;
  readonly ledger: Ledger;
  readonly vault: Vault;
  readonly people: People;
  readonly pins: PinCheck;
  readonly sessions: Sessions;
  readonly holders: HolderBook;
  readonly trial: TrialControls | undefined;
  /** A training office: its sheets are marked, its drawer stays shut. */
  readonly training: boolean;
  /** The timetable in force; undefined before the first feed. */
  timetable(): Timetable | undefined;
  /** Ids of the contingency orders in force, sorted. */
  plans(): string[];
  /** What plans and states of departures say for a command at this window, or `at` another one; null = about no departure. Costs microseconds. */
  rules(departure: Departure | null, at?: WindowId): Rules;
  /** Of these sales those that an order or a state forbade then: the window had not heard of it. */
  soldUnheard(sales: Iterable<UnheardCandidate>): UnheardSale[];
  /** What is known of departures beyond the timetable: extra ones, those that left, people let go to the berth. */
  readonly departures: Pick<
    DepartureBook,
    'leftAt' | 'notices' | 'releases' | 'reviews' | 'queue' | 'checkOf' | 'slips' | 'slipOf'
  >;
  /** Something of that was written: pages are told, other offices hear of it. */
  departuresMoved(): void;
  /** The rows of refund and change fees. */
  readonly fees: FeeBook;
  /** What a sale of a departure writes of them on its tickets. */
  saleFees(departure: Departure | undefined, nowMs: number): Pick<SaleState, 'feeSets'>;
  /** Why nothing at all may be sold now (fenced, behind the city, an unconfirmed succession); undefined when it may. */
  standstill(): Refusal | undefined;
  /** Somebody signed in here or took their session back: the station host tells the windows where they were before. */
  signedIn(number: string): void;
  /** At a window whose list comes from the host: a PIN changed by its owner becomes a new version there. */
  changePinAtHost(number: string, storedPin: string): Promise<Outcome<null>>;
  /** This office's place in its station: where seats come from beyond those in hand. */
  readonly station: Station;
  emit<E extends OfficeEvent>(event: E, data: OfficeEventData<E>): void;
  /** Something was appended or moved: the status bar, the link and the print queue look again. */
  changed(): void;
}

/** Who calls, from which page. */
export interface Caller {
  readonly session: string;
  readonly person: PersonView | null;
  /** Number of whoever put the second signature under this call; entries of it carry it as `countersignedBy`. */
  readonly countersignedBy?: string;
}

/** A plain query or an act without a command id. */
export type Query<I, O> = (input: I, caller: Caller) => Outcome<O> | Promise<Outcome<O>>;

/** What a mutating desk wants written. The dispatcher adds id, mac, time, date, actor and plans. */
export type Decision = Pick<AppendCommand, 'entries' | 'effects' | 'secrets' | 'settleEffects'> & {
  /** What stands in memory follows, once it is durable and before the answer; never again for a repeated command. */
  afterwards?: () => void;
};

/** An entry as an answer needs it: the same whether it was written a moment ago or read back after a restart. */
export type AnswerEntry = {
  [K in EntryKind]: { kind: K; body: EntryBody<K>; at: number; seq: number };
}[EntryKind];

/**
 * A mutating desk. `decide` looks and gives entries or a refusal, and changes nothing; `answer` computes the answer
 * from the entries, so that the same command asked again, even after a restart, is answered the same.
 */
export interface Mutation<I, O, P = unknown> {
  /**
   * What takes time before anything is decided: hashing a PIN, asking the station's host for seats, the batches of a command in bulk,
   * each durable by itself. Asked again after a kill it does nothing twice. `decide` is given its value.
   */
  prepare?(input: I, caller: Caller, commandId: CommandId): Promise<Outcome<P>>;
  /** The command is over, done or refused: what `prepare` got elsewhere for it alone and nothing used is given up. Throws nothing. */
  release?(prepared: P): void;
  decide(input: I, caller: Caller, nowMs: number, commandId: CommandId, prepared?: P): Outcome<Decision>;
  answer(entries: readonly AnswerEntry[], commandId: CommandId): O;
}
