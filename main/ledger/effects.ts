import type { TicketNumber } from '../../contract/ids.ts';
import type { Random } from '../runtime.ts';
import { BOUND, type Connection } from './connection.ts';
import {
  LedgerConflictError,
  type AppendEffect,
  type EffectEnd,
  type EffectRow,
  type EffectState,
  type PrintRow,
} from './types.ts';

interface Stored {
  effect_id: number;
  kind: 'print';
  ticket_number: TicketNumber;
  copy: number;
  sheet_id: string;
  state: EffectState;
  queued_at_ms: number;
  changed_at_ms: number;
}

type StoredPrint = Stored & { reason: string | null; outcome: string | null };

/** SQLite's word for a LIMIT that is none. */
const ALL = -1;
/** The condition of the index `effects_open`, word for word: without it SQLite reads every sheet there ever was. */
const OPEN = `state IN ('queued', 'sending', 'unknown', 'failed')`;

/** Sheets of paper: what is to come out and how far it went. Not a projection: it says what the outside may have seen. */
export function createEffects(connection: Connection, random: Random) {
  const insert = connection.prepare<[string, string, number, string, number, number]>(
    `INSERT INTO effects (kind, ticket_number, copy, sheet_id, state, queued_at_ms, changed_at_ms)
     VALUES (?, ?, ?, ?, 'queued', ?, ?)`,
  );
  const end = connection.prepare<[{ state: string; atMs: number; effectId: number }]>(
    `UPDATE effects SET state = @state, changed_at_ms = @atMs
     WHERE effect_id = @effectId AND (${OPEN} OR state = 'settled' OR (state = 'confirmed' AND @state = 'spoiled'))`,
  );
  const send = connection.prepare<[number, number]>(
    `UPDATE effects SET state = 'sending', changed_at_ms = ? WHERE effect_id = ? AND state = 'queued'`,
  );
  const inState = connection.prepare<[string, number], Stored>(
    `SELECT * FROM effects WHERE state = ? AND ${OPEN} ORDER BY effect_id LIMIT ?`,
  );
  // As the picture has it: a ticket in any other state has ended, whichever office ended it.
  const ofEnded = connection.prepare<[number], Stored>(
    `SELECT * FROM effects WHERE state = 'queued' AND ${OPEN} AND EXISTS (
       SELECT 1 FROM station_ticket_states s
       WHERE s.ticket_number = effects.ticket_number AND s.state NOT IN ('sold', 'refundPending'))
     ORDER BY effect_id LIMIT ?`,
  );
  const forClerk = connection.prepare<[], Stored>(
    `SELECT * FROM effects WHERE state IN ('unknown', 'failed') AND ${OPEN} ORDER BY effect_id`,
  );
  const countForClerk = connection.prepare<[], { n: number }>(
    `SELECT count(*) AS n FROM effects WHERE state IN ('unknown', 'failed') AND ${OPEN}`,
  );
  const ofTicket = `SELECT e.*, p.reason, p.outcome FROM effects e
     LEFT JOIN prints p ON p.ticket_number = e.ticket_number AND p.sheet_id = e.sheet_id
     WHERE e.ticket_number = ${BOUND}`;
  // Nobody may be left without a way to the sheet that waits for a word because another one came after it.
  const asked = connection.prepare<[string], StoredPrint>(
    `${ofTicket} ORDER BY iif(e.state IN ('unknown', 'failed'), -e.copy, -1000 + e.copy) DESC LIMIT 1`,
  );
  const ofCopy = connection.prepare<[string, number], StoredPrint>(`${ofTicket} AND e.copy = ${BOUND}`);
  const lastCopy = connection.prepare<[string], { copy: number | null }>(
    `SELECT max(copy) AS copy FROM effects WHERE ticket_number = ${BOUND}`,
  );
  return {
    /** Inside the command's transaction. */
    queue(effect: AppendEffect, atMs: number): void {
      insert.run(effect.kind, effect.ticketNumber, effect.copy, random.id(), atMs, atMs);
    },
    /** Inside the command's transaction. */
    settle(effectId: number, state: EffectEnd, atMs: number): void {
      if (end.run({ state, atMs, effectId }).changes === 1) return;
      throw new LedgerConflictError(`sheet ${effectId} is not waiting for an outcome`);
    },
    markSending(effectId: number, atMs: number): void {
      if (send.run(atMs, effectId).changes === 1) return;
      throw new LedgerConflictError(`sheet ${effectId} is not queued`);
    },
    queuedPrints: (limit = ALL): EffectRow[] => inState.all('queued', limit).map(asEffect),
    endedPrints: (limit: number): EffectRow[] => ofEnded.all(limit).map(asEffect),
    recoverSending: (): EffectRow[] => inState.all('sending', ALL).map(asEffect),
    unknownPrints: (): EffectRow[] => forClerk.all().map(asEffect),
    unknownPrintCount: (): number => countForClerk.get()?.n ?? 0,
    copies: (ticketNumber: string): number => lastCopy.get(ticketNumber)?.copy ?? 0,
    printOf(ticketNumber: string, copyNumber?: number): PrintRow | undefined {
      const row = copyNumber === undefined ? asked.get(ticketNumber) : ofCopy.get(ticketNumber, copyNumber);
      if (!row) return undefined;
      const { effect_id, ticket_number, sheet_id, copy, state, reason, outcome, changed_at_ms } = row;
      return {
        ticketNumber: ticket_number,
        effectId: effect_id,
        sheetId: sheet_id,
        copy,
        state: state === 'settled' ? settledBy(outcome) : state,
        reason,
        changedAtMs: changed_at_ms,
      };
    },
  };
}

/** What a printer that cannot report was sent, or what never began, is nobody's task; the journal tells it from a clerk's own word. */
function settledBy(outcome: string | null): PrintRow['state'] {
  if (outcome === 'sent') return outcome;
  return outcome === 'failed' ? 'cancelled' : 'settled';
}

function asEffect(row: Stored): EffectRow {
  return {
    effectId: row.effect_id,
    kind: row.kind,
    ticketNumber: row.ticket_number,
    copy: row.copy,
    sheetId: row.sheet_id,
    state: row.state,
    queuedAtMs: row.queued_at_ms,
    changedAtMs: row.changed_at_ms,
  };
}
