import type { OfficeMethod, PersonView } from '../../contract/office.ts';
import type { SecondSignature } from '../../contract/office/people.ts';
import { isAllowed, secondSignatures, type Permission } from '../../contract/permissions.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { foldDigits } from './digits.ts';
import type { PinCheck } from './verify.ts';

/** Field under which a method takes it; refusals name the part of it that is wrong. */
export const SIGNATURE_FIELD = 'secondSignature';

/**
 * The one place where a second signature is checked: another person than the one who acts, whose roles may countersign this
 * method, with their own PIN. A wrong PIN counts towards that person's lock-out. Gives the number for `countersignedBy`.
 */
export async function checkSecondSignature(
  pins: Pick<PinCheck, 'verify'>,
  first: PersonView | null,
  signature: SecondSignature,
  method: OfficeMethod,
): Promise<Outcome<string>> {
  const table: Partial<Record<OfficeMethod, Permission>> = secondSignatures;
  const permission = table[method];
  if (permission === undefined) throw new Error(`${method} has no row in secondSignatures`);
  const number = foldDigits(signature.number.trim());
  if (number === first?.number) return refused('signature.samePerson', {}, `${SIGNATURE_FIELD}.number`);
  const person = await pins.verify(number, signature.pin, 'secondSignature');
  if (!person.ok) {
    const { refusal } = person;
    return { ok: false, refusal: { ...refusal, field: `${SIGNATURE_FIELD}.${refusal.field ?? 'pin'}` } };
  }
  if (person.value.mustChangePin) return refused('signature.oneTimePin', {}, `${SIGNATURE_FIELD}.pin`);
  if (!isAllowed(permission, person.value.roles))
    return refused('signature.role', {}, `${SIGNATURE_FIELD}.number`);
  return accepted(person.value.number);
}
