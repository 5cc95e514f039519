import type { z } from 'zod';

/** What is known of one method of the office API. Who may call it stands in `contract/permissions.ts`. */
export interface MethodSpec {
  /** A mutating method carries a `commandId` made when its form opened; repeating it gives the same answer. */
  mutating: boolean;
  /** What the access log or journal keeps of a call; `none` = a plain query. */
  audit: 'none' | 'journal' | 'log';
  /** Exists only in a trial station. */
  trial?: boolean;
  summary: string;
  input: z.ZodType;
  output: z.ZodType;
}
