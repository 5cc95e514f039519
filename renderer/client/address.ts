/**
 * Takes the one-time token out of the page's address (`?token=` or `#token=`), so that it stays neither in the address
 * bar nor in the history.
 */
export function takeToken(address: string): { token: string | undefined; clean: string } {
  const url = new URL(address);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const token = url.searchParams.get('token') ?? fragment.get('token') ?? undefined;
  url.searchParams.delete('token');
  if (fragment.has('token')) {
    fragment.delete('token');
    url.hash = fragment.toString();
  }
  return { token: token === '' ? undefined : token, clean: url.pathname + url.search + url.hash };
}
