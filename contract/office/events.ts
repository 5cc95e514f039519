import { z } from 'zod';
import { departureIdSchema, instantSchema, ticketNumberSchema } from '../ids.ts';
import { refusalSchema } from '../refusals.ts';
import { displayViewSchema } from './display.ts';
import { gateEvents } from './gate.ts';
import { machineEvents } from './machine.ts';
import {
  deviceStatusSchema,
  holderViewSchema,
  linkStatusSchema,
  officeStatusSchema,
  printStateSchema,
  scannerCodeSchema,
} from './shapes.ts';

/** Events told to every page. None carries a full document number. */
export const officeEvents = {
  /** Any part of the status bar changed; the whole status comes with it. */
  'status.changed': officeStatusSchema,
  /** Some sign-in here changed: a page asks `session.info` again. Says nothing itself. */
  'session.changed': z.strictObject({}),
  /** A card was read; the passenger can be filled in without a key. */
  'reader.card': holderViewSchema,
  'reader.cardRemoved': z.strictObject({ deviceId: z.string() }),
  'reader.unreadable': z.strictObject({ deviceId: z.string(), refusal: refusalSchema }),
  /** A ticket's sheet moved on. */
  'print.changed': z.strictObject({ ticketNumber: ticketNumberSchema, print: printStateSchema }),
  /** The printer's font lacks these characters, sorted and without the name they are of; answered by `prints.glyphs`. */
  'glyphs.wanted': z.strictObject({ characters: z.array(z.string()) }),
  /** A scanner read a code. */
  'scanner.code': scannerCodeSchema,
  /** Seats of a departure changed. */
  'departure.changed': z.strictObject({ departureId: departureIdSchema, held: z.int(), left: z.int() }),
  /** A newer timetable took effect: ask for departures again. */
  'timetable.changed': z.strictObject({ feedVersion: z.int() }),
  'link.changed': linkStatusSchema,
  /** The passengers' screen shows something else. */
  'display.changed': displayViewSchema,
  'device.changed': deviceStatusSchema,
  /** A review of an order became due: told once. Nothing ends by it. */
  'plan.reviewDue': z.strictObject({ id: z.string(), name: z.string().nullable(), dueAt: instantSchema }),
  ...gateEvents,
  ...machineEvents,
} as const satisfies Record<string, z.ZodType>;
export type OfficeEvent = keyof typeof officeEvents;
export type OfficeEventData<E extends OfficeEvent> = z.infer<(typeof officeEvents)[E]>;
