import { commandIdSchema, type CommandId } from '../contract/ids.ts';

/** Time and chance of the page. The only file here that asks the machine for either; tests pass their own. */
export interface Clock {
  /** UTC milliseconds of this machine; the screen shows the office's own time, see `text/when.ts`. */
  nowMs(): number;
  /** Never runs backwards; milliseconds from any origin. */
  monotonicMs(): number;
  /** Calls once after the delay; the returned function calls it off. */
  after(delayMs: number, call: () => void): () => void;
  /** A new id for a form that opens. */
  commandId(): CommandId;
}

export const machineClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  commandId: () => commandIdSchema.parse(crypto.randomUUID()),
};
