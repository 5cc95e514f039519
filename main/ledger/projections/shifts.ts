import type { EntryBody } from '../../../contract/entries.ts';
import type { BusinessDate, Fen } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import type { DrawerRow } from '../backup-types.ts';
import { LedgerConflictError, type ShiftRow } from '../types.ts';
import type { Projection } from './projection.ts';

/** Shifts with what was sold in them: `sale.money` counts, tickets do not, so that a sale touches its shift once. */
export function projectShifts(connection: Connection): Projection {
  const open = connection.prepare<[string, string, number, number, string, number]>(
    `INSERT INTO shifts (shift_id, clerk_number, float_fen, opened_at_ms, business_date, opened_seq)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const addSale = connection.prepare<[number, number, string]>(
    `UPDATE shifts SET ticket_count = ticket_count + ?, sales_fen = sales_fen + ?
     WHERE shift_id = ? AND closed_seq IS NULL`,
  );
  const addBack = connection.prepare<[number, number, number, string]>(
    `UPDATE shifts SET back_count = back_count + ?, back_fen = back_fen + ?, more_fen = more_fen + ?
     WHERE shift_id = ? AND closed_seq IS NULL`,
  );
  const close = connection.prepare<[number, number, number, number, number, string]>(
    `UPDATE shifts SET closed_seq = ?, closed_at_ms = ?, counted_fen = ?, expected_fen = ?, difference_fen = ?
     WHERE shift_id = ? AND closed_seq IS NULL`,
  );
  const mustBeOpen = (changes: number, shiftId: string): void => {
    if (changes !== 1) throw new LedgerConflictError(`shift ${shiftId} is not open`);
  };
  return {
    tables: ['shifts'],
    apply({ kind, body, seq, atMs, businessDate }) {
      if (kind === 'sale.money') {
        mustBeOpen(addSale.run(body.ticketCount, body.totalFen, body.shiftId).changes, body.shiftId);
      } else if (kind === 'refund.money') {
        const { shiftId, payment, ticketCount, backFen } = body;
        if (shiftId !== null && payment === 'cash')
          mustBeOpen(addBack.run(ticketCount, backFen, 0, shiftId).changes, shiftId);
      } else if (kind === 'change.money') {
        const { shiftId, payment, backFen, collectedFen } = body;
        if (payment === 'cash') mustBeOpen(addBack.run(0, backFen, collectedFen, shiftId).changes, shiftId);
      } else if (kind === 'shift.opened') {
        open.run(body.shiftId, body.clerkNumber, body.floatFen, atMs, businessDate, seq);
      } else if (kind === 'shift.closed') {
        const { countedFen, expectedFen, differenceFen, shiftId } = body;
        mustBeOpen(close.run(seq, atMs, countedFen, expectedFen, differenceFen, shiftId).changes, shiftId);
      }
    },
  };
}

interface Stored {
  shift_id: string;
  clerk_number: string;
  float_fen: Fen;
  opened_at_ms: number;
  business_date: BusinessDate;
  opened_seq: number;
  ticket_count: number;
  sales_fen: Fen;
  back_count: number;
  back_fen: Fen;
  more_fen: Fen;
  closed_seq: number | null;
  closed_at_ms: number;
  counted_fen: Fen;
  expected_fen: Fen;
  difference_fen: number;
}

export function shiftQueries(connection: Connection) {
  const openShift = connection.prepare<[], Stored>('SELECT * FROM shifts WHERE closed_seq IS NULL');
  const byId = connection.prepare<[string], Stored>('SELECT * FROM shifts WHERE shift_id = ?');
  const lastClosing = connection.prepare<[], { entry: string | null }>(
    `SELECT j.entry FROM shifts s LEFT JOIN journal j ON j.seq = s.closed_seq ORDER BY s.opened_seq DESC LIMIT 1`,
  );
  return {
    /** A drawer counted for an absent clerk, while nobody has opened since. */
    drawer(): DrawerRow | undefined {
      const entry = lastClosing.get()?.entry;
      if (entry === undefined || entry === null) return undefined;
      const { actor, at, body } = parseEnvelope(entry);
      const { shiftId, clerkNumber, countedFen, countersignedBy, paper } = body as EntryBody<'shift.closed'>;
      if (countersignedBy === undefined) return undefined;
      return {
        shiftId,
        clerkNumber,
        fen: countedFen,
        paper: paper ?? null,
        countedBy: actor,
        countersignedBy,
        at,
      };
    },
    openShift: (): ShiftRow | undefined => asShift(openShift.get()),
    shift: (shiftId: string): ShiftRow | undefined => asShift(byId.get(shiftId)),
  };
}

function asShift(row: Stored | undefined): ShiftRow | undefined {
  if (!row) return undefined;
  return {
    shiftId: row.shift_id,
    clerkNumber: row.clerk_number,
    floatFen: row.float_fen,
    openedAtMs: row.opened_at_ms,
    businessDate: row.business_date,
    openedSeq: row.opened_seq,
    ticketCount: row.ticket_count,
    salesFen: row.sales_fen,
    backCount: row.back_count,
    backFen: row.back_fen,
    moreFen: row.more_fen,
    closed:
      row.closed_seq === null
        ? null
        : {
            seq: row.closed_seq,
            atMs: row.closed_at_ms,
            countedFen: row.counted_fen,
            expectedFen: row.expected_fen,
            differenceFen: row.difference_fen,
          },
  };
}
