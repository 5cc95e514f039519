import type { Outcome } from '../contract/refusals.ts';
import type { Role } from '../contract/roles.ts';

/** Someone whose card can be laid on the simulated reader. Synthetic, always. */
export interface TrialPersonView {
  id: string;
  name: string;
  /** Age or document kind in a few words, for the trial panel. */
  note: string;
}

/** What a trial station can do to its own outside. Built by the shell; absent outside a trial. */
export interface TrialControls {
  people(): TrialPersonView[];
  /** Any card that lies on the reader is taken away first. Refuses `trial.unknownPerson`. */
  layCard(person: string): Promise<Outcome<null>>;
  removeCard(): Promise<void>;
  /** Off: the port is there and the reader answers nothing. */
  readerPower(on: boolean): Promise<void>;
  /** Stops or starts the real gateway process. */
  link(up: boolean): Promise<void>;
  paper(state: 'ok' | 'nearEnd' | 'out'): Promise<void>;
  /** The embedded city's enrolment code of its last start; undefined while it never came up, or when there is none. */
  enrolmentCode?: () => string | undefined;
  /** People of the trial, the two clerks first, and their PINs, for the trial sign-in page. */
  clerks(): { number: string; name: string; pin: string; roles: Role[] }[];
}
