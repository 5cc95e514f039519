import { z } from 'zod';
import { signedPlanSchema } from './contingency.ts';
import { jcs } from './encoding/jcs.ts';
import { signedEndSchema, signedExtendSchema, signedOrderSchema } from './orders.ts';

/** Raw Ed25519 public key, 32 bytes. */
export const authorityKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Number of the window under which the authority signs for a station: `<station>/00`, which no office has. */
export const authorityWindow = (station: string): string => `${station}/00`;

export const paperKinds = ['plan', 'order', 'extend', 'end'] as const;

/**
 * What the approving authority (county, city) sends to a station: a plan for its library, or an order, an extension or an end that it
 * signed itself. A record's `issuer` is the first 16 bytes (hex) of SHA-256 of the authority's raw key, its `n` counts all records
 * of that key, its `window` is {@link authorityWindow} of the station that it is for, its `by.role` is `authority`. An order brings its
 * plan, so nobody waits for one.
 */
export const authorityPaperSchema = z.discriminatedUnion('paper', [
  z.strictObject({ paper: z.literal('plan'), plan: signedPlanSchema }),
  z.strictObject({ paper: z.literal('order'), signed: signedOrderSchema, plan: signedPlanSchema }),
  z.strictObject({ paper: z.literal('extend'), signed: signedExtendSchema }),
  z.strictObject({ paper: z.literal('end'), signed: signedEndSchema }),
]);
export type AuthorityPaper = z.infer<typeof authorityPaperSchema>;

/** Text by which a paper is known: its JCS. */
export const paperText = (paper: AuthorityPaper): string => jcs(paper);

/** Most papers of one answer, and about so many characters of them. */
export const MOST_PAPERS = 100;
export const MOST_PAPER_CHARS = 400_000;

const stationSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);

/** The city's methods for what an authority signed. Spread into `cityMethods`. */
export const authorityMethods = {
  /**
   * Papers for a station after a place, oldest first. `place`: how far this answer goes; lower than `after` when the city was restored from an
   * older copy: then everything is asked for again.
   */
  'authority.get': {
    input: z.strictObject({ station: stationSchema, after: z.int().min(0) }),
    output: z.strictObject({
      papers: z.array(authorityPaperSchema).max(MOST_PAPERS),
      place: z.int().min(0),
      more: z.boolean(),
    }),
  },
  /**
   * Hands a paper to the city, which keeps it for the station and passes it on as it is. It vouches for itself: the signature must be of a key that the
   * city was told is an authority of that station. The same paper again is the same place. Refuses `authority.unknown`,
   * `authority.signature`, `authority.otherStation`, `authority.number`, `plan.tampered`, `plan.outdated`, `order.unknown`, `order.ended`.
   */
  'authority.put': {
    input: z.strictObject({ station: stationSchema, paper: authorityPaperSchema }),
    output: z.strictObject({ place: z.int().min(1) }),
  },
} as const;
