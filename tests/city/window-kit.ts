import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  batchHeadBytes,
  encodeBatch,
  type BatchHead,
  type SealedRow,
  type SealedWeekKey,
} from '../../contract/encoding/batch.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { entryHash, identityDigest } from '../../contract/encoding/chain.ts';
import { jcs, jcsBytes } from '../../contract/encoding/jcs.ts';
import { sealedRowAad, weekKeyInfo } from '../../contract/encoding/sealing.ts';
import { composeTicketNumber } from '../../contract/encoding/ticket-number.ts';
import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';

/** Fixed instant of all synthetic entries: 2026-11-20 10:00 in Shanghai, in ISO week 47. */
export const saleInstantMs = Date.UTC(2026, 10, 20, 2, 0, 0);
export const saleDate = '2026-11-20' as BusinessDate;
export const saleWeek = '2026-W47';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** A synthetic citizen number with a good check character; region code 330902 of a county, person code from `n`. */
export function citizenNumber(n: number): string {
  const digits = `33090219900101${String(n % 1000).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return digits + '10X98765432'[sum % 11];
}

const stationCodes = new Map<string, string>();

/** A code of its own for each station: the city gives each to one station. */
function stationCodeOf(window: string): string {
  const station = window.slice(0, window.indexOf('/'));
  const code = stationCodes.get(station) ?? String((3090 + stationCodes.size) % 10_000).padStart(4, '0');
  stationCodes.set(station, code);
  return code;
}

/** One line of a batch before it is chained. */
export interface KitLine {
  entry: string;
  row?: SealedRow;
}

export interface SaleOptions {
  serial?: number;
  number?: string;
  ticketNumber?: string;
  week?: string;
  departureId?: string;
  seatNumber?: number;
  documentKind?: string;
}

/**
 * A window as the city sees one: its own key pair, a journal that it writes, batches that it signs. Made from the
 * contract alone and written apart from `main`, so that both ends are checked against a third.
 */
export class KitWindow {
  readonly window: WindowId;
  readonly ledgerId: LedgerId;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  /** First four digits of its ticket numbers. */
  stationCode: string;
  ordinal: number;
  /** UTC ms of the entries that are written from now on. */
  at = saleInstantMs;
  lines: KitLine[] = [];
  weekKeys = new Map<string, Uint8Array>();
  private serial = 0;
  private commands = 0;

  constructor(
    window: string,
    options: { privateKey?: KeyObject; ledgerId?: string; ordinal?: number; stationCode?: string } = {},
  ) {
    this.window = window as WindowId;
    this.stationCode = options.stationCode ?? stationCodeOf(window);
    this.ledgerId = (options.ledgerId ?? randomBytes(16).toString('hex')) as LedgerId;
    this.privateKey = options.privateKey ?? generateKeyPairSync('ed25519').privateKey;
    this.publicKey = createPublicKey(this.privateKey).export({ format: 'jwk' }).x ?? '';
    this.ordinal = options.ordinal ?? 1;
  }

  /** A second machine that goes on from a copy of this one's ledger. */
  clone(): KitWindow {
    const copy = new KitWindow(this.window, { privateKey: this.privateKey, ledgerId: this.ledgerId });
    copy.lines = [...this.lines];
    copy.weekKeys = new Map(this.weekKeys);
    copy.serial = this.serial;
    copy.commands = 1_000_000;
    return copy;
  }

  get lastSeq(): number {
    return this.lines.length;
  }

  envelope(kind: string, body: object, more: object = {}): Record<string, unknown> {
    return {
      v: 1,
      window: this.window,
      ledgerId: this.ledgerId,
      seq: this.lines.length + 1,
      at: this.at,
      businessDate: saleDate,
      kind,
      actor: 'office',
      plans: [],
      commandId: this.commandId(),
      part: { n: 1, of: 1 },
      body,
      ...more,
    };
  }

  commandId(): string {
    this.commands += 1;
    return `command-${String(this.commands).padStart(12, '0')}`;
  }

  addText(entry: string, row?: SealedRow): number {
    this.lines.push(row ? { entry, row } : { entry });
    return this.lines.length;
  }

  add(kind: string, body: object, more: object = {}): number {
    return this.addText(jcs(this.envelope(kind, body, more)));
  }

  open(more: object = {}): number {
    return this.add('ledger.opened', {
      stationCode: this.stationCode,
      windowNumber: Number(this.window.slice(-2)),
      ordinal: this.ordinal,
      signingKey: this.publicKey,
      program: 'kit 1',
      predecessor: null,
      ...more,
    });
  }

  ticketNumber(serial?: number): string {
    this.serial = serial ?? this.serial + 1;
    return composeTicketNumber({
      stationCode: this.stationCode,
      businessDate: saleDate,
      window: Number(this.window.slice(-2)),
      ledgerOrdinal: this.ordinal,
      serial: this.serial,
    });
  }

  /** Seals an identity as the vault of a window does. */
  seal(
    number: string,
    week = saleWeek,
    kind = '111',
    ref = randomBytes(16).toString('hex'),
  ): { row: SealedRow; digest: string } {
    let key = this.weekKeys.get(week);
    if (!key) this.weekKeys.set(week, (key = randomBytes(32)));
    const salt = randomBytes(16);
    const nonce = randomBytes(12);
    const identity = { kind, name: '测试甲', number };
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(sealedRowAad(this.ledgerId, ref));
    const sealed = Buffer.concat([
      cipher.update(jcsBytes({ ...identity, salt: toBase64url(salt) })),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return {
      row: { alg: 'AES-256-GCM', ref, week, nonce: toBase64url(nonce), sealed: toBase64url(sealed) },
      digest: Buffer.from(identityDigest(sha256, salt, identity)).toString('hex'),
    };
  }

  soldBody(options: SaleOptions = {}): Record<string, unknown> {
    return {
      ticketNumber: options.ticketNumber ?? this.ticketNumber(options.serial),
      departureId: options.departureId ?? 'w-wgz-pts/2026-11-20/1020',
      departAt: saleInstantMs + 1_200_000,
      lineId: 'w-wgz-pts',
      fromPlaceId: 'zhujiajian-wugongzhi',
      toPlaceId: 'putuoshan',
      ticketClass: 'full',
      fareFen: 3000,
      fareRuleId: 'FULL',
      fareVersion: 1,
      capture: 'chip',
      documentKind: options.documentKind ?? '111',
      leaseId: 'a'.repeat(32),
      seatNumber: options.seatNumber ?? null,
      shiftId: 'b'.repeat(32),
    };
  }

  addTicket(options: SaleOptions, command: { commandId: string; part: { n: number; of: number } }): number {
    const { row, digest } = this.seal(
      options.number ?? citizenNumber(this.serial),
      options.week,
      options.documentKind,
    );
    const body = this.soldBody(options);
    const more = { ...command, actor: '1001', identity: { ref: row.ref, digest } };
    return this.addText(jcs(this.envelope('ticket.sold', body, more)), row);
  }

  addMoney(ticketCount: number, command: { commandId: string; part: { n: number; of: number } }): number {
    const totalFen = ticketCount * 3000;
    const body = {
      shiftId: 'b'.repeat(32),
      payment: 'cash',
      ticketCount,
      totalFen,
      tenderedFen: totalFen,
      changeFen: 0,
    };
    return this.add('sale.money', body, { ...command, actor: '1001' });
  }

  /** One adult for cash: a ticket and its money, two parts of one command. Gives the ticket's seq. */
  sell(options: SaleOptions = {}): number {
    const commandId = this.commandId();
    const seq = this.addTicket(options, { commandId, part: { n: 1, of: 2 } });
    this.addMoney(1, { commandId, part: { n: 2, of: 2 } });
    return seq;
  }

  hashAt(seq: number): Uint8Array {
    let prev: Uint8Array = new Uint8Array(32);
    for (const { entry } of this.lines.slice(0, seq)) prev = entryHash(sha256, prev, entry);
    return prev;
  }

  sealWeekKey(week: string, city: { keyId: string; key: string }): SealedWeekKey {
    const raw = this.weekKeys.get(week);
    if (!raw) throw new Error(`no key of ${week}`);
    const pair = generateKeyPairSync('x25519');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: city.key }, format: 'jwk' });
    const shared = diffieHellman({ privateKey: pair.privateKey, publicKey });
    const key = new Uint8Array(
      hkdfSync('sha256', shared, new Uint8Array(0), weekKeyInfo(this.ledgerId, week), 32),
    );
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([cipher.update(raw), cipher.final(), cipher.getAuthTag()]);
    return {
      alg: 'X25519-HKDF-SHA-256-AES-256-GCM',
      week,
      cityKeyId: city.keyId,
      ephemeral: pair.publicKey.export({ format: 'jwk' }).x ?? '',
      nonce: toBase64url(nonce),
      sealed: toBase64url(sealed),
    };
  }

  /** A signed batch of entries `from`…`to`, gzipped. `change` touches the text after signing. */
  batch(
    from: number,
    to: number,
    weekKeys: SealedWeekKey[] = [],
    change: { head?: Partial<BatchHead>; key?: KeyObject; text?: (text: string) => string } = {},
  ): Uint8Array {
    const text = this.batchText(from, to, weekKeys, change);
    return gzipSync(change.text ? change.text(text) : text);
  }

  /** The lines of such a batch. */
  batchText(
    from: number,
    to: number,
    weekKeys: SealedWeekKey[] = [],
    change: { head?: Partial<BatchHead>; key?: KeyObject } = {},
  ): string {
    const head: BatchHead = {
      alg: 'Ed25519',
      purpose: 'so.batch.1',
      window: this.window,
      ledgerId: this.ledgerId,
      from,
      to,
      hash: Buffer.from(this.hashAt(to)).toString('hex'),
      ...change.head,
    };
    const signature = toBase64url(sign(null, batchHeadBytes(head), change.key ?? this.privateKey));
    return encodeBatch({ head, signature, weekKeys, entries: this.lines.slice(from - 1, to) });
  }
}

/** A private key from a seed, so that a test can make the same one again. */
export function keyFromSeed(seed: Uint8Array): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
}
