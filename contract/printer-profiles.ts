/** What printers can do: the members of a profile, and the models that need no description of their own in `station.json`. */
import * as z from 'zod';

/**
 * How a printer on a serial port says that its buffer is full. `xonxoff`: bytes 13 and 11. `rtscts`: the line CTS of the PC, to which a
 * cable may lead the printer's DTR. DSR itself is watched by no port library here, so DTR/DSR is not among them.
 */
export const flowControl = z.enum(['none', 'xonxoff', 'rtscts']);
export type FlowControl = z.infer<typeof flowControl>;

/**
 * What a printer's model can do.
 * `status` `realtime`: answers `10 04 n` and `1D 72 1`, so a sheet can be confirmed. `none`: every sheet ends as `sent`.
 * `font` `gb18030`: has glyphs for four-byte codes; `gbk`: prints rubbish for them, so they must come as pictures; `raster`: has no Chinese
 * font, so every character but ASCII comes as a picture.
 * `qr` `native`: makes QR codes itself (`1D 28 6B`); `raster`: gets them as pictures (`1D 76 30`). Default `native`.
 */
export const printerProfile = z.strictObject({
  paperWidthMm: z.literal([58, 80]),
  cutter: z.enum(['partial', 'full', 'none']),
  status: z.enum(['realtime', 'none']),
  font: z.enum(['gb18030', 'gbk', 'raster']),
  qr: z.enum(['native', 'raster']).optional(),
  /** Cash drawer on the printer's socket, by the pin that opens it. Default none. */
  drawer: z.enum(['none', 'pin2', 'pin5']).optional(),
  /** How long the answer that follows the cut may take, beyond the time on the wire. */
  confirmTimeoutMs: z.int().min(500).max(60_000),
});
export type PrinterProfile = z.infer<typeof printerProfile>;

export const printerProfileName = z.enum(['generic80', 'generic58', 'silent80', 'silent58']);
export type PrinterProfileName = z.infer<typeof printerProfileName>;

const reporting = { cutter: 'partial', status: 'realtime', font: 'gbk', confirmTimeoutMs: 6000 } as const;
const silent = { cutter: 'partial', status: 'none', font: 'gbk', confirmTimeoutMs: 6000 } as const;

export const PROFILES: Record<PrinterProfileName, PrinterProfile> = {
  generic80: { paperWidthMm: 80, ...reporting },
  generic58: { paperWidthMm: 58, ...reporting },
  silent80: { paperWidthMm: 80, ...silent },
  silent58: { paperWidthMm: 58, ...silent },
};

/** The profile of a printer as configured: named, described in full, or `generic80`. */
export function profileOf(settings: {
  profile?: PrinterProfileName | PrinterProfile | undefined;
}): PrinterProfile {
  const { profile = 'generic80' } = settings;
  return typeof profile === 'string' ? PROFILES[profile] : profile;
}

/** Dots across the paper: 8 a millimetre of 48 or 72 mm. */
export function dotsOf(profile: Pick<PrinterProfile, 'paperWidthMm'>): number {
  return columnsOf(profile) * 12;
}

/** Characters of font A in a line: 12 dots each on 384 or 576 dots. */
export function columnsOf(profile: Pick<PrinterProfile, 'paperWidthMm'>): number {
  return profile.paperWidthMm === 58 ? 32 : 48;
}
