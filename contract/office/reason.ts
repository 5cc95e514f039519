import { z } from 'zod';

/** Why somebody does something that is not done every day: a few words, one line. It is journalled and goes up. */
export const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u);
