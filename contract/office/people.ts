import { z } from 'zod';

/** A number and a PIN as they are typed: full-width digits and stray blanks count too. */
export const typedNumberSchema = z.string().max(16);
export const typedPinSchema = z.string().max(32);

/** A second person's own word under an act: never the one who is signed in, checked in one place (`main/access`). */
export const secondSignatureSchema = z.strictObject({ number: typedNumberSchema, pin: typedPinSchema });
export type SecondSignature = z.infer<typeof secondSignatureSchema>;
