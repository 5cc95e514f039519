/** Printer models that need no description of their own. A model that differs is described in `station.json`. */
import type { PrinterProfile, PrinterProfileName, PrinterSettings } from './device.ts';

const reporting = { cutter: 'partial', status: 'realtime', font: 'gbk', confirmTimeoutMs: 6000 } as const;
const silent = { cutter: 'partial', status: 'none', font: 'gbk', confirmTimeoutMs: 6000 } as const;

export const PROFILES: Record<PrinterProfileName, PrinterProfile> = {
  generic80: { paperWidthMm: 80, ...reporting },
  generic58: { paperWidthMm: 58, ...reporting },
  silent80: { paperWidthMm: 80, ...silent },
  silent58: { paperWidthMm: 58, ...silent },
};

/** The profile of a printer as configured: named, described in full, or `generic80`. */
export function profileOf(settings: Pick<PrinterSettings, 'profile'>): PrinterProfile {
  const { profile = 'generic80' } = settings;
  return typeof profile === 'string' ? PROFILES[profile] : profile;
}

/** Characters of font A in a line: 12 dots each on 384 or 576 dots. */
export function columnsOf(profile: Pick<PrinterProfile, 'paperWidthMm'>): number {
  return profile.paperWidthMm === 58 ? 32 : 48;
}
