import { z } from 'zod';

/** The paper that shows a right to a fare (ticketing rules 2.1). Which one was shown is recorded, its number is not. */
export const fareProofSchema = z.enum([
  'disabledServicemanCard',
  'disabledPoliceCard',
  'studentCard',
  'residentProof',
  'seniorCard',
  'localProof',
]);
export type FareProof = z.infer<typeof fareProofSchema>;

export const fareProofNames: Readonly<Record<FareProof, string>> = {
  disabledServicemanCard: '残疾军人证',
  disabledPoliceCard: '伤残人民警察证',
  studentCard: '学生证',
  residentProof: '岛民证明',
  seniorCard: '优待证',
  localProof: '优惠证明',
};

/**
 * What a ticket takes of its departure. `seat` a place and a head · `head` no place of its own, but on a ship every head counts
 * (ticketing rules 2.2.7) · `quota` one of a coach's free children (2.2.1) · `none` nothing.
 */
export const ticketTakesSchema = z.enum(['seat', 'head', 'quota', 'none']);
export type TicketTakes = z.infer<typeof ticketTakesSchema>;

/** Class of a child that rides free with an adult. */
export const FREE_CHILD = 'free_child';
/** Class of whoever drives a vehicle aboard, where the line has such a fare. */
export const DRIVER = 'driver_with_vehicle';
/** Class that vehicle tickets carry where passengers' tickets have theirs. */
export const VEHICLE = 'vehicle';

/** Classes that the program itself knows, in the order in which a clerk is offered them. */
export const ticketClasses: readonly { code: string; name: string; proof?: FareProof }[] = [
  { code: 'full', name: '全票' },
  { code: 'child_half', name: '儿童票' },
  { code: FREE_CHILD, name: '免票儿童' },
  { code: 'serviceman_half', name: '残疾军人票', proof: 'disabledServicemanCard' },
  { code: 'police_half', name: '伤残警察票', proof: 'disabledPoliceCard' },
  { code: 'student_half', name: '学生票', proof: 'studentCard' },
  { code: 'islander', name: '岛民票', proof: 'residentProof' },
  { code: 'elderly', name: '老年票', proof: 'seniorCard' },
  { code: DRIVER, name: '随车驾驶员' },
];
const byCode = new Map(ticketClasses.map((row) => [row.code, row]));

/** Words of classes that are in tables and are not sold to passengers by this program. */
const otherNames: Readonly<Record<string, string>> = {
  [VEHICLE]: '车票',
  full_upper: '上舱全票',
  child_half_upper: '上舱儿童票',
  serviceman_half_upper: '上舱残疾军人票',
};

/** Chinese words of a class; a code of a newer feed stands for itself. */
export function ticketClassName(code: string): string {
  return byCode.get(code)?.name ?? otherNames[code] ?? code;
}

/** The proof that a class asks for by itself; a rule row may name another. */
export function proofOfClass(code: string): FareProof | undefined {
  return byCode.get(code)?.proof;
}

export function isKnownClass(code: string): boolean {
  return byCode.has(code);
}
