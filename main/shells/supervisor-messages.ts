import { z } from 'zod';
import { simulatorCommand } from '../../contract/simulators.ts';

/**
 * What a shell and the supervisor of its trial say to each other, as plain objects over the process channel. Each
 * request is answered once, by its `id`.
 */
export const supervisorPlan = z.strictObject({
  /** Absolute path of `DIR/trial`: ports, the gateway's data, notes of the supervisor. */
  folder: z.string().min(1),
  simulators: z.strictObject({
    program: z.string().min(1),
    readerLink: z.string().min(1),
    printerLink: z.string().min(1),
    sheetsFile: z.string().min(1).optional(),
  }),
  /** Absent when the station has another city. */
  gateway: z
    .strictObject({ program: z.string().min(1), args: z.array(z.string()), clockOffsetMs: z.number() })
    .optional(),
});
export type SupervisorPlan = z.infer<typeof supervisorPlan>;

const id = z.int().min(0);
export const supervisorRequest = z.discriminatedUnion('do', [
  z.strictObject({ id, do: z.literal('begin'), plan: supervisorPlan }),
  z.strictObject({ id, do: z.literal('simulate'), command: simulatorCommand }),
  z.strictObject({ id, do: z.literal('link'), up: z.boolean() }),
  z.strictObject({ id, do: z.literal('stop') }),
]);
export type SupervisorRequest = z.infer<typeof supervisorRequest>;

/** How far a trial came up. What did not start is tried again and again; the office says what is missing. */
const begun = z.strictObject({
  problems: z.array(z.string()),
  /** The embedded city's code for this start, once it is there. */
  enrolmentCode: z.string().optional(),
});
export type Begun = z.infer<typeof begun>;

export const supervisorAnswer = z.union([
  z.strictObject({ id, ok: z.literal(true), begun: begun.optional() }),
  z.strictObject({ id, ok: z.literal(false), problem: z.string() }),
  z.strictObject({
    child: z.enum(['gateway', 'simulators']),
    up: z.boolean(),
    detail: z.string(),
    /** Of the gateway at each of its starts: the first may come after the office's. */
    enrolmentCode: z.string().optional(),
  }),
]);
export type SupervisorAnswer = z.infer<typeof supervisorAnswer>;
