import { z } from 'zod';
import { departureIdSchema, soldTicketClassSchema, ticketNumberSchema } from '../ids.ts';
import { fromBase64url, toBase64url } from './bytes.ts';
import { jcs } from './jcs.ts';

/** Payload of a ticket's QR: ticket, departure, class, key id. Nothing personal. */
export const ticketQrPayloadSchema = z.strictObject({
  n: ticketNumberSchema,
  d: departureIdSchema,
  c: soldTicketClassSchema,
  k: z.string().regex(/^[0-9a-f]{8}$/),
});
export type TicketQrPayload = z.infer<typeof ticketQrPayloadSchema>;

/** Ed25519 over the bytes given; 64 bytes. */
export type Sign = (bytes: Uint8Array) => Uint8Array;
export type Verify = (keyId: string, bytes: Uint8Array, signature: Uint8Array) => boolean;

const encoder = new TextEncoder();

/** `SO1.<payload>.<signature>`; the signature covers the ASCII bytes of `SO1.<payload>`. */
export function encodeTicketQr(payload: TicketQrPayload, sign: Sign): string {
  const signed = `SO1.${toBase64url(encoder.encode(jcs(payload)))}`;
  return `${signed}.${toBase64url(sign(encoder.encode(signed)))}`;
}

export type TicketQrResult =
  | { ok: true; payload: TicketQrPayload }
  | { ok: false; why: 'shape' | 'payload' | 'signature' };

/** Reads and verifies a scanned text; never throws. */
export function decodeTicketQr(text: string, verify: Verify): TicketQrResult {
  const parts = /^(SO1\.([A-Za-z0-9_-]{1,512}))\.([A-Za-z0-9_-]{86})$/.exec(text);
  if (!parts) return { ok: false, why: 'shape' };
  let payload: TicketQrPayload;
  let signature: Uint8Array;
  try {
    const json: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(parts[2] ?? '')),
    );
    payload = ticketQrPayloadSchema.parse(json);
    signature = fromBase64url(parts[3] ?? '');
  } catch {
    return { ok: false, why: 'payload' };
  }
  if (!verify(payload.k, encoder.encode(parts[1]), signature)) return { ok: false, why: 'signature' };
  return { ok: true, payload };
}
