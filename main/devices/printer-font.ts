/** Which characters a printer's own font has, so that the others can be drawn before a sheet is sent. */
import iconv from 'iconv-lite';
import type { PrinterProfile } from '../../contract/device.ts';
import { printableText } from '../../contract/ticket-layout.ts';

/** A font of GBK has two-byte codes only; no font has the private-use characters that some cards carry. */
export function fontHas(font: PrinterProfile['font'], character: string): boolean {
  if (isPrivateUse(character)) return false;
  return font === 'gb18030' || iconv.encode(character, 'gb18030').length < 4;
}

/** Characters of a text that have to be drawn, each once, sorted. Private-use ones look different everywhere and are not drawn. */
export function charactersToDraw(font: PrinterProfile['font'], text: string): string[] {
  const characters = new Set(printableText(text));
  return [...characters].filter((character) => !fontHas(font, character) && !isPrivateUse(character)).sort();
}

const isPrivateUse = (character: string): boolean => /\p{Co}/u.test(character);
