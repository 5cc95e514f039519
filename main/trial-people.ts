import type { SimulatedPersonInput } from '../contract/simulators.ts';

/** One synthetic person of the trial and the card that can be laid on the simulated reader. */
export interface TrialPerson {
  id: string;
  name: string;
  /** What is to be tried with this card, in a few words. */
  note: string;
  card: SimulatedPersonInput;
}

/** County code 99 of Zhoushan was never given out, so these numbers belong to nobody. */
const REGION = '330999';

/**
 * The people of a trial in the calendar year `year` of Asia/Shanghai. All are made up; their numbers have right check
 * digits. Ages hold from 1 July of that year on, and are one less before.
 */
export function trialPeople(year: number): TrialPerson[] {
  return [
    resident('p01', '测试甲', '成人,长期有效', year - 46, '0112', '011'),
    resident('p02', '测试乙', '成人', year - 38, '0305', '024'),
    resident('p03', '样例丙', '成人', year - 33, '0218', '037'),
    resident('p04', '样例丁', '成人', year - 29, '0623', '042'),
    resident('p05', '测试·样例戊', '成人,姓名带间隔点', year - 41, '0509', '055'),
    resident('p06', '样例己', '老人', year - 72, '0130', '068'),
    resident('p07', '测试庚', '学生,15 岁', year - 15, '0416', '073'),
    resident('p08', '测试小辛', '儿童,10 岁', year - 10, '0601', '086'),
    resident('p09', '样例小壬', '儿童,7 岁', year - 7, '0214', '091'),
    resident('p10', '样例小癸', '幼儿,4 岁', year - 4, '0320', '104'),
    {
      ...resident('p11', '测试过期', '成人,身份证已过有效期', year - 50, '0227', '117'),
      card: {
        kind: 'residentId',
        name: '测试过期',
        sex: '1',
        birthDate: `${year - 50}-02-27`,
        number: withCheckDigit(`${REGION}${year - 50}0227117`),
        validFrom: `${year - 21}-06-01`,
        validTo: `${year - 1}-06-01`,
      },
    },
    {
      id: 'p12',
      name: '样例港',
      note: '港澳台居民居住证',
      card: {
        kind: 'hkMoTwPermit',
        name: '样例港',
        sex: '2',
        birthDate: `${year - 35}-05-20`,
        number: withCheckDigit(`810000${year - 35}0520002`),
        validTo: `${year + 3}-12-31`,
      },
    },
    {
      id: 'p13',
      name: '样例外',
      note: '外国人永久居留身份证(2023 版)',
      card: {
        kind: 'foreignerPermit2023',
        chineseName: '样例外',
        latinName: 'SPECIMEN, TEST',
        sex: '1',
        birthDate: `${year - 44}-03-08`,
        // 9, province of acceptance 33, nationality 124 (ISO 3166 numeric, Canada), birth, sequence.
        number: withCheckDigit(`933124${year - 44}0308001`),
        validTo: `${year + 5}-12-31`,
        nationality: 'CAN',
      },
    },
  ];
}

function resident(
  id: string,
  name: string,
  note: string,
  birthYear: number,
  monthDay: string,
  sequence: string,
): TrialPerson {
  return {
    id,
    name,
    note,
    card: {
      kind: 'residentId',
      name,
      sex: Number(sequence[2]) % 2 === 1 ? '1' : '2',
      birthDate: `${birthYear}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}`,
      address: '测试市样例路1号',
      number: withCheckDigit(`${REGION}${birthYear}${monthDay}${sequence}`),
      validTo: 'longTerm',
    },
  };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** ISO 7064 MOD 11-2 over 17 digits (GB 11643-1999). */
function withCheckDigit(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return `${digits}${'10X98765432'[sum % 11] ?? ''}`;
}
