/**
 * RFC 8785 (JSON Canonicalization Scheme) for the values this product writes: objects, arrays, well-formed strings,
 * booleans, null and integers within ±(2⁵³−1). Anything else is a defect of the caller and throws, because two
 * encoders that disagree on a value would break every hash after it. So does what is nested deeper than {@link MOST_LEVELS}.
 */

/** A value that JCS can encode without doubt. */
export type JcsValue =
  | null
  | boolean
  | number
  | string
  | readonly JcsValue[]
  | { readonly [key: string]: JcsValue };

/** Arrays and objects in one another. Nothing here comes near; without an end, how deep the caller stands would decide. */
const MOST_LEVELS = 100;

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function encodeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('JCS: string has a lone surrogate');
  // JSON.stringify escapes exactly what RFC 8785 §3.2.2.2 asks for once the string is well formed.
  return JSON.stringify(text);
}

/** Canonical JSON text of `value`. Members are ordered by UTF-16 code units; no white space. */
export function jcs(value: unknown): string {
  return encode(value, 1);
}

function encode(value: unknown, level: number): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value);
    case 'number':
      if (!Number.isSafeInteger(value))
        throw new TypeError(`JCS: ${value} is not an integer within ±(2^53-1)`);
      return Object.is(value, -0) ? '0' : String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object': {
      if (value === null) return 'null';
      if (level > MOST_LEVELS) throw new TypeError('JCS: nested too deep');
      if (Array.isArray(value)) {
        let out = '[';
        for (let i = 0; i < value.length; i += 1) out += (i > 0 ? ',' : '') + encode(value[i], level + 1);
        return `${out}]`;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) {
        throw new TypeError('JCS: only plain objects can be encoded');
      }
      const record = value as Record<string, unknown>;
      const names = Object.keys(record);
      const keys = isAscending(names) ? names : names.toSorted(byCodeUnit);
      let out = '{';
      for (let i = 0; i < keys.length; i += 1) {
        const key = keys[i] as string;
        out += `${i > 0 ? ',' : ''}${encodeString(key)}:${encode(record[key], level + 1)}`;
      }
      return `${out}}`;
    }
    default:
      throw new TypeError(`JCS: ${typeof value} cannot be encoded`);
  }
}

/**
 * Whether `text` is the canonical text of `value`, which was parsed from it. Says what `jcs(value) === text` says, and false where
 * that throws; what is plainly canonical is found without making the text anew member by member.
 */
export function isJcs(text: string, value: unknown): boolean {
  // A written escape may stand for half a pair, which JSON.stringify would write in the same way.
  if (!text.includes('\\u') && isOrdered(value, 1) && JSON.stringify(value) === text)
    return text.isWellFormed();
  try {
    return jcs(value) === text;
  } catch {
    return false;
  }
}

/** Members ascending, numbers whole and no level too deep: then JSON.stringify writes what {@link jcs} writes. */
function isOrdered(value: unknown, level: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (level > MOST_LEVELS) return false;
  if (Array.isArray(value)) return value.every((one) => isOrdered(one, level + 1));
  const record = value as Record<string, unknown>;
  const names = Object.keys(record);
  return isAscending(names) && names.every((name) => isOrdered(record[name], level + 1));
}

/** Nested deeper than anything that {@link jcs} encodes. */
export function isTooDeep(value: unknown, level = 1): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level > MOST_LEVELS || Object.values(value).some((one) => isTooDeep(one, level + 1));
}

function isAscending(names: readonly string[]): boolean {
  for (let at = 1; at < names.length; at += 1)
    if ((names[at - 1] as string) >= (names[at] as string)) return false;
  return true;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const encoder = new TextEncoder();

/** UTF-8 bytes of {@link jcs}. */
export function jcsBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(jcs(value));
}
