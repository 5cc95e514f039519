import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { composeTicketNumber } from '../../contract/encoding/ticket-number.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { BusinessDate, DepartureId, Fen } from '../../contract/ids.ts';
import { addDays, instantOf, isoWeekOf } from '../../domain/time.ts';
import { createEnvelopeWriter, hashEntry } from '../../main/ledger/envelope.ts';
import { ANCHOR_FILE } from '../../main/ledger/anchor.ts';
import type { Sealed } from '../../main/vault/types.ts';
import { makeMachine, readMigrationFiles } from '../support/machine.ts';
import { adult } from '../support/people.ts';
import { openWindow, STATION_CODE, WINDOW } from '../support/window.ts';
import { keptFolder } from './folders.ts';

export interface BigLedgerOptions {
  sales: number;
  /** How many different travellers there are; each has one sealed row, which all their tickets name. */
  people: number;
}

/** First business date of every big ledger. */
const FIRST_DATE = '2025-01-01';
const SALES_A_DAY = 3_000;
/** One departure is filled after the other. */
const SEATS = 250;
const FARE_FEN = 3_000 as Fen;
const CLERK = '0107';

/**
 * A folder with a ledger of so many sales (one ticket each, printed and confirmed, seen by the page, not uploaded), as it is
 * after as many days of 3,000: every row is where the ledger would have put it. Made once per schema, then kept.
 */
export async function keptLedger(options: BigLedgerOptions): Promise<string> {
  const folder = keptFolder(`ledger-${options.sales}-${options.people}-${digestOfMakers()}`);
  const whole = join(folder, 'whole');
  if (existsSync(whole)) return folder;
  rmSync(folder, { recursive: true, force: true });
  keptFolder(`ledger-${options.sales}-${options.people}-${digestOfMakers()}`);
  await fillLedger(folder, options);
  writeFileSync(whole, '');
  return folder;
}

function digestOfMakers(): string {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  for (const { sql } of readMigrationFiles()) hash.update(sql);
  return hash.digest('hex').slice(0, 12);
}

/** Proves on a small ledger that rows made here are what the ledger makes: the chain holds and a rebuild changes nothing. */
export async function proveMaker(folder: string): Promise<void> {
  await fillLedger(folder, { sales: 700, people: 50 });
  const window = await openWindow(makeMachine({ folder, seed: 2 }));
  const path = join(folder, 'ledger.db');
  const before = projectionRows(path);
  const verified = window.ledger.verify();
  if (!verified.ok) throw new Error(`the big ledger is wrong at ${verified.seq}: ${verified.why}`);
  window.ledger.rebuild();
  window.close();
  if (projectionRows(path) !== before) throw new Error('a rebuild of the big ledger gives other rows');
}

function projectionRows(path: string): string {
  const database = new Database(path, { readonly: true });
  const tables = ['shifts', 'leases', 'tickets', 'prints', 'station_tickets', 'latest'];
  const rows = tables.map((table) =>
    JSON.stringify(database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()),
  );
  database.close();
  return rows.join('\n');
}

/** Fills a new ledger. Its first entry and its keys are made by the ledger and the vault themselves. */
export async function fillLedger(folder: string, { sales, people }: BigLedgerOptions): Promise<void> {
  const machine = makeMachine({ folder, seed: 1, nowMs: instantOf(FIRST_DATE, '06:00') });
  const window = await openWindow(machine);
  const { ledgerId } = window.ledger;
  const { hash: firstHash } = window.ledger.head();
  const week = isoWeekOf(machine.runtime.clock.nowMs());
  const travellers = Array.from({ length: Math.min(people, sales) }, (_, n): Sealed => {
    const { name, number } = adult(n);
    return window.vault.seal({ kind: '111', name, number }, week);
  });
  const mac = window.vault.commandMac('{}');
  window.close();

  const path = join(folder, 'ledger.db');
  const rows = openBulk(path);
  const envelopesOf = createEnvelopeWriter(WINDOW, ledgerId);
  let seq = 1;
  let prev: Uint8Array = firstHash;
  const command = (
    atMs: number,
    businessDate: BusinessDate,
    actor: string,
    entries: readonly NewEntry[],
    who?: Sealed,
  ): { id: string; firstSeq: number } => {
    const commandId = freshId();
    const write = envelopesOf({ actor, atMs, businessDate, commandId, plans: [], of: entries.length });
    const firstSeq = seq + 1;
    for (const [index, entry] of entries.entries()) {
      seq += 1;
      const identity =
        entry.kind === 'ticket.sold' && who ? { ref: who.row.ref, digest: who.digestHex } : undefined;
      const canonical = write(entry, identity, seq, index + 1);
      prev = hashEntry(prev, canonical);
      rows.journal.run(
        seq,
        entry.kind,
        atMs,
        businessDate,
        commandId,
        index + 1,
        entries.length,
        canonical,
        prev,
      );
    }
    return { id: commandId, firstSeq };
  };
  const lasting = (method: string, { id, firstSeq }: { id: string; firstSeq: number }, atMs: number): void =>
    void rows.commands.run(id, method, mac, firstSeq, seq, atMs);

  let left = sales;
  for (let day = 0; left > 0; day += 1) {
    const date = addDays(FIRST_DATE, day);
    const count = Math.min(SALES_A_DAY, left);
    left -= count;
    const opensMs = instantOf(date, '06:30');
    const shiftId = freshId();
    const opening = {
      kind: 'shift.opened',
      body: { shiftId, clerkNumber: CLERK, floatFen: 50_000 as Fen },
    } as const;
    lasting('shifts.open', command(opensMs, date, CLERK, [opening]), opensMs);
    const openedSeq = seq;
    const salesFen = (count * FARE_FEN) as Fen;
    const expectedFen = (50_000 + salesFen) as Fen;
    rows.shiftOpens.run(shiftId, CLERK, 50_000, opensMs, date, openedSeq, count, salesFen);
    let leaseId = '';
    let departureId = '' as DepartureId;
    let departAt = 0;
    for (let n = 0; n < count; n += 1) {
      const atMs = opensMs + n * 10_000;
      const fresh: NewEntry[] = [];
      if (n % SEATS === 0) {
        leaseId = freshId();
        const clock = `${String(8 + n / SEATS).padStart(2, '0')}:00`;
        departAt = instantOf(addDays(date, 1), clock);
        departureId = `wugongzhi-putuoshan/${addDays(date, 1)}/${clock.replace(':', '')}` as DepartureId;
        const lease = {
          leaseId,
          departureId,
          grantor: 'self',
          seats: { kind: 'free', count: SEATS },
        } as const;
        fresh.push(
          { kind: 'lease.given', body: { ...lease, holder: WINDOW, capacity: SEATS } },
          { kind: 'lease.taken', body: lease },
        );
        const sold = Math.min(SEATS, count - n);
        rows.leases.run(leaseId, departureId, 'free', SEATS, sold, '[]', SEATS, sold, 0, seq + 2);
      }
      const who = travellers[(day * SALES_A_DAY + n) % travellers.length];
      const ticketNumber = composeTicketNumber({
        stationCode: STATION_CODE,
        businessDate: date,
        window: 3,
        ledgerOrdinal: 1,
        serial: n + 1,
      });
      const body = {
        ticketNumber,
        departureId,
        departAt,
        lineId: 'wugongzhi-putuoshan' as never,
        fromPlaceId: 'zhujiajian-wugongzhi' as never,
        toPlaceId: 'putuoshan' as never,
        ticketClass: 'full',
        fareFen: FARE_FEN,
        fareRuleId: 'FULL',
        fareVersion: 1,
        capture: 'chip',
        documentKind: '111',
        leaseId,
        seatNumber: null,
        shiftId,
      } as const;
      const money = {
        shiftId,
        payment: 'cash',
        ticketCount: 1,
        totalFen: FARE_FEN,
        tenderedFen: 5_000 as Fen,
        changeFen: 2_000 as Fen,
      } as const;
      const sold = command(
        atMs,
        date,
        CLERK,
        [...fresh, { kind: 'ticket.sold', body }, { kind: 'sale.money', body: money }],
        who,
      );
      const ticketSeq = seq - 1;
      if (who)
        rows.vault.run(
          ticketSeq,
          who.row.ref,
          who.row.week,
          who.row.alg,
          who.row.nonce,
          who.row.sealed,
          who.token,
        );
      rows.tickets.run(ticketSeq, ticketNumber, departureId, null, leaseId, shiftId, 'full', FARE_FEN);
      rows.station.run(ticketNumber, 0, ticketSeq, departureId, departAt, 'full', '111', null, 1, null);
      lasting('sales.sell', sold, atMs);
      const sheetId = freshId();
      const outcome = { ticketNumber, sheetId, outcome: 'confirmed', copy: 1, singleCopy: false } as const;
      command(atMs + 3_000, date, 'office', [{ kind: 'print.outcome', body: outcome }]);
      rows.prints.run(ticketNumber, seq, sheetId, 1, 'confirmed', null, 0, atMs + 3_000);
      rows.effects.run(ticketNumber, sheetId, atMs, atMs + 3_000);
    }
    const closesMs = opensMs + count * 10_000 + 60_000;
    const closing = {
      shiftId,
      clerkNumber: CLERK,
      countedFen: expectedFen,
      expectedFen,
      differenceFen: 0,
      ticketCount: count,
      salesFen,
    };
    lasting(
      'shifts.close',
      command(closesMs, date, CLERK, [{ kind: 'shift.closed', body: closing }]),
      closesMs,
    );
    rows.shiftCloses.run(seq, closesMs, expectedFen, expectedFen, shiftId);
  }
  rows.end();
  const anchor = { ledgerId, seq, hash: Buffer.from(prev).toString('hex') };
  machine.runtime.files.writeAtomic(ANCHOR_FILE, `${JSON.stringify(anchor)}\n`, 0o600);
}

let idPool = '';

/** 128 random bits as hex; asked of the system for many at a time. */
function freshId(): string {
  if (idPool.length < 32) idPool = randomBytes(65_536).toString('hex');
  const id = idPool.slice(0, 32);
  idPool = idPool.slice(32);
  return id;
}

/** Statements without the ledger's care for power cuts: a bench's ledger that is half made is thrown away. */
function openBulk(path: string) {
  const database = new Database(path);
  for (const pragma of [
    'journal_mode = OFF',
    'synchronous = OFF',
    'locking_mode = EXCLUSIVE',
    'cache_size = -400000',
    'foreign_keys = OFF',
  ]) {
    database.pragma(pragma);
  }
  database.exec('BEGIN');
  const into = (table: string, names: string, values?: string): Database.Statement =>
    database.prepare(`INSERT INTO ${table} (${names}) VALUES (${values ?? names.replaceAll(/[^,]+/g, '?')})`);
  return {
    journal: into('journal', 'seq, kind, at_ms, business_date, command_id, part_n, part_of, entry, hash'),
    vault: into('vault_rows', 'seq, ref, week, alg, nonce, sealed, token'),
    commands: into(
      'commands',
      'command_id, method, body_mac, first_seq, last_seq, at_ms, seen',
      '?, ?, ?, ?, ?, ?, 1',
    ),
    tickets: into(
      'tickets',
      'seq, ticket_number, departure_id, seat_number, lease_id, shift_id, ticket_class, fare_fen',
    ),
    station: into(
      'station_tickets',
      'ticket_number, source, seq, departure_id, depart_at_ms, ticket_class, document_kind, seat_number, heads, more',
    ),
    leases: into(
      'leases',
      'lease_id, departure_id, kind, total, sold, free_ranges, heads, heads_sold, free_children, taken_seq',
    ),
    prints: into('prints', 'ticket_number, seq, sheet_id, copy, outcome, reason, single_copy, at_ms'),
    effects: into(
      'effects',
      'kind, ticket_number, copy, sheet_id, state, queued_at_ms, changed_at_ms',
      `'print', ?, 1, ?, 'confirmed', ?, ?`,
    ),
    shiftOpens: into(
      'shifts',
      'shift_id, clerk_number, float_fen, opened_at_ms, business_date, opened_seq, ticket_count, sales_fen',
    ),
    shiftCloses: database.prepare(
      `UPDATE shifts SET closed_seq = ?, closed_at_ms = ?, counted_fen = ?, expected_fen = ?, difference_fen = 0 WHERE shift_id = ?`,
    ),
    end() {
      database.exec('COMMIT');
      database.pragma('journal_mode = WAL');
      database.close();
    },
  };
}
