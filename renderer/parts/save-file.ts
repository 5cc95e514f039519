import type { Clock } from '../clock.ts';

/** By then the browser has begun to save it. */
const KEPT_MS = 60_000;

/** Gives the person a file that the office made: the browser's own way of saving, with its name filled in. */
export function saveFile(
  clock: Clock,
  { fileName, mediaType, base64 }: { fileName: string; mediaType: string; base64: string },
): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
  const address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
  clock.after(KEPT_MS, () => {
    URL.revokeObjectURL(address);
  });
}
