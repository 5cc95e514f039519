import type { Request } from '../../contract/envelope.ts';
import { AnswerLost, type Transport } from './transport.ts';

/** What Electron's preload puts on `window.stationOffice`. */
export interface StationOfficeBridge {
  call(request: Request): Promise<unknown>;
  onEvent(listener: (message: unknown) => void): unknown;
}

declare global {
  interface Window {
    stationOffice?: StationOfficeBridge;
  }
}

/** The office in the same program: always reached; a call that throws is an answer that was lost. */
export function preloadTransport(bridge: StationOfficeBridge): Transport {
  return {
    async call(request) {
      try {
        return await bridge.call(request);
      } catch {
        throw new AnswerLost();
      }
    },
    onEvent: (listener) => void bridge.onEvent(listener),
    onLink: () => undefined,
    link: () => 'up',
  };
}
