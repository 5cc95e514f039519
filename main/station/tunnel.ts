import { NetworkError, type Network } from '../runtime.ts';
import { Down } from '../citylink/down.ts';
import { type HostCalls } from './host-client.ts';

/**
 * The way to the city for a window with a host: through the host while it is there, else straight. Either way the city is asked
 * the same, and knows entries by window, ledger and seq: two ways bring nothing twice.
 */
export function tunnelNetwork(direct: Network, host: () => HostCalls | undefined): Network {
  return {
    async request(wanted) {
      const calls = host();
      const path = /\/(v1\/(?:rpc|batches))$/.exec(wanted.url)?.[1];
      if (!calls || (path !== 'v1/rpc' && path !== 'v1/batches')) return direct.request(wanted);
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
        if (error.refusal.code === 'host.noCity') return direct.request(wanted);
        throw new NetworkError('unreachable', error.refusal.code);
      }
    },
  };
}
