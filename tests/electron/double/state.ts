import type { Settings } from './settings.ts';

/** The settings of this run; the test changes screens and key store while it runs. */
export const settings = JSON.parse(process.env['ELECTRON_DOUBLE'] ?? '{}') as Settings;

export const phase = { isReady: false };
