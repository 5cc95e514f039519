/** What the guard needs of a keyboard event. */
export interface KeyPress {
  key: string;
  isComposing: boolean;
  keyCode: number;
  /** Milliseconds on the event's own clock. */
  timeStamp: number;
}

/** A key that ends a composition and is then reported as a key press comes within this time of the end. */
const SAME_PRESS_MS = 30;

/**
 * Tells whether a key press is meant for the program or for the input method. Chrome reports the Enter that takes a
 * candidate before the composition ends (`isComposing`, key code 229); Safari ends the composition first and reports
 * the Enter after it; some Linux input methods report a plain Enter right after the end. In all three orders the
 * press belongs to the input method, and must never submit.
 */
export class ImeGuard {
  private composing = false;
  private endedAtMs: number | undefined;

  compositionStart(): void {
    this.composing = true;
    this.endedAtMs = undefined;
  }

  compositionEnd(timeStampMs: number): void {
    this.composing = false;
    this.endedAtMs = timeStampMs;
  }

  /** Focus left the field: what was composed is over, without a key. */
  reset(): void {
    this.composing = false;
    this.endedAtMs = undefined;
  }

  /** The key is up again: the next press is a press of its own. */
  keyUp(): void {
    this.endedAtMs = undefined;
  }

  belongsToInputMethod(press: KeyPress): boolean {
    if (this.composing || press.isComposing || press.keyCode === 229) return true;
    const endedAtMs = this.endedAtMs;
    this.endedAtMs = undefined;
    return endedAtMs !== undefined && press.key === 'Enter' && press.timeStamp - endedAtMs < SAME_PRESS_MS;
  }
}
