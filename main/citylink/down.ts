import type { Refusal } from '../../contract/refusals.ts';

/** Thrown inside a link's loop to end a round: the link is down with these words until the next try. */
export class Down extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** The link was stopped while an answer was awaited. */
export class Stopped extends Error {}
