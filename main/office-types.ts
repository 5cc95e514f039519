import type { Answer, EventMessage } from '../contract/envelope.ts';
import type { StationConfig } from '../contract/station.ts';
import type { AccessPort } from './access/port.ts';
import type { PlanFile } from './plans/shelf.ts';
import type { Runtime } from './runtime.ts';
import type { TrainingLoan } from './training.ts';
import type { TrialControls } from './trial.ts';
import type { KeyStore } from './vault/types.ts';

/** What the composition root is made of. */
export interface OfficeOptions {
  runtime: Runtime;
  config: StationConfig;
  /** `migrations/*.sql` in order; read by the shell, because only shells touch files. */
  migrations: { name: string; sql: string }[];
  /** `plans/*.yaml`: the contingency plans that can be put in force, and the fee rules. Absent = none. */
  plans?: readonly PlanFile[];
  /** Program name and version, for the journal. */
  program: string;
  /** Where the master key of this PC is kept; a 0600 file of the data folder unless the shell knows better. */
  keyStore?: KeyStore;
  /** Present in a trial station only. */
  trial?: TrialControls;
  /** Set for a training office only: what it borrows of the real one. */
  training?: TrainingLoan;
  /** Sees each SQL statement with its values: for the bench. Costs nothing when absent. */
  trace?: (sql: string, params: readonly unknown[]) => void;
  /** Where the office can be reached, for the refusal a second program gets. */
  address?: string;
}

/** The running office. A shell hands it requests and passes its events on; it knows nothing of windows or sockets. */
export interface Office {
  /**
   * One request envelope in, one answer out, never a rejection. `session` names the page session (cookie or window);
   * a sign-in belongs to it.
   */
  call(request: unknown, session: string): Promise<Answer>;
  /** Events for one page session: before sign-in only those that name nobody. Returns the end of the subscription. */
  subscribe(session: string, listener: (event: EventMessage) => void): () => void;
  /** For the station host's link: the list of people, PINs chosen elsewhere, who signed in where. */
  readonly access: AccessPort;
  /** The code for the first manager, when this start made one: to be shown once, it is kept nowhere. */
  readonly firstManagerCode?: string;
  /** Tells a second office on the same folder where this one is reached, once the shell knows. */
  nameAddress(address: string): void;
  /** The PC is about to sleep, to lock or to end, or woke up: the anchor is written now and the link tries at once. */
  settle(): void;
  /** Clean stop: devices and link ended, anchor written, ledger closed, folder unlocked. */
  stop(): Promise<void>;
}
