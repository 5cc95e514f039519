/**
 * Full-width letters, digits and signs as their plain forms, and the ideographic space as a space: what a Chinese input
 * method leaves behind when a clerk types on. Other characters stay as they are.
 */
export function plainWidth(text: string): string {
  return text
    .replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}
