import { machineClock } from '../clock.ts';
import { takeToken } from './address.ts';
import { officeClient, type OfficeClient } from './office-client.ts';
import { preloadTransport } from './preload.ts';
import { webSocketTransport } from './websocket.ts';

/**
 * The client of this very page: through Electron's preload where there is one, else over the page's own origin, where
 * `address` is the office's.
 */
export function machineClient(address = '/office'): OfficeClient {
  if (window.stationOffice) return officeClient(preloadTransport(window.stationOffice), machineClock);
  const { token, clean } = takeToken(location.href);
  if (token !== undefined) history.replaceState(null, '', clean);
  const office = new URL(address, location.href);
  office.protocol = office.protocol === 'https:' ? 'wss:' : 'ws:';
  const transport = webSocketTransport(
    {
      clock: machineClock,
      open(events) {
        const socket = new WebSocket(office.href);
        socket.addEventListener('open', events.open);
        socket.addEventListener('close', events.close);
        socket.addEventListener('message', (message) => {
          events.message(message.data);
        });
        return socket;
      },
      async postSession(value) {
        const answer = await fetch('/session', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token: value }),
          credentials: 'same-origin',
        });
        return answer.ok;
      },
      async hasSession() {
        return (await fetch('/session', { credentials: 'same-origin' })).status !== 401;
      },
    },
    token,
  );
  return officeClient(transport, machineClock);
}
