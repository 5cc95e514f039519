import { refuse, type RefusalCode } from '../../contract/refusals.ts';
import type { Recorded } from './record.ts';

/** Says no to an entry that is stored all the same. */
export function refuseEntry(
  entry: Recorded,
  code: RefusalCode,
  values: Record<string, string | number>,
  field: string,
): void {
  entry.refusal = refuse(code, values, field);
  entry.verdict = 'refused';
  delete entry.waitsFor;
  delete entry.week;
  delete entry.passenger;
}
