import type { FareRow, FareRule } from '../contract/feed.ts';
import type { Fen, SoldTicketClass } from '../contract/ids.ts';
import {
  FREE_CHILD,
  fareProofNames,
  isKnownClass,
  proofOfClass,
  ticketClasses,
  ticketClassName,
  type FareProof,
} from '../contract/ticket-classes.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { ageOn, businessDateOf } from './time.ts';
import type { Departure, SalePassenger, Timetable } from './types.ts';

export interface Fare {
  readonly fareFen: Fen;
  /** The rule row it was sold under; a ticket keeps it. */
  readonly ruleId: string;
}

type Claim = Pick<SalePassenger, 'ticketClass' | 'childBasis' | 'birthDate' | 'proof'>;

/** The fare row of a class to where the ride ends and its rule, both valid on the travel date; none when the vehicle is too small for the class. */
function rowsFor(
  timetable: Timetable,
  departure: Departure,
  ticketClass: string,
): { row: FareRow; rule: FareRule } | undefined {
  const row = timetable.fareRow(departure.line.id, ticketClass, departure.date, departure.toStop?.placeId);
  const rule = row && timetable.rule(row.ruleId, departure.date);
  if (!rule || rule.enabled === false) return undefined;
  if (!isKnownClass(ticketClass) && rule.name === undefined) return undefined;
  if (rule.minCapacityAbove !== null && departure.capacity <= rule.minCapacityAbove) return undefined;
  return { row, rule };
}

/** The price of a class on a departure: the row valid on the travel date, never a percentage computed here (`fare.unknown`). */
export function fareFor(
  timetable: Timetable,
  departure: Departure,
  ticketClass: SoldTicketClass,
): Outcome<Fare> {
  const found = rowsFor(timetable, departure, ticketClass);
  if (!found) return refused('fare.unknown', {}, 'ticketClass');
  return accepted({ fareFen: found.row.fareFen, ruleId: found.row.ruleId });
}

/** A class that a clerk may choose on a departure. */
export interface OfferedClass {
  readonly ticketClass: SoldTicketClass;
  readonly name: string;
  readonly fareFen: Fen;
  /** By age or height, one of which has to be recorded. */
  readonly byChildTest: boolean;
  /** The paper to be seen. */
  readonly proof: FareProof | null;
}

/** Classes that can be sold on a departure, in the order in which they are offered; those of local rules last. */
export function classesOn(timetable: Timetable, departure: Departure): OfferedClass[] {
  const ofLine = timetable.classesOf(departure.line.id, departure.date, departure.toStop?.placeId);
  const known = ticketClasses.map(({ code }) => code);
  const inOrder = [
    ...known.filter((code) => ofLine.includes(code)),
    ...ofLine.filter((code) => !isKnownClass(code)),
  ];
  return inOrder.flatMap((ticketClass): OfferedClass[] => {
    const found = rowsFor(timetable, departure, ticketClass);
    if (!found) return [];
    const { row, rule } = found;
    return [
      {
        ticketClass,
        name: rule.name ?? ticketClassName(ticketClass),
        fareFen: row.fareFen,
        byChildTest: rule.maxAgeYears !== null || rule.maxHeightCm !== null,
        proof: rule.proof ?? proofOfClass(ticketClass) ?? null,
      },
    ];
  });
}

/**
 * The class that the rules suggest by age on the travel date: free with an adult who has room for a child (`canRideFree`), the
 * child fare up to its oldest age, else full. A child small enough to ride free also pays the child fare when it takes a place of
 * its own (ticketing rules 2.1).
 */
export function suggestClass(
  timetable: Timetable,
  departure: Departure,
  birthDate: string | null,
  canRideFree = false,
): SoldTicketClass {
  if (canRideFree && birthDate !== null) {
    const oldestFree = rowsFor(timetable, departure, FREE_CHILD)?.rule.maxAgeYears ?? null;
    if (oldestFree !== null && ageOn(birthDate, departure.date) <= oldestFree) return FREE_CHILD;
  }
  const maxAgeYears = rowsFor(timetable, departure, 'child_half')?.rule.maxAgeYears ?? null;
  if (birthDate === null || maxAgeYears === null) return 'full';
  return ageOn(birthDate, departure.date) <= maxAgeYears ? 'child_half' : 'full';
}

/**
 * Whether a passenger may have a class (ticketing rules 2.1) and what it costs. A class whose rule tests age or height needs
 * its basis on record: by age up to the rule's oldest age on the travel date; by height, which only the clerk can see, for
 * anybody below the age of the setting `childByHeightBelowAgeYears` or of unknown age. Either test alone is enough.
 */
export function checkClass(timetable: Timetable, departure: Departure, claim: Claim): Outcome<Fare> {
  const found = rowsFor(timetable, departure, claim.ticketClass);
  if (!found) return refused('fare.unknown', {}, 'ticketClass');
  const { row, rule } = found;
  const fare = accepted({ fareFen: row.fareFen, ruleId: row.ruleId });
  const proof = rule.proof ?? proofOfClass(claim.ticketClass);
  if (proof !== undefined && claim.proof !== proof)
    return refused('fare.proofMissing', { proof: fareProofNames[proof] }, 'proof');
  if (rule.minAgeYears !== undefined) {
    if (claim.birthDate === null) return refused('fare.ageUnknown', {}, 'ticketClass');
    if (ageOn(claim.birthDate, departure.date) < rule.minAgeYears)
      return refused('fare.tooYoung', { years: rule.minAgeYears }, 'ticketClass');
  }
  if (rule.maxAgeYears === null && rule.maxHeightCm === null) return fare;

  const age = claim.birthDate === null ? null : ageOn(claim.birthDate, departure.date);
  const youngEnough = rule.maxAgeYears === null || (age !== null && age <= rule.maxAgeYears);
  // Said first, because no basis can make an adult a child.
  if (age !== null && !youngEnough && age >= timetable.settings.childByHeightBelowAgeYears.value) {
    return refused('fare.childAdult', { age }, 'ticketClass');
  }
  if (claim.childBasis === undefined) return refused('fare.childBasisMissing', {}, 'childBasis');
  if (claim.childBasis === 'height' && rule.maxHeightCm !== null) return fare;
  if (claim.childBasis === 'age' && youngEnough) return fare;
  if (age === null) return refused('fare.childAgeUnknown', {}, 'childBasis');
  return refused(
    claim.ticketClass === FREE_CHILD ? 'fare.childTooOld' : 'fare.childAge',
    { age },
    'childBasis',
  );
}

/** Words of a sold ticket's class; a local class has its own in the rule that it was sold under. */
export function classWords(
  timetable: Timetable | undefined,
  sold: { readonly ticketClass: string; readonly fareRuleId: string; readonly departAt: number },
): string {
  const rule = timetable?.rule(sold.fareRuleId, businessDateOf(sold.departAt));
  return rule?.name ?? ticketClassName(sold.ticketClass);
}
