import type { EntryBody, EntryKind } from '../../contract/entries.ts';
import type { CommandId, WindowId } from '../../contract/ids.ts';
import type { OfficeEvent, OfficeEventData, PersonView } from '../../contract/office.ts';
import type { Outcome, Refusal } from '../../contract/refusals.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { Timetable } from '../../domain/types.ts';
import type { Sessions } from '../access/sessions.ts';
import type { Staff } from '../access/staff.ts';
import type { AppendCommand, Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
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
  readonly staff: Staff;
  readonly sessions: Sessions;
  readonly holders: HolderBook;
  readonly trial: TrialControls | undefined;
  /** The timetable in force; undefined before the first feed. */
  timetable(): Timetable | undefined;
  /** Ids of the contingency orders in force, sorted. */
  plans(): string[];
  /** Why nothing at all may be sold now (fenced, behind the city, an unconfirmed succession); undefined when it may. */
  standstill(): Refusal | undefined;
  emit<E extends OfficeEvent>(event: E, data: OfficeEventData<E>): void;
  /** Something was appended or moved: the status bar, the link and the print queue look again. */
  changed(): void;
}

/** Who calls, from which page. */
export interface Caller {
  readonly session: string;
  readonly person: PersonView | null;
}

/** A plain query or an act without a command id. */
export type Query<I, O> = (input: I, caller: Caller) => Outcome<O> | Promise<Outcome<O>>;

/** What a mutating desk wants written. The dispatcher adds id, mac, time, date, actor and plans. */
export type Decision = Pick<AppendCommand, 'entries' | 'effects' | 'settleEffect'>;

/** An entry as an answer needs it: the same whether it was written a moment ago or read back after a restart. */
export type AnswerEntry = {
  [K in EntryKind]: { kind: K; body: EntryBody<K>; at: number; seq: number };
}[EntryKind];

/**
 * A mutating desk. `decide` looks and gives entries or a refusal, and changes nothing; `answer` computes the answer
 * from the entries, so that the same command asked again, even after a restart, is answered the same.
 */
export interface Mutation<I, O> {
  decide(input: I, caller: Caller, nowMs: number, commandId: CommandId): Outcome<Decision>;
  answer(entries: readonly AnswerEntry[], commandId: CommandId): O;
}
