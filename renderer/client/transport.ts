import type { Request } from '../../contract/envelope.ts';

/** The link broke, or time ran out, before an answer came. Nobody knows whether the office acted. */
export class AnswerLost extends Error {
  constructor() {
    super('no answer');
    this.name = 'AnswerLost';
  }
}

/** `turnedAway`: the office answers, but this page's session is not (or no longer) valid; only a new link helps. */
export type LinkState = 'up' | 'down' | 'turnedAway';

/** One way to the office. Both give raw answers and events; the client checks their shapes. */
export interface Transport {
  /** Resolves with the answer as it came. Rejects with {@link AnswerLost} only. */
  call(request: Request): Promise<unknown>;
  onEvent(listener: (message: unknown) => void): void;
  /** Told at every change. */
  onLink(listener: (state: LinkState) => void): void;
  link(): LinkState;
}
