import { z } from 'zod';
import { deviceList } from './device.ts';
import { storedPinSchema } from './people.ts';
import { gateNameSchema } from './entries/gate.ts';
import { roleSchema } from './roles.ts';

/** `host:port`, without a scheme: the link between offices is always TLS. */
const linkAddressSchema = z.string().regex(/^(\[[0-9a-fA-F:]{2,39}\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/);

/** One shape for both ends, so that a wrong combination is named field by field (`main/shells/station-file.ts`). */
const hostConfigSchema = z.strictObject({
  role: z.enum(['host']).optional(),
  /** Addresses of this PC in the station's network. */
  listen: z.array(linkAddressSchema).min(1).max(8).optional(),
  /** The host keeps other windows' batches so many days after the city has answered them. Default 7. */
  keepRelayedDays: z.int().min(0).max(365).optional(),
  /** This office takes over from a host that is lost: it gives no seat that it cannot prove free. */
  takesOver: z.boolean().optional(),
  /** Where the host is. */
  address: linkAddressSchema.optional(),
  /** The host's link key, as its own status page shows it: nobody else is believed. */
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
  /** Given by the host for this window, once, 24 h. */
  enrolmentCode: z.string().min(8).max(64).optional(),
});
export type HostConfig = z.infer<typeof hostConfigSchema>;

/** `DIR/station.json`: what this PC is. A wrong field is named with its path and what was expected. */
export const stationConfigSchema = z.strictObject({
  /** Trial station: trial clerks, simulators and `trial.*` methods exist only when this is true. */
  trial: z.boolean().default(false),
  station: z.strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,64}$/),
    /** 4 digits in every ticket number. */
    code: z.string().regex(/^\d{4}$/),
    name: z.string().min(1).max(40),
  }),
  window: z.int().min(1).max(99),
  devices: deviceList.default([]),
  city: z
    .strictObject({
      /** Plain http is allowed on loopback only. */
      url: z.url({ protocol: /^https?$/ }),
      /** Given once by the city; exchanged for keys at first contact. */
      enrolmentCode: z.string().min(8).max(64).optional(),
      /** CA that signed the city's certificate: PEM text, or the path of a PEM file inside the data folder. Needed for https. */
      ca: z.string().min(1).max(65_536).optional(),
    })
    .optional(),
  /**
   * The station's host (architecture, idea 2): `role` and `listen` at the one office that serves the others, `address` and `key`
   * at these. Absent: this window is its own host.
   */
  host: hostConfigSchema.optional(),
  /**
   * The authority that approves plans and may give orders to this station through the city: its name, and its Ed25519 key (raw, base64url). Absent:
   * nothing counts in its name. The same at every office of the station.
   */
  authority: z
    .strictObject({ name: z.string().min(1).max(60), key: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })
    .optional(),
  /** Staff of this window until the station keeps its own list: number, name, role, scrypt hash of the PIN. */
  staff: z
    .array(
      z.strictObject({
        number: z.string().regex(/^\d{4}$/),
        name: z.string().min(1).max(20),
        role: roleSchema,
        /** More roles than the one. */
        alsoRoles: z.array(roleSchema).max(5).optional(),
        pin: storedPinSchema,
      }),
    )
    .max(500)
    .default([]),
  /** Rules of signing in; each has a default. */
  access: z
    .strictObject({
      /** Minutes without a key before the screen locks; 0 = never. Default 10. */
      idleLockMinutes: z.int().min(0).max(240).default(10),
      /** Least digits of a new PIN. */
      leastPinDigits: z.int().min(6).max(12).default(6),
    })
    .optional(),
  /** Where copies of the ledger go besides the data folder. */
  backup: z
    .strictObject({
      /** Absolute path of a folder on another disk or a USB stick, made by people: each copy goes there too. */
      folder: z
        .string()
        .max(400)
        .regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)/),
    })
    .optional(),
  /** How document numbers are masked: digits shown at the start and at the end (ticketing rules 6.2). */
  mask: z
    .strictObject({ first: z.int().min(0).max(6), last: z.int().min(0).max(4) })
    .default({ first: 6, last: 4 }),
  /** The gate (检票口) that this PC stands at. Times are the port's own custom (ticketing rules 9.5: no text found), mark D. */
  gate: z
    .strictObject({
      /** As people call it; the window's name unless told. */
      name: gateNameSchema.optional(),
      /** An open gate still admits so many minutes after the timetable's time. Default 30. */
      boardUntilMin: z.int().min(0).max(600).optional(),
      /** Passengers who are missing so many minutes before departure are late. Default 10. */
      lateFromMin: z.int().min(0).max(600).optional(),
    })
    .optional(),
});
export type StationConfig = z.infer<typeof stationConfigSchema>;
