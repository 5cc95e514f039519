import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { foldDigits } from './digits.ts';

export const LEAST_PIN_DIGITS = 6;
export const MOST_PIN_DIGITS = 12;

/**
 * Whether a PIN may be chosen: 6 to 12 digits (the least is a setting), and none that a stranger tries first. `field` is
 * where it was typed. The PIN itself is in no refusal.
 */
export function choosePin(
  typed: string,
  about: { number: string; least?: number; field?: string },
): Outcome<string> {
  const field = about.field ?? 'newPin';
  const pin = foldDigits(typed.trim());
  const least = Math.max(about.least ?? LEAST_PIN_DIGITS, LEAST_PIN_DIGITS);
  if (!/^\d+$/.test(pin) || pin.length < least || pin.length > MOST_PIN_DIGITS)
    return refused('pin.length', { least, most: MOST_PIN_DIGITS }, field);
  return isTrivial(pin, about.number) ? refused('pin.trivial', {}, field) : accepted(pin);
}

function isTrivial(pin: string, number: string): boolean {
  const digits = Array.from(pin, Number);
  const steps = digits.slice(1).map((digit, index) => (digit - (digits[index] ?? 0) + 10) % 10);
  // 111111, 123456, 987654, 024680: every step alike.
  if (new Set(steps).size === 1) return true;
  if (new Set(digits).size < 3) return true;
  // 123123, 121212: one group again and again.
  if (/^(\d{2,6})\1+$/.test(pin)) return true;
  return pin.includes(number);
}
