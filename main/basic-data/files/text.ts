import iconv from 'iconv-lite';
import { accepted, refused, type Outcome } from '../../../contract/refusals.ts';

export interface DecodedText {
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16' | 'gb18030';
}

/**
 * Text of a file whose encoding nobody names: UTF-8 with or without its mark, UTF-16 with its mark (Excel's "Unicode text"),
 * else GB18030, which contains GBK. Bytes that are none of them are refused (`data.importText`), never guessed at.
 */
export function decodeText(bytes: Uint8Array): Outcome<DecodedText> {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const text = iconv.decode(Buffer.from(bytes), first === 0xff ? 'utf-16le' : 'utf-16be');
    return isText(text) ? accepted({ text, encoding: 'utf-16' }) : refused('data.importText');
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return isText(text) ? accepted({ text, encoding: 'utf-8' }) : refused('data.importText');
  } catch {
    const text = iconv.decode(Buffer.from(bytes), 'gb18030');
    return isText(text) ? accepted({ text, encoding: 'gb18030' }) : refused('data.importText');
  }
}

/** No character that a decoder puts in for bytes it does not know, none that no text has. */
function isText(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd\ufffe\uffff\ue000-\uf8ff]/.test(text);
}
