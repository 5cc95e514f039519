/** Which characters a printer's own font has, so that the others can be drawn before a sheet is sent. */
import iconv from 'iconv-lite';
import type { DeviceSettings, PrintDocument, PrinterProfile } from '../../contract/device.ts';
import { columnsOf, profileOf, PROFILES } from '../../contract/printer-profiles.ts';
import { GETA, isAscii, layOutSheet, printableText } from '../../contract/ticket-layout.ts';

/** The profile of this printer, or of the first where it is unknown. */
export function profileOfPrinter(
  devices: readonly DeviceSettings[],
  deviceId: string | undefined,
): PrinterProfile {
  const printers = devices.filter((device) => device.kind === 'printer');
  const settings = printers.find(({ id }) => id === deviceId) ?? printers[0];
  return settings ? profileOf(settings) : PROFILES.generic80;
}

/** A font of GBK has two-byte codes only; no font has the private-use characters that some cards carry. */
export function fontHas(font: PrinterProfile['font'], character: string): boolean {
  if (font === 'raster') return isAscii(character);
  if (isPrivateUse(character)) return false;
  return font === 'gb18030' || iconv.encode(character, 'gb18030').length < 4;
}

/** Characters of a text that have to be drawn, each once, sorted. Private-use ones look different everywhere and are not drawn. */
export function charactersToDraw(font: PrinterProfile['font'], text: string): string[] {
  const characters = new Set(printableText(text));
  return [...characters].filter((character) => !fontHas(font, character) && canBeDrawn(character)).sort();
}

/**
 * The same of all that stands on a sheet, its own words too. Without a Chinese font a large line is drawn whole, with the ASCII
 * characters in it.
 */
export function charactersOnSheet(profile: PrinterProfile, document: PrintDocument): string[] {
  const { font } = profile;
  const lines = layOutSheet(document, { columns: columnsOf(profile), font, isDrawn: () => true }).filter(
    (part) => part.kind === 'line',
  );
  const wanted = new Set(charactersToDraw(font, lines.map(({ text }) => text).join('')));
  if (font === 'raster')
    for (const { size, text } of lines)
      if (size === 2 && !isAscii(text))
        for (const character of text) if (character !== ' ' && canBeDrawn(character)) wanted.add(character);
  return [...wanted].sort();
}

/** 〓 stands for what is not drawn: a printer without it has it from its driver. */
const canBeDrawn = (character: string): boolean => !isPrivateUse(character) && character !== GETA;
const isPrivateUse = (character: string): boolean => /\p{Co}/u.test(character);
