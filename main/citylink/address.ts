import { accepted, refused, type Outcome } from '../../contract/refusals.ts';

/**
 * Checks the city's address of `station.json`: https, or plain http to this PC only. Gives the base to which
 * `v1/rpc` and `v1/batches` are added.
 */
export function cityAddress(url: string): Outcome<string> {
  const parsed = URL.parse(url);
  const isPlain = parsed?.protocol === 'http:';
  if (!parsed || (!isPlain && parsed.protocol !== 'https:') || (isPlain && !isLoopback(parsed.hostname))) {
    return refused('city.plainHttp', { host: parsed?.host ?? '?' }, 'city.url');
  }
  const path = parsed.pathname.endsWith('/') ? parsed.pathname : `${parsed.pathname}/`;
  return accepted(`${parsed.origin}${path}`);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
