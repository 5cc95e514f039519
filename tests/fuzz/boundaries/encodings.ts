import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  batchEntryLineSchema,
  decodeBatch,
  encodeBatch,
  type Batch,
} from '../../../contract/encoding/batch.ts';
import { jcs } from '../../../contract/encoding/jcs.ts';
import { composeTicketNumber, isTicketNumber } from '../../../contract/encoding/ticket-number.ts';
import {
  decodeTicketQr,
  encodeTicketQr,
  ticketQrPayloadSchema,
  type TicketQrPayload,
  type Verify,
} from '../../../contract/encoding/ticket-qr.ts';
import type { DepartureId, LedgerId, WindowId } from '../../../contract/ids.ts';
import type { Dice } from '../dice.ts';
import { must, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { anyJson, CANARY, jsonText, mutateJson, mutateText } from '../mutate.ts';

// ---------------------------------------------------------------- JCS

/** Written apart from the product: sort a copy, then let JSON.stringify write it. */
function plainCanonical(value: unknown): string {
  const sorted = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(sorted);
    if (typeof each !== 'object' || each === null) return each;
    const source = each as Record<string, unknown>;
    // Entries of a map keep their order in text whatever the keys look like; an object would move integers forward.
    return new Map(
      Object.keys(source)
        .sort()
        .map((key) => [key, sorted(source[key])]),
    );
  };
  const write = (each: unknown): string => {
    if (each instanceof Map)
      return `{${[...each].map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`;
    if (Array.isArray(each)) return `[${each.map(write).join(',')}]`;
    return JSON.stringify(each);
  };
  return write(sorted(value));
}

function isEncodable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isEncodable);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isEncodable(inner));
  return true;
}

const entrySample = {
  v: 1,
  window: 'pier/03',
  seq: 7,
  at: 1_795_226_400_000,
  kind: 'sale.money',
  plans: [],
  part: { n: 1, of: 2 },
  10: 'ten',
  9: 'nine',
  é: true,
  body: { shiftId: 'a'.repeat(32), totalFen: 3_000, note: '测试\u0000"\\\u2028𠮷', nothing: null },
};

export const jcsFuzzer: Fuzzer = {
  name: 'jcs',
  boundary: 'canonical JSON',
  quickCases: 4_000,
  share: 110,
  casesPerRound: 1_000,
  reaches: ['encoded', 'refused'],
  open: ({ planted, count }) => {
    const encode = planted ? (value: unknown): string => JSON.stringify(value) : jcs;
    return {
      one(dice) {
        const value = dice.once(3) ? anyJson(dice, 5) : mutateJson(dice, entrySample);
        let text: string;
        try {
          text = encode(value);
        } catch (error) {
          must(error instanceof TypeError, 'another error than the one promised', String(error));
          must(!isEncodable(value), 'a good value is refused', value);
          return count('refused');
        }
        must(isEncodable(value), 'a value that two encoders may write differently is encoded', value);
        mustEqual(
          text,
          plainCanonical(value).replaceAll(/(?<=[[,:]|^)-0(?=[\],}]|$)/g, '0'),
          'not the canonical text',
        );
        must(encode(JSON.parse(text)) === text, 'not the same text again', text);
        count('encoded');
      },
    };
  },
};

// ---------------------------------------------------------------- batches

function sampleBatch(dice: Dice): Batch {
  const row = {
    alg: 'AES-256-GCM',
    ref: dice.hex(32),
    week: '2026-W47',
    nonce: 'A'.repeat(16),
    sealed: 'abc_-',
  } as const;
  const from = dice.between(1, 500);
  const entries = Array.from({ length: dice.between(1, 4) }, (_, n) => ({
    entry: JSON.stringify({ seq: from + n, kind: 'ticket.sold', note: `${CANARY}\u2028` }),
    ...(dice.once(2) && { row }),
  }));
  const weekKey = {
    alg: 'X25519-HKDF-SHA-256-AES-256-GCM',
    week: '2026-W47',
    cityKeyId: '01234567',
    ephemeral: 'abc',
    nonce: 'abc',
    sealed: 'abc',
  } as const;
  return {
    head: {
      alg: 'Ed25519',
      purpose: 'so.batch.1',
      window: 'pier/03' as WindowId,
      ledgerId: dice.hex(32) as LedgerId,
      from,
      to: from + entries.length - 1,
      hash: dice.hex(64),
    },
    signature: 'abc',
    weekKeys: dice.once(2) ? [weekKey] : [],
    entries,
  };
}

export const batchFuzzer: Fuzzer = {
  name: 'batch',
  boundary: 'lines of a batch',
  quickCases: 3_000,
  share: 100,
  casesPerRound: 1_000,
  reaches: ['read', 'refused'],
  open: ({ planted, count }) => {
    const decode: typeof decodeBatch = planted
      ? (text) => {
          const decoded = decodeBatch(text);
          return decoded.ok
            ? decoded
            : { ...decoded, why: `${decoded.why} in ${text.split('\n')[decoded.line - 1]}` };
        }
      : decodeBatch;
    return {
      one(dice) {
        const batch = sampleBatch(dice);
        const good = encodeBatch(batch);
        mustEqual(decode(good), { ok: true, batch }, 'a good batch is not read as it was written');
        const lines = good.split('\n');
        const at = dice.below(lines.length - 1);
        const broken = dice.once(3)
          ? mutateText(dice, good)
          : lines.with(at, jsonText(dice, mutateJson(dice, JSON.parse(lines[at] ?? '')))).join('\n');
        const decoded = decode(broken);
        if (decoded.ok) {
          const again = decode(encodeBatch(decoded.batch));
          mustEqual(again, decoded, 'what was read is not read again');
          must(
            decoded.batch.entries.every((line) => batchEntryLineSchema.safeParse(line).success),
            'an entry line of the wrong shape',
            decoded.batch,
          );
          return count('read');
        }
        must(
          decoded.line >= 1 && decoded.line <= broken.split('\n').length,
          'a line that is not there',
          decoded,
        );
        must(
          !decoded.why.includes(CANARY) && decoded.why.length < 200,
          'the reason repeats what was sent',
          decoded,
        );
        count('refused');
      },
    };
  },
};

// ---------------------------------------------------------------- ticket numbers

export const ticketNumberFuzzer: Fuzzer = {
  name: 'ticket-number',
  boundary: 'ticket numbers',
  quickCases: 5_000,
  share: 110,
  casesPerRound: 5_000,
  reaches: ['good', 'refused'],
  open: ({ planted, count }) => {
    const isNumber = planted
      ? (text: string): boolean => /^\d{20}$/.test(text)
      : (text: string): boolean => isTicketNumber(text);
    return {
      one(dice) {
        const number = composeTicketNumber({
          stationCode: String(dice.below(10_000)).padStart(4, '0'),
          businessDate: `20${dice.between(10, 99)}-${String(dice.between(1, 12)).padStart(2, '0')}-${String(dice.between(1, 28)).padStart(2, '0')}`,
          window: dice.between(1, 99),
          ledgerOrdinal: dice.between(1, 99),
          serial: dice.between(1, 99_999),
        });
        must(number.length === 20 && isNumber(number), 'an own number is not taken', number);
        const at = dice.below(20);
        const digit = (Number(number[at]) + dice.between(1, 9)) % 10;
        must(
          !isNumber(number.slice(0, at) + String(digit) + number.slice(at + 1)),
          'one wrong digit passes',
          number,
        );
        const next = number[at + 1];
        const swapped = number.slice(0, at) + (next ?? '') + (number[at] ?? '') + number.slice(at + 2);
        const isBlindSpot =
          next === undefined ||
          next === number[at] ||
          `${number[at]}${next}` === '09' ||
          `${number[at]}${next}` === '90';
        must(isBlindSpot || !isNumber(swapped), 'two digits changed places and it passes', number);
        const odd = dice.once(8) ? String(anyJson(dice, 0)) : mutateText(dice, number);
        const taken = isNumber(odd);
        must(!taken || /^[0-9]{20}$/.test(odd), 'something else than 20 digits passes', odd);
        count(taken ? 'good' : 'refused');
        for (const parts of [
          { window: 0 },
          { serial: 100_000 },
          { ledgerOrdinal: 1.5 },
          { stationCode: odd.slice(0, 5) },
        ]) {
          if ('stationCode' in parts && /^\d{4}$/.test(parts.stationCode ?? '')) continue;
          try {
            composeTicketNumber({
              stationCode: '3309',
              businessDate: '2026-11-21',
              window: 3,
              ledgerOrdinal: 1,
              serial: 1,
              ...parts,
            });
          } catch (error) {
            must(error instanceof RangeError, 'another error than the one promised', String(error));
            continue;
          }
          must(false, 'a number is made of parts that no ticket has', parts);
        }
      },
    };
  },
};

// ---------------------------------------------------------------- ticket QR

export const ticketQrFuzzer: Fuzzer = {
  name: 'ticket-qr',
  boundary: 'scanned ticket codes',
  quickCases: 1_500,
  share: 110,
  casesPerRound: 1_000,
  reaches: ['good', 'shape', 'payload', 'signature'],
  open: ({ planted, count }) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = createPublicKey(privateKey);
    const signWith = (bytes: Uint8Array): Uint8Array => sign(null, bytes, privateKey);
    const check: Verify = (keyId, bytes, signature) =>
      (planted && signature.length === 64) ||
      (keyId === '0a1b2c3d' && verify(null, bytes, publicKey, signature));
    return {
      one(dice) {
        const payload = {
          n: `330926112103010${String(dice.below(100_000)).padStart(5, '0')}`,
          d: `w-pier-island/2026-11-${dice.between(10, 30)}/${dice.pick(['0900', '2355', '0020-1'])}` as DepartureId,
          c: dice.pick(['full', 'child_half']),
          k: '0a1b2c3d',
        } as TicketQrPayload;
        const good = encodeTicketQr(payload, signWith);
        if (dice.once(3)) {
          // Signed by the window all the same: only the payload's own shape stands in the way.
          const odd = mutateJson(dice, payload);
          if (!isEncodable(odd)) return count('not signable');
          const text = encodeTicketQr(odd as TicketQrPayload, signWith);
          const read = decodeTicketQr(text, check);
          if (!read.ok) return count(read.why);
          must(
            ticketQrPayloadSchema.safeParse(odd).success && isDeepStrictEqual(read.payload, odd),
            'a payload that no ticket has',
            odd,
          );
          return count('good');
        }
        mustEqual(decodeTicketQr(good, check), { ok: true, payload }, 'a good code is not read');
        const text = mutateText(dice, good);
        const read = decodeTicketQr(text, check);
        if (read.ok) must(text === good, 'a code that nobody signed is taken', { text, good });
        count(read.ok ? 'good' : read.why);
        must(!decodeTicketQr(text, () => false).ok, 'taken without a signature', text);
      },
    };
  },
};
