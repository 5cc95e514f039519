/** Full-width digits count: a Chinese keyboard may be in full-width mode. */
export function foldDigits(text: string): string {
  return text.replaceAll(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}
