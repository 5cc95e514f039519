import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { pagePolicy } from './page-policy.ts';

/** {@link pagePolicy}, and nobody may frame the page, which only a header can say. */
export const contentSecurityPolicy = `${pagePolicy}; frame-ancestors 'none'`;

/** Headers of every answer of a shell. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
};

export interface PageFile {
  body: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/**
 * One file of the built page, by the path of its address. `undefined` when there is none, when its kind is not one a
 * page has, or when the path leads out of the folder, also through a link.
 */
export async function readPageFile(folder: string, addressPath: string): Promise<PageFile | undefined> {
  let path: string;
  try {
    path = decodeURIComponent(addressPath);
  } catch {
    return undefined;
  }
  if (/[\\\0]|(?:^|\/)\.|:/.test(path)) return undefined;
  const name = path === '/' ? '/index.html' : path;
  const type = types[extname(name)];
  if (type === undefined) return undefined;
  try {
    const top = await realpath(folder);
    const target = await realpath(join(top, name));
    if (!target.startsWith(top + sep)) return undefined;
    const body = new Uint8Array(await readFile(target));
    // Vite puts a digest into the names of its assets, so these never change; the page itself may.
    const keep = name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
    return { body, headers: { ...securityHeaders, 'content-type': type, 'cache-control': keep } };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG')
      return undefined;
    throw error;
  }
}
