import { plainWidth } from './digits.ts';

/** The largest sum that one form takes: ten million yuan, the contract's own limit. */
const MOST_FEN = 1_000_000_000;

/**
 * Yuan as a clerk types them, in fen: `50`, `50.5`, `50.50`, with full-width digits and a Chinese full stop too.
 * `null` when it is no sum: empty, more than two decimals, other signs, too large.
 */
export function parseYuan(typed: string): number | null {
  const text = plainWidth(typed).replaceAll('\u3002', '.').replaceAll(',', '').trim();
  const match = /^(\d{1,9})(?:\.(\d{0,2}))?$/.exec(text) ?? /^()\.(\d{1,2})$/.exec(text);
  if (!match) return null;
  const fen = Number(match[1] ?? '') * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return fen <= MOST_FEN ? fen : null;
}

/** Fen as the shortest text a clerk would type: 5000 \u2192 `50`, 5050 \u2192 `50.5`. */
export function typedYuan(fen: number): string {
  const whole = Math.floor(fen / 100);
  const rest = fen % 100;
  if (rest === 0) return String(whole);
  return `${whole}.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
}

/** Keys that add a note to the cash received, with what an input method makes of them. */
const noteSigns: readonly { signs: string; fen: number }[] = [
  { signs: '+\uFF0B=', fen: 10_000 },
  { signs: '/\u3001\uFF0F\u00F7', fen: 5_000 },
  { signs: '*\u00D7\uFF0A', fen: 2_000 },
];

/**
 * The cash field after a key: `+`, `/` and `*` anywhere in it add a note of 100, 50 or 20 yuan to the sum before them;
 * everything else stays as typed, so that nothing vanishes under the clerk's hands.
 */
export function withNotes(typed: string): string {
  let fen = 0;
  let rest = '';
  let added = false;
  for (const sign of typed) {
    const note = noteSigns.find((one) => one.signs.includes(sign));
    if (note) {
      fen += note.fen;
      added = true;
    } else rest += sign;
  }
  if (!added) return typed;
  const before = rest.trim() === '' ? 0 : parseYuan(rest);
  return before === null ? rest : typedYuan(before + fen);
}
