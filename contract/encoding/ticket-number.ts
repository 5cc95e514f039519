import type { TicketNumber } from '../ids.ts';

export interface TicketNumberParts {
  /** Station code, 4 digits. */
  stationCode: string;
  /** Business date of the sale, `YYYY-MM-DD`. */
  businessDate: string;
  /** Window 1–99. */
  window: number;
  /** Ordinal of the ledger at this window, 1–99: two ledgers of a window never share a number. */
  ledgerOrdinal: number;
  /** 1–99999 within a business date and ledger. */
  serial: number;
}

function luhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    // From the right, the first digit beside the check digit is doubled.
    let value = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 0) {
      value *= 2;
      if (value > 9) value -= 9;
    }
    sum += value;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Station 4, YYMMDD, window 2, ledger ordinal 2, serial 5, Luhn check 1. Out-of-range parts throw. */
export function composeTicketNumber(parts: TicketNumberParts): TicketNumber {
  const { stationCode, businessDate, window, ledgerOrdinal, serial } = parts;
  if (!/^\d{4}$/.test(stationCode)) throw new RangeError('station code must be 4 digits');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(businessDate)) throw new RangeError('business date must be YYYY-MM-DD');
  for (const [name, value, most] of [
    ['window', window, 99],
    ['ledger ordinal', ledgerOrdinal, 99],
    ['serial', serial, 99_999],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new RangeError(`${name} must be 1–${most}`);
  }
  const digits =
    stationCode +
    businessDate.slice(2, 4) +
    businessDate.slice(5, 7) +
    businessDate.slice(8, 10) +
    String(window).padStart(2, '0') +
    String(ledgerOrdinal).padStart(2, '0') +
    String(serial).padStart(5, '0');
  return (digits + luhnDigit(digits)) as TicketNumber;
}

/** Whether a text is 20 digits with the right check digit. */
export function isTicketNumber(text: string): text is TicketNumber {
  return /^\d{20}$/.test(text) && luhnDigit(text.slice(0, 19)) === text[19];
}
