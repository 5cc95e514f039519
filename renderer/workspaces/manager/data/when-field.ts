/** Shanghai is eight hours ahead of UTC, all year. */
const SHANGHAI_MS = 8 * 3_600_000;

/** An instant typed as `2026-12-01 06:00` or `2026-12-01` (its first minute); null for nothing, undefined for neither. */
export function instantTyped(text: string): number | null | undefined {
  const plain = text.normalize('NFKC').trim();
  if (plain === '') return null;
  const [, date, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?$/.exec(plain) ?? [];
  if (date === undefined) return undefined;
  const at = Date.parse(`${date}T${time}:00Z`);
  // A day that the calendar has not would be taken for another.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date) return undefined;
  return at - SHANGHAI_MS;
}

/** `2026-12-01 06:00` on Shanghai's clock. */
export function instantShown(ms: number): string {
  return new Date(ms + SHANGHAI_MS).toISOString().slice(0, 16).replace('T', ' ');
}
