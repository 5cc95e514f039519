import { z } from 'zod';
import { planRefSchema, signedPlanSchema } from '../contingency.ts';
import { clerkNumberSchema, hashHexSchema, ledgerIdSchema, windowIdSchema } from '../ids.ts';
import { rawKeySchema } from './station.ts';
import { signedRecordSchema } from '../orders.ts';
import { authorityKeySchema, paperKinds } from '../authority.ts';

const signerOffice = { window: windowIdSchema, ledgerId: ledgerIdSchema, key: rawKeySchema };

/** The station's library of plans, and what the approving authority sends down. */
export const planLibraryEntries = {
  /**
   * A plan that counts at every office of the station: signed by the station (its host, or the office that is its own host), or by
   * the authority and taken from the city here. Every office judges the signature itself.
   */
  'plan.published': z.strictObject({
    ref: planRefSchema,
    plan: signedPlanSchema,
    /** The second person, where a manager signed it. */
    countersignedBy: clerkNumberSchema.optional(),
  }),
  /** One that another office published became known here. */
  'plan.publishedHeard': z.strictObject({
    ref: planRefSchema,
    plan: signedPlanSchema,
    from: windowIdSchema,
  }),
  /** A host says of another office that it signed plans for the station before: this host took over from it. */
  'plan.signerKnown': z.strictObject(signerOffice),
  /** A host's word on another signer became known here. */
  'plan.signerHeard': z.strictObject({ ...signerOffice, from: windowIdSchema }),
  /** An order, extension or end of the authority was taken from the city here. An order brings its plan. */
  'plan.commanded': z.strictObject({ signed: signedRecordSchema, plan: signedPlanSchema.nullable() }),
  /** `station.json` names the authority with another key than before. What was signed with an earlier one goes on. */
  'authority.pinned': z.strictObject({ name: z.string().min(1).max(60), key: authorityKeySchema }),
  /** Something came from the city in the authority's name and does not count. `hash`: SHA-256 of its text. */
  'authority.refused': z.strictObject({
    paper: z.enum(paperKinds),
    hash: hashHexSchema,
    code: z.string().min(1).max(64),
  }),
} as const;
