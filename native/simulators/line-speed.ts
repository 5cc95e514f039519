/** What a listener hears of bytes that were sent at another speed than its own: the line's level, sampled at the wrong times. */

/** Start, eight bits, stop. */
const BITS_A_BYTE = 10;

/**
 * Bytes sent one behind the other, 8N1, as a listener at another speed takes them: it starts at a falling edge and looks at the
 * middle of each of its own bits. A byte whose stop bit is missing is handed on as it was seen, as serial ports do that check nothing;
 * then the line has to be high before another one can start. Speeds are bits a second.
 */
export function asHeardAt(bytes: Uint8Array, sentAt: number, heardAt: number): Uint8Array {
  if (sentAt === heardAt) return bytes;
  const sentBits = bytes.length * BITS_A_BYTE;
  /** Level in the middle of nowhere is that of rest. Times are counted in bits sent. */
  const isHigh = (time: number): boolean => {
    const bit = Math.floor(time);
    if (bit < 0 || bit >= sentBits) return true;
    const within = bit % BITS_A_BYTE;
    if (within === 0) return false;
    if (within === BITS_A_BYTE - 1) return true;
    return (((bytes[Math.floor(bit / BITS_A_BYTE)] ?? 0) >> (within - 1)) & 1) === 1;
  };
  /** The first time from `time` on at which the line has this level; the level changes only where a bit sent begins. */
  const whenIs = (level: boolean, time: number): number => {
    if (isHigh(time) === level) return time;
    let bit = Math.floor(time) + 1;
    while (bit < sentBits && isHigh(bit) !== level) bit += 1;
    return bit;
  };
  const bitTime = sentAt / heardAt;
  const heard: number[] = [];
  let time = 0;
  for (;;) {
    const start = whenIs(false, time);
    if (start >= sentBits) return Uint8Array.from(heard);
    // A dip that is over by the middle of the start bit was none.
    if (isHigh(start + bitTime / 2)) {
      time = whenIs(true, start);
      continue;
    }
    let byte = 0;
    for (let bit = 0; bit < 8; bit += 1) if (isHigh(start + (bit + 1.5) * bitTime)) byte |= 1 << bit;
    heard.push(byte);
    time = whenIs(true, start + (BITS_A_BYTE - 0.5) * bitTime);
  }
}
