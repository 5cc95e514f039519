import { clerkAtWindow } from './clerk-at-window.ts';
import { explains, latency, median, percentile, type BenchRun } from './figure.ts';

/** Card on the reader → passenger in the page. */
export const benchCardToForm: BenchRun = async (options) => {
  const { card, wire, bareFrame } = await clerkAtWindow(options);
  return [
    ...latency('cardToForm', card, 50),
    explains('bareWireP95', percentile(wire, 0.95), 'ms', 2),
    explains('barePageFrameP95', percentile(bareFrame, 0.95), 'ms', 2),
  ];
};

/** Key → document, key → frame, typing a destination and walking a list of 60 departures. */
export const benchKeyToPaint: BenchRun = async (options) => {
  const { committed, frame, bareCommitted, bareFrame } = await clerkAtWindow(options);
  return [
    ...latency('committed', committed, 8),
    ...latency('frame', frame, 34),
    explains('bareCommittedP95', percentile(bareCommitted, 0.95), 'ms', 2),
    explains('bareFrameP95', percentile(bareFrame, 0.95), 'ms', 2),
  ];
};

/** Confirming key → first byte of the ticket at the printer. */
export const benchPrint: BenchRun = async (options) => {
  const { print, diskSync } = await clerkAtWindow(options);
  return [
    ...latency('confirmToFirstByte', print, 30),
    explains('diskSyncMedian', median(diskSync), 'ms', 2),
    explains('diskSyncP95', percentile(diskSync, 0.95), 'ms', 2),
  ];
};
