import type { Fuzzer } from '../fuzzer.ts';

/** Every boundary, by name. Loaded when asked for: a child needs one. */
const boundaries: Record<string, () => Promise<Fuzzer>> = {
  jcs: async () => (await import('./encodings.ts')).jcsFuzzer,
  batch: async () => (await import('./encodings.ts')).batchFuzzer,
  'ticket-number': async () => (await import('./encodings.ts')).ticketNumberFuzzer,
  'ticket-qr': async () => (await import('./encodings.ts')).ticketQrFuzzer,
  'sdt-frames': async () => (await import('./reader.ts')).frameFuzzer,
  reader: async () => (await import('./reader.ts')).readerFuzzer,
  sheets: async () => (await import('./printer.ts')).sheetFuzzer,
  printer: async () => (await import('./printer.ts')).printerFuzzer,
  scanner: async () => (await import('./scanner.ts')).scannerFuzzer,
  'device-messages': async () => (await import('./device-messages.ts')).deviceMessageFuzzer,
  station: async () => (await import('./station.ts')).stationFuzzer,
  import: async () => (await import('./import.ts')).importFuzzer,
  office: async () => (await import('./office.ts')).officeFuzzer,
  feed: async () => (await import('./feed.ts')).feedFuzzer,
  websocket: async () => (await import('./websocket.ts')).websocketFuzzer,
  upload: async () => (await import('./upload.ts')).uploadFuzzer,
  gateway: async () => (await import('./gateway.ts')).gatewayFuzzer,
  carried: async () => (await import('./carried.ts')).carriedFuzzer,
  'ledger-file': async () => (await import('./ledger-file.ts')).ledgerFileFuzzer,
};

export const boundaryNames = Object.keys(boundaries);

/** Fuzzers that go wrong on purpose: they prove the watcher, and are in no run but its tests. */
const broken: typeof boundaries = {
  'broken-hang': async () => (await import('./broken.ts')).hangingFuzzer,
  'broken-silence': async () => (await import('./broken.ts')).silentFuzzer,
  'broken-crash': async () => (await import('./broken.ts')).crashingFuzzer,
  'broken-reject': async () => (await import('./broken.ts')).rejectingFuzzer,
};

/** @throws when there is none of this name */
export async function fuzzerNamed(name: string): Promise<Fuzzer> {
  const load = boundaries[name] ?? broken[name];
  if (!load) throw new Error(`no fuzzer is called "${name}"; there are: ${boundaryNames.join(', ')}`);
  return load();
}
