import type { Dice } from './dice.ts';

/** A word that no part of the product may repeat: it stands where a name or a number would be. */
export const CANARY = '金丝雀7Q';

const ODD_BYTES = [
  0, 1, 0x0a, 0x0d, 0x10, 0x11, 0x12, 0x13, 0x1b, 0x1d, 0x20, 0x7f, 0x80, 0x96, 0x9f, 0xaa, 0xfe, 0xff,
];

/** Bytes changed in one to a few places: flips, odd values, cuts, repeats, foreign pieces. `others` are samples to splice from. */
export function mutateBytes(
  dice: Dice,
  sample: Uint8Array,
  others: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(sample);
  for (let times = dice.pick([1, 1, 1, 2, 3, 6]); times > 0; times -= 1)
    bytes = mutateOnce(dice, bytes, others);
  return bytes;
}

function mutateOnce(
  dice: Dice,
  bytes: Uint8Array<ArrayBuffer>,
  others: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const at = dice.below(Math.max(1, bytes.length));
  const size = dice.between(1, dice.pick([1, 4, 16, 64]));
  const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts));
  switch (dice.below(10)) {
    case 0:
    case 1:
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
      return bytes;
    case 2:
      if (bytes.length > 0) bytes[at] = dice.pick(ODD_BYTES);
      return bytes;
    case 3:
      return joined(bytes.subarray(0, at), dice.bytes(size), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + size));
    case 5:
      return joined(bytes.subarray(0, at + size), bytes.subarray(at));
    case 6:
      return bytes.slice(0, at);
    case 7:
      return joined(bytes, dice.bytes(size));
    case 8:
      bytes.fill(dice.pick([0, 0xff]), at, at + size);
      return bytes;
    default: {
      const other = others.length === 0 ? bytes : dice.pick(others);
      const from = dice.below(Math.max(1, other.length));
      return joined(bytes.subarray(0, at), other.subarray(from, from + size), bytes.subarray(at));
    }
  }
}

const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '\n',
  '\r\n',
  '\u001b@',
  '\u2028',
  '\ud800',
  '\udc00',
  '\ufeff',
  '\u202e',
  '𠮷',
  '１２３',
  '测试甲',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ',',
  ':',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-0',
  '1e999',
  '9007199254740993',
  '../',
  '%00',
  '${x}',
  '{x}',
  '$&',
  'a'.repeat(300),
  CANARY,
  '%s',
  'é',
  'e\u0301',
];

/** Text changed in one to a few places. */
export function mutateText(dice: Dice, sample: string): string {
  let text = sample;
  for (let times = dice.pick([1, 1, 1, 2, 4]); times > 0; times -= 1) {
    const at = dice.below(text.length + 1);
    const size = dice.between(1, dice.pick([1, 2, 8, 40]));
    switch (dice.below(7)) {
      case 0:
        text = text.slice(0, at) + dice.pick(ODD_TEXTS) + text.slice(at);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(at + size);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(Math.max(0, at - size));
        break;
      case 3:
        text =
          text.slice(0, at) +
          String.fromCharCode(dice.pick([dice.below(128), dice.below(65_536)])) +
          text.slice(at + 1);
        break;
      case 4:
        text = text.slice(0, at) + String(dice.below(10)) + text.slice(at + 1);
        break;
      case 5:
        text = text.slice(0, at);
        break;
      default: {
        const other = dice.below(text.length + 1);
        text = text.slice(0, at) + text.slice(other, other + size) + text.slice(at + size);
      }
    }
  }
  return text;
}

const ODD_NUMBERS = [
  0,
  -0,
  1,
  -1,
  2,
  99,
  100,
  0.5,
  1e21,
  1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1_000_000_001,
  253_402_300_800_000,
];

/** Any JSON value, odd ones more often than a person would think of them. */
export function anyJson(dice: Dice, depth = 3): unknown {
  const kind = dice.below(depth > 0 ? 9 : 6);
  if (kind === 0) return null;
  if (kind === 1) return dice.once(2);
  if (kind === 2) return dice.pick(ODD_NUMBERS);
  if (kind === 3) return dice.between(-1000, 100_000);
  if (kind === 4) return dice.pick(ODD_TEXTS);
  if (kind === 5)
    return mutateText(
      dice,
      dice.pick(['2026-11-21', 'w-a-b/2026-11-21/0900', '33092611210301000017', CANARY, dice.hex(32)]),
    );
  if (kind === 6) return Array.from({ length: dice.below(4) }, () => anyJson(dice, depth - 1));
  const made: Record<string, unknown> = {};
  for (let n = dice.below(4); n > 0; n -= 1)
    putKey(
      made,
      dice.pick(['id', 'method', 'params', 'a', '__proto__', 'constructor', 'toString', '', CANARY]),
      anyJson(dice, depth - 1),
    );
  return made;
}

/** As `JSON.parse` would make it: `__proto__` is a key like any other. */
function putKey(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

type Slot = { holder: unknown[] | Record<string, unknown>; key: number | string };

function slotsOf(value: unknown, slots: Slot[] = []): Slot[] {
  if (Array.isArray(value)) {
    value.forEach((each, key) => {
      slots.push({ holder: value as unknown[], key });
      slotsOf(each, slots);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      slots.push({ holder: value as Record<string, unknown>, key });
      slotsOf((value as Record<string, unknown>)[key], slots);
    }
  }
  return slots;
}

/** A copy of a JSON value, wrong in one to a few places. */
export function mutateJson(dice: Dice, sample: unknown): unknown {
  const box = { value: structuredClone(sample) };
  for (let times = dice.pick([1, 1, 1, 2, 3]); times > 0; times -= 1) {
    // The deeper ones as often as the top: most of the value is leaves.
    const slots = slotsOf(box);
    if (slots.length > 0) mutateSlot(dice, slots, dice.pick(slots));
  }
  return box.value ?? null;
}

function mutateSlot(dice: Dice, slots: readonly Slot[], { holder, key }: Slot): void {
  const list = holder as Record<string | number, unknown>;
  const value = list[key];
  const put = (odd: unknown): void => putKey(holder, String(key), odd);
  switch (dice.below(9)) {
    case 0:
      put(anyJson(dice));
      return;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete list[key];
      return;
    case 2:
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        putKey(value, dice.pick(['extra', '__proto__', CANARY, 'v']), anyJson(dice, 1));
      else if (Array.isArray(value))
        value.push(value.length > 0 && dice.once(2) ? structuredClone(value[0]) : anyJson(dice, 1));
      else put([value]);
      return;
    case 3: {
      const other = dice.pick(slots);
      put(structuredClone((other.holder as Record<string | number, unknown>)[other.key]));
      return;
    }
    case 4:
      if (Array.isArray(value) && value.length > 0)
        value.push(...Array.from({ length: dice.pick([1, 60, 600]) }, () => structuredClone(value[0])));
      else put(dice.pick(ODD_TEXTS));
      return;
    default:
      if (typeof value === 'number')
        put(dice.pick([value + 1, value - 1, -value, value * 10, value + 0.5, ...ODD_NUMBERS]));
      else if (typeof value === 'string') put(mutateText(dice, value));
      else if (typeof value === 'boolean') put(!value);
      else if (value === null) put(anyJson(dice, 1));
  }
}

/** JSON as text, sometimes with the text itself broken. */
export function jsonText(dice: Dice, value: unknown, brokenOneIn = 6): string {
  const text = JSON.stringify(value) ?? 'null';
  return dice.once(brokenOneIn) ? mutateText(dice, text) : text;
}
