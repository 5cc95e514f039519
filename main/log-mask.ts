/** Members that may hold something personal or secret, wherever they stand down to the third level. */
export const PERSONAL = [
  'name',
  'number',
  'documentNumber',
  'pin',
  'token',
  'secret',
  'cookie',
  'authorization',
  'holder',
  'identity',
  'document',
  'params',
  'address',
  'latinName',
  'birthDate',
] as const;
/** Written in the place of what was taken out. */
export const REDACTED = '***';

/** Citizen numbers, permits and passports in a text, also inside an exception's words. */
export function withoutNumbers(text: string): string {
  return text
    .replaceAll(/(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])/g, REDACTED)
    .replaceAll(/(?<![0-9A-Za-z])[A-Z]{3}\d{12}(?![0-9A-Za-z])/g, REDACTED)
    .replaceAll(/(?<![0-9A-Za-z])[A-Z]{1,2}\d{7,10}(?![0-9A-Za-z])/g, REDACTED);
}
