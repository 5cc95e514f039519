import type { Dice } from './dice.ts';
import { isDeepStrictEqual } from 'node:util';
import { refusalCatalogue, refusalSchema, type Refusal } from '../../contract/refusals.ts';
import { CANARY } from './mutate.ts';

/** What a boundary owes, put to the test with one input a case. */
export interface Fuzzer {
  name: string;
  /** In a few words, for the list. */
  boundary: string;
  /** Cases in `npm test`, with a fixed seed. */
  quickCases: number;
  /** Its share of a long run. */
  share: number;
  /** A fresh start after so many cases: a case is replayed from the start of its round. */
  casesPerRound: number;
  /** What the cases must have come to, so that none is turned away at the first gate only. */
  reaches: readonly string[];
  /** `planted`: with the bug that this fuzzer must catch. */
  open(round: RoundStart): Promise<Round> | Round;
}

export interface RoundStart {
  /** Chance for what the round starts with. */
  dice: Dice;
  planted: boolean;
  /** Counts what a case came to. */
  count(what: string): void;
}

export interface Round {
  /** Throws {@link Finding} when the boundary does not keep what it owes; anything else thrown is a crash. */
  one(dice: Dice): Promise<void> | void;
  /** Looks at what is left behind by all cases of the round. */
  end?(): Promise<void> | void;
}

export class Finding extends Error {
  constructor(what: string, shown?: unknown) {
    super(shown === undefined ? what : `${what}: ${show(shown)}`);
    this.name = 'Finding';
  }
}

function show(value: unknown): string {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value);
  return (text ?? String(value)).slice(0, 1500);
}

export function must(holds: boolean, what: string, shown?: unknown): asserts holds {
  if (!holds) throw new Finding(what, shown);
}

export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected)) throw new Finding(what, { actual, expected });
}

const HAN = /\p{Script=Han}/u;

/** A refusal has a code of the closed list, Chinese words from its catalogue row, and repeats no secret. */
export function mustBeRefusal(refusal: unknown, secrets: readonly string[] = []): asserts refusal is Refusal {
  const parsed = refusalSchema.safeParse(refusal);
  must(parsed.success, 'not a refusal', refusal);
  const { code, message, next } = parsed.data;
  must(HAN.test(message) && HAN.test(next), 'a refusal without Chinese words', refusal);
  const [said, nextSaid] = refusalCatalogue[code];
  must(
    fitsRow(message, said) && fitsRow(next, nextSaid),
    'words that are not those of the catalogue',
    refusal,
  );
  must(code !== 'defect', 'a defect', refusal);
  const text = JSON.stringify(refusal);
  for (const secret of [CANARY, ...secrets])
    must(!text.includes(secret), 'a refusal that repeats what was sent', refusal);
  must(!/\bat .+:\d+:\d+|node_modules|\.ts:\d/.test(text), 'a refusal with a stack', refusal);
  must(text.length < 1000, 'a refusal that nobody can read', refusal);
}

function fitsRow(text: string, row: string): boolean {
  const [start = '', ...rest] = row.split(/\{\w+\}/);
  if (!text.startsWith(start)) return false;
  let at = start.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return rest.at(-1) === '' || at === text.length;
}
