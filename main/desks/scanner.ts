import { createPublicKey, verify } from 'node:crypto';
import { decodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import type { OfficeInput, OfficeOutput, ScannerCode } from '../../contract/office.ts';
import { accepted, refuse, type Outcome } from '../../contract/refusals.ts';
import { maskedNumbersIn } from '../../domain/documents/in-text.ts';
import { continuesMrz, mrzLinesBegunBy, parseMrz, resemblesMrz } from '../../domain/documents/mrz.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { TimerHandle } from '../runtime.ts';
import type { Caller, DeskContext } from './context.ts';
import type { createIdentityDesk } from './identities.ts';

/** The further lines of a document follow its first at once; a scan that stops is not one. */
export const NEXT_LINE_WITHIN_MS = 1_500;
const MOST_SHOWN = 200;

/**
 * Scanned codes, from a serial scanner or typed by a keyboard scanner: tickets are checked, lines of a document become a
 * holder here and never reach a page, anything else is handed on with document numbers masked.
 */
export function createScannerDesk(
  context: DeskContext,
  identities: ReturnType<typeof createIdentityDesk>,
  /** True when a code of a serial scanner is somebody else's than the form's: the gate's. */
  isTaken: (code: ScannerCode) => boolean = () => false,
) {
  const { config, runtime, sessions, vault } = context;
  /** Lines of a document of which more are to come, by scanner or page. */
  const begun = new Map<string, { lines: string[]; count: number; timer: TimerHandle }>();

  /** One line of a scan; null when more lines of it are to come. */
  function take(source: string, text: string): ScannerCode | null {
    const before = begun.get(source);
    if (before) {
      forget(source);
      if (continuesMrz(before.lines[0] ?? '', text))
        return document(source, [...before.lines, text], before.count);
    }
    const count = mrzLinesBegunBy(text);
    if (count > 0) return document(source, [text], count);
    if (resemblesMrz(text)) return { kind: 'refused', of: 'mrz', refusal: refuse('document.mrzShape') };
    return text.startsWith('SO') ? ticket(text) : other(text);
  }

  function document(source: string, lines: string[], count: number): ScannerCode | null {
    if (lines.length === count) {
      const holder = readMrz(lines.join('\n'));
      return holder.ok
        ? { kind: 'mrz', holder: holder.value }
        : { kind: 'refused', of: 'mrz', refusal: holder.refusal };
    }
    const timer = runtime.timers.setTimeout(() => {
      forget(source);
      context.emit('scanner.code', { kind: 'refused', of: 'mrz', refusal: refuse('document.mrzShape') });
    }, NEXT_LINE_WITHIN_MS);
    begun.set(source, { lines, count, timer });
    return null;
  }

  function readMrz(text: string) {
    const read = parseMrz(text, businessDateOf(runtime.clock.nowMs()));
    return read.ok ? identities.scan(read.value) : read;
  }

  function forget(source: string): void {
    const left = begun.get(source);
    if (left) runtime.timers.clearTimeout(left.timer);
    begun.delete(source);
  }

  function ticket(text: string): ScannerCode {
    let isForeign = false;
    const decoded = decodeTicketQr(text, (keyId, bytes, signature) => {
      isForeign = keyId !== vault.keyId;
      if (isForeign) return true;
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: vault.publicKey }, format: 'jwk' });
      return verify(null, bytes, key, signature);
    });
    if (decoded.ok) {
      const { n, d, c } = decoded.payload;
      return {
        kind: 'ticketQr',
        ticketNumber: n,
        departureId: d,
        ticketClass: c,
        seal: isForeign ? 'foreign' : 'valid',
      };
    }
    if (!/^SO\d/.test(text)) return other(text);
    return { kind: 'refused', of: 'ticketQr', refusal: refuse('scanner.ticketQr') };
  }

  const other = (text: string): ScannerCode => ({
    kind: 'text',
    text: maskedNumbersIn(text.slice(0, MOST_SHOWN), config.mask),
  });

  return {
    /** A serial scanner read a code. With nobody at the window it is nobody's business. */
    heard(deviceId: string, text: string): void {
      if (!sessions.anyoneSignedIn()) return;
      const code = take(`device ${deviceId}`, text);
      if (code && !isTaken(code)) context.emit('scanner.code', code);
    },

    /** A keyboard scanner typed a code into a page. */
    typed(input: OfficeInput<'scanner.typed'>, caller: Caller): Outcome<OfficeOutput<'scanner.typed'>> {
      return accepted({ code: take(`page ${caller.session}`, input.text.trim()) });
    },

    stop(): void {
      for (const source of begun.keys()) forget(source);
    },
  };
}
