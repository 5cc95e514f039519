import { X509Certificate } from 'node:crypto';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { FileStore } from '../runtime.ts';

/** The certificates that vouch for the city. */
export interface CityCa {
  pem: string;
  /** SHA-256 of each certificate, hex, sorted. */
  fingerprints: string[];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads `city.ca` of `station.json`: PEM text, or the name of a PEM file inside the data folder. An https city without one
 * is refused: whom the machine trusts otherwise says nothing about who the city is. Undefined with plain http.
 */
export function cityCa(
  files: Pick<FileStore, 'readText'>,
  url: string,
  ca: string | undefined,
): Outcome<CityCa | undefined> {
  if (!url.startsWith('https:')) return accepted(undefined);
  const bad = (detail: string) => refused('city.ca', { detail }, 'city.ca');
  if (ca === undefined) return bad('https 必须配置');
  let text: string | undefined = ca;
  if (!ca.includes('-----BEGIN')) {
    try {
      text = files.readText(ca);
    } catch {
      return bad('文件名不对或读不出来');
    }
    if (text === undefined) return bad('没有这个文件');
  }
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return bad('不是 PEM 证书');
  try {
    const certificates = blocks.map((block) => new X509Certificate(block));
    if (!certificates.every((certificate) => certificate.ca)) return bad('不是 CA 证书');
    const fingerprints = certificates.map(({ fingerprint256 }) =>
      fingerprint256.replaceAll(':', '').toLowerCase(),
    );
    return accepted({ pem: blocks.join('\n'), fingerprints: fingerprints.toSorted() });
  } catch {
    return bad('不是 PEM 证书');
  }
}
