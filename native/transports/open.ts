/** Chooses the transport by the path: `tcp://…` or else a serial port. */
import type { NativeClock } from '../clock.ts';
import { openSerial } from './serial.ts';
import { openTcp } from './tcp.ts';
import type { OpenTransport } from './transport.ts';

export function transportOpener(clock: NativeClock): OpenTransport {
  return (address) =>
    address.path.startsWith('tcp://') ? openTcp(address.path, clock) : openSerial(address, clock);
}
