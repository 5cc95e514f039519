import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { PersonView } from '../../contract/office.ts';
import { roles } from '../../contract/roles.ts';
import type { StationConfig } from '../../contract/station.ts';
import { isPin } from './pin.ts';

/** Checked when the number is unknown, so that a wrong number takes as long as a wrong PIN. */
const NOBODY = 'scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** The people who may sign in at this window. */
export interface Staff {
  /** Refuses `access.wrongPin` for a wrong number and a wrong PIN alike. */
  verify(number: string, pin: string): Promise<Outcome<PersonView>>;
  nameOf(number: string): string | undefined;
}

export function createStaff(staff: StationConfig['staff']): Staff {
  const byNumber = new Map(staff.map((person) => [person.number, person]));
  return {
    async verify(number, pin) {
      const person = byNumber.get(foldDigits(number.trim()));
      const right = await isPin(foldDigits(pin), person?.pin ?? NOBODY);
      if (!person || !right) return refused('access.wrongPin', {}, 'pin');
      return accepted({ number: person.number, name: person.name, roles: rolesOf(person) });
    },
    nameOf: (number) => byNumber.get(number)?.name,
  };
}

/** In the order of the contract, each once. */
function rolesOf({ role, alsoRoles = [] }: StationConfig['staff'][number]): PersonView['roles'] {
  return roles.filter((one) => one === role || alsoRoles.includes(one));
}

/** Full-width digits count: a Chinese keyboard may be in full-width mode. */
function foldDigits(text: string): string {
  return text.replaceAll(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}
