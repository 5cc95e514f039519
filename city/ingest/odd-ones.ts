import { refuse, type RefusalCode } from '../../contract/refusals.ts';
import type { Odd } from './chunk.ts';

/** Says no to one entry of a chunk, in place of what was thought of it before. */
export function refuseEntry(
  odd: Map<number, Odd>,
  seq: number,
  code: RefusalCode,
  values: Record<string, string | number>,
  field: string,
): void {
  odd.set(seq, { seq, verdict: 'refused', refusal: refuse(code, values, field) });
}

export const isRefused = (odd: ReadonlyMap<number, Odd>, seq: number): boolean =>
  odd.get(seq)?.verdict === 'refused';
