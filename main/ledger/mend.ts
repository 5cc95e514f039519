import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { checkChain } from './chain-check.ts';
import { sqliteCode, type Connection } from './connection.ts';
import type { Projections } from './projections/all.ts';
import { createProjectionCheck, type CheckState, type ProjectionCheck } from './projections/check.ts';
import type { Audit, LedgerRuntime, VerifyResult } from './types.ts';

/** Up to here everything is compared before the window opens; a longer ledger is compared in slices while it works. */
export const COMPARED_AT_OPEN = 5_000;

function compare(connection: Connection, projections: Projections): CheckState {
  const check = createProjectionCheck(connection, projections);
  try {
    return check.run();
  } finally {
    check.close();
  }
}

/** What SQLite itself says of the file: every page, row and index. Undefined when all is well. */
function brokenPages(connection: Connection): string | undefined {
  const said = String(connection.pragma('integrity_check(1)'));
  return said === 'ok' ? undefined : said;
}

/** Compares all projections and indexes with the journal. Writes nothing. */
export function checkProjections(connection: Connection, projections: Projections): VerifyResult {
  const broken = brokenPages(connection);
  if (broken !== undefined) return { ok: false, seq: 0, why: `the file is damaged: ${broken.slice(0, 100)}` };
  const found = compare(connection, projections);
  if (found.state === 'differs')
    return { ok: false, seq: 0, why: `table ${found.where} is not what the journal says` };
  if (found.state === 'unreadable')
    return { ok: false, seq: 0, why: `the journal does not project: ${found.where}` };
  return { ok: true, count: 0 };
}

/**
 * Makes indexes and projections again where they are not what the journal says. A journal that is broken itself is refused, and nothing is
 * made of it.
 */
export function mendProjections(
  connection: Connection,
  projections: Projections,
  log: LedgerRuntime['log'],
): Outcome<'same' | 'mended'> {
  try {
    const broken = brokenPages(connection);
    const found = broken === undefined ? compare(connection, projections) : undefined;
    if (found?.state === 'same') return accepted('same');
    const chain = checkChain(connection);
    if (!chain.ok) return refused('ledger.broken', { seq: chain.seq });
    log.error(
      { table: found && 'where' in found ? found.where : 'index' },
      'the ledger’s tables are not what its journal says; they are made again',
    );
    if (broken !== undefined) connection.exec('REINDEX');
    connection.transact(() => projections.refill());
    const isWhole =
      brokenPages(connection) === undefined && compare(connection, projections).state === 'same';
    return isWhole ? accepted('mended') : refused('ledger.broken', { seq: 0 });
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    return refused('ledger.broken', { seq: 0 });
  }
}

/** As {@link checkChain}; pages that cannot be read are an answer as well. */
function chainOf(connection: Connection): VerifyResult {
  try {
    return checkChain(connection);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === undefined) throw error;
    return { ok: false, seq: 0, why: `the file cannot be read: ${code}` };
  }
}

/**
 * Compares a long ledger a slice at a time while the window works. A file or disk that fails ends it and is said in the log: a step
 * throws for defects only, and what can still be sold is sold.
 */
export function createAudit(
  connection: Connection,
  projections: Projections,
  log: LedgerRuntime['log'],
  mended: () => void,
): Audit {
  let isOver = false;
  let check: ProjectionCheck | undefined;
  const end = (): false => {
    isOver = true;
    check?.close();
    check = undefined;
    return false;
  };
  const isLong = (): boolean =>
    connection.prepare<[number], object>('SELECT 1 FROM journal WHERE seq = ?').get(COMPARED_AT_OPEN + 1) !==
    undefined;

  function mend(table: string): void {
    log.error({ table }, 'the ledger’s tables are not what its journal says; they are made again');
    try {
      connection.transact(() => projections.refill());
    } catch (error) {
      const code = sqliteCode(error);
      if (code === undefined) throw error;
      // Nothing of it is written: they stand as they did, and the next start tries again.
      log.error({ table, code }, 'the ledger’s tables could not be made again');
      return;
    }
    mended();
  }

  function slice(): boolean {
    if (!check && !isLong()) return end();
    check ??= createProjectionCheck(connection, projections);
    const found = check.step();
    if (found.state === 'more') return true;
    if (found.state === 'same') return end();
    const chain = chainOf(connection);
    if (!chain.ok || found.state === 'unreadable')
      log.error({ where: found.where, chain }, 'the journal is damaged: it is to be verified and replaced');
    else mend(found.where);
    return end();
  }

  return {
    step() {
      if (isOver) return false;
      try {
        return slice();
      } catch (error) {
        const code = sqliteCode(error);
        if (code === undefined) throw error;
        log.error({ code }, 'the ledger could not be compared with its journal');
        return end();
      }
    },
    close: () => void end(),
  };
}
