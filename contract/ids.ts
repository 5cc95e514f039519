import { z } from 'zod';

/** Integer fen (1/100 yuan), never negative where a price, float or count is meant. */
export const fenSchema = z.int().min(0).max(1_000_000_000).brand<'Fen'>();
export type Fen = z.infer<typeof fenSchema>;
/** Cash counted into or out of a drawer, at most a million yuan: with a day's sales it still fits {@link fenSchema}. */
export const drawerFenSchema = z.int().min(0).max(100_000_000).brand<'Fen'>();
/** Integer fen that may be negative: differences and corrections. */
export const signedFenSchema = z.int().min(-1_000_000_000).max(1_000_000_000);

/** UTC milliseconds since 1970. */
export const instantSchema = z.int().min(0).max(253_402_300_799_999);

/** Asia/Shanghai calendar date, `YYYY-MM-DD`. */
export const businessDateSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .brand<'BusinessDate'>();
export type BusinessDate = z.infer<typeof businessDateSchema>;

/** 128 random bits as 32 lower-case hex digits. */
export const hex128Schema = z.string().regex(/^[0-9a-f]{32}$/);
/** SHA-256 as 64 lower-case hex digits. */
export const hashHexSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const ledgerIdSchema = hex128Schema.brand<'LedgerId'>();
export type LedgerId = z.infer<typeof ledgerIdSchema>;

/** Made at the client when a form opens: 16 to 64 of `0-9 A-Z a-z _ -`. */
export const commandIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z_-]{16,64}$/)
  .brand<'CommandId'>();
export type CommandId = z.infer<typeof commandIdSchema>;

/** `<station>/<two digits>`, for instance `zhujiajian-wugongzhi/03`. */
export const windowIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,64}\/\d{2}$/)
  .brand<'WindowId'>();
export type WindowId = z.infer<typeof windowIdSchema>;

/** `lineId/YYYY-MM-DD/HHMM`, with `-n` for extra departures. */
export const departureIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,64}\/\d{4}-\d{2}-\d{2}\/([01]\d|2[0-3])[0-5]\d(-[1-9]\d?)?$/)
  .brand<'DepartureId'>();
export type DepartureId = z.infer<typeof departureIdSchema>;

/** 20 digits: station 4, YYMMDD, window 2, ledger ordinal 2, serial 5, Luhn check 1. */
export const ticketNumberSchema = z
  .string()
  .regex(/^\d{20}$/)
  .brand<'TicketNumber'>();
export type TicketNumber = z.infer<typeof ticketNumberSchema>;

/** Staff number of a clerk as printed on the badge: 4 digits. */
export const clerkNumberSchema = z.string().regex(/^\d{4}$/);

/** Points at an identity that the office keeps in memory for ten minutes; says nothing by itself. */
export const holderRefSchema = hex128Schema.brand<'HolderRef'>();
export type HolderRef = z.infer<typeof holderRefSchema>;

export const lineIdSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);
export const placeIdSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);

/** ISO week of the Shanghai calendar, `YYYY-Www`: the life of one vault key. */
export const weekSchema = z.string().regex(/^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/);
/** URL-safe base64 without padding. */
export const base64urlSchema = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** Fare class codes as in the fare tables; `ticket-classes.ts` has those that the program itself knows. */
export const ticketClassSchema = z.string().regex(/^[a-z_]{1,32}$/);
/** Class of a ticket. Which of them a line sells is data: a fare row and its rule. */
export const soldTicketClassSchema = ticketClassSchema;
export type SoldTicketClass = z.infer<typeof soldTicketClassSchema>;

/** Kind of an identity document: GA/T 2000.156 code where one is known, else a local word (`document-kinds.ts`). */
export const documentKindSchema = z.string().regex(/^[a-z0-9-]{1,16}$/);
export type DocumentKind = z.infer<typeof documentKindSchema>;

/** How sure a figure is, as in the trade rules: confirmed, one source, from memory, design, estimate. */
export const markSchema = z.enum(['C2', 'S1', 'M0', 'D', 'EST']);
