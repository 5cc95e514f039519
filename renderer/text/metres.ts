import { plainWidth } from './digits.ts';

/** Metres as typed (`4.8`, `4.80`, `12`, full width too) in centimetres; null when it is no length of a vehicle. */
export function parseMetres(typed: string): number | null {
  const text = plainWidth(typed).replaceAll('。', '.').trim();
  const parts = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(text);
  if (!parts) return null;
  const cm = Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'));
  return cm > 0 ? cm : null;
}
