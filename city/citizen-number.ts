const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECKS = '10X98765432';

/**
 * Whether a resident identity number is well formed: 18 characters, a birth date that exists, check character of
 * GB 11643 (ISO 7064 MOD 11-2). Says nothing about whether such a person exists.
 */
export function isCitizenNumber(number: string): boolean {
  const parts = /^(\d{6})(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/.exec(number);
  if (!parts) return false;
  if (!isCalendarDate(Number(parts[2]), Number(parts[3]), Number(parts[4]))) return false;
  let sum = 0;
  for (const [index, weight] of WEIGHTS.entries()) sum += weight * Number(number[index]);
  return CHECKS[sum % 11] === number[17];
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return year >= 1800 && days !== undefined && day >= 1 && day <= days;
}
