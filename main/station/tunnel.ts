import { NetworkError, type Network, type HttpAnswer } from '../runtime.ts';
import { Down } from '../citylink/down.ts';
import { type HostCalls } from './host-client.ts';

/** After the host could not reach the city and this window could, its own line is used so long before the host is asked again. */
export const OWN_LINE_MS = 60_000;

/**
 * The way to the city for a window with a host: through the host while it is there and reaches the city, else straight over the
 * window's own line. Either way the city is asked the same, and knows entries by window, ledger and seq: two ways bring nothing twice.
 */
export function tunnelNetwork(
  direct: Network,
  host: () => HostCalls | undefined,
  monotonicMs: () => number,
): Network {
  let ownUntilMs = Number.NEGATIVE_INFINITY;
  return {
    async request(wanted): Promise<HttpAnswer> {
      const calls = host();
      const path = /\/(v1\/(?:rpc|batches))$/.exec(wanted.url)?.[1];
      if (!calls || (path !== 'v1/rpc' && path !== 'v1/batches')) return direct.request(wanted);
      if (monotonicMs() < ownUntilMs) {
        try {
          return await direct.request(wanted);
        } catch (error) {
          ownUntilMs = Number.NEGATIVE_INFINITY;
          throw error;
        }
      }
      const { timeoutMs } = wanted;
      try {
        const { output, body } = await calls.exchange(
          'city.request',
          { path, contentType: wanted.headers?.['content-type'] ?? 'application/json', timeoutMs },
          // The host's own wait ends first, so that its word arrives.
          { timeoutMs: timeoutMs + 5_000, ...(wanted.body ? { body: wanted.body } : {}) },
        );
        if (body.length > wanted.maxBytes)
          throw new NetworkError('tooLarge', `more than ${wanted.maxBytes} bytes`);
        return { status: output.status, headers: output.headers, body };
      } catch (error) {
        if (!(error instanceof Down)) throw error;
        const { code } = error.refusal;
        if (code !== 'host.noCity' && code !== 'city.unavailable')
          throw new NetworkError('unreachable', code);
        const answer = await direct.request(wanted);
        if (code === 'city.unavailable') ownUntilMs = monotonicMs() + OWN_LINE_MS;
        return answer;
      }
    },
  };
}
