/** Synthetic people with right check digits; region 330999 was never given out, so the numbers are nobody's. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

export function citizenNumber(birth: string, sequence: number): string {
  const digits = `330999${birth}${String(sequence).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return `${digits}${'10X98765432'[sum % 11] ?? ''}`;
}

const FAMILY = Array.from('测试样例演练模拟虚构示范');
const GIVEN = Array.from('甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥');

/** The `n`-th person of a crowd (0…), adult, always the same. */
export function adult(n: number): { name: string; number: string } {
  const year = 1950 + (n % 50);
  const month = String((Math.floor(n / 50) % 12) + 1).padStart(2, '0');
  const day = String((Math.floor(n / 600) % 28) + 1).padStart(2, '0');
  const name =
    (FAMILY[n % FAMILY.length] ?? '测') +
    (GIVEN[Math.floor(n / 12) % GIVEN.length] ?? '甲') +
    (GIVEN[n % GIVEN.length] ?? '乙');
  return { name, number: citizenNumber(`${year}${month}${day}`, (n * 7) % 1000) };
}
