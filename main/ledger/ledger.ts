import { ZERO_HASH } from '../../contract/encoding/chain.ts';
import type { EntryBody, EntryEnvelope } from '../../contract/entries.ts';
import type { BusinessDate, LedgerId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { latest } from '../../domain/succession.ts';
import { keepAnchor, readAnchorFile } from './anchor.ts';
import { createAppend, type Head } from './append.ts';
import { createBackups } from './backups.ts';
import { chainSteps, checkSealedRows } from './chain-check.ts';
import { createCommands } from './commands.ts';
import { asLedgerError, openConnection, sqliteCode, type Connection } from './connection.ts';
import { createEffects } from './effects.ts';
import { parseEnvelope } from './envelope.ts';
import { inspectLedger, openedEntry, unreadable, type OpenedEntry } from './inspect.ts';
import { LEDGER_FILE, migrate, readMigrations } from './migrate.ts';
import { createJournalPages } from './journal-page.ts';
import { createPicture } from './picture.ts';
import { COMPARED_AT_OPEN, checkProjections, createAudit, mendProjections } from './mend.ts';
import { dayQueries } from './projections/station-days.ts';
import { createProjections, type Projections } from './projections/all.ts';
import { afterSaleQueries } from './projections/after-sale.ts';
import { contingencyQueries } from './projections/contingency.ts';
import { dataChangeQueries } from './projections/data-changes.ts';
import { latestQueries } from './projections/latest.ts';
import { vehicleLeaseQueries } from './projections/vehicle-leases.ts';
import { vehiclePoolQueries } from './projections/vehicle-pools.ts';
import { leasedThroughOf, leaseQueries } from './projections/leases.ts';
import { poolQueries } from './projections/pools.ts';
import { reserveQueries } from './projections/reserves.ts';
import { shiftQueries } from './projections/shifts.ts';
import { lostLedgerQueries } from './projections/lost-ledgers.ts';
import { nameKeyQueries } from './projections/name-keys.ts';
import { stationWindowQueries } from './projections/station-windows.ts';
import { numberStart, splitNumber, ticketQueries } from './projections/tickets.ts';
import { createCarriedRecords } from './carried-records.ts';
import { createRelay } from './relay.ts';
import { createSealedRows } from './sealed-rows.ts';
import { createSecrets } from './secrets.ts';
import { finishSuccession, succeed, successorOf } from './succession.ts';
import {
  LedgerWriteError,
  type AppendCommand,
  type Appended,
  type Ledger,
  type LedgerOptions,
  type VerifyResult,
} from './types.ts';
import { createUpload } from './upload.ts';

/** Entries after which a quiet moment is used to move the WAL into the file. */
const CHECKPOINT_ENTRIES = 200;

/**
 * Opens the ledger of the data folder, or makes it. Call it with the folder's lock held.
 * Where {@link inspectLedger} found one that may not go on, it is set aside untouched and a successor is made in its place.
 * Refuses what {@link inspectLedger} refuses, and `keys.missing` when the ledger was opened with another signing key.
 */
export function openLedger(options: LedgerOptions): Outcome<Ledger> {
  const facts = inspectLedger(options);
  if (!facts.ok) return facts;
  const { isNew, ledgerId, leftBehind, signingKey } = facts.value;
  const successor = leftBehind && successorOf(options, leftBehind);
  if (successor && !successor.ok) return successor;
  if (!isNew && !leftBehind && signingKey !== options.signingKey) return refused('keys.missing');
  let connection: Connection | undefined;
  try {
    const { runtime } = options;
    const migrations = readMigrations(options.migrations);
    if (leftBehind && successor) {
      succeed(runtime, leftBehind, (next) => {
        migrate(next, runtime.files, migrations);
        writeFirstEntry(next, createProjections(next), ledgerId, options, successor.value);
      });
    }
    finishSuccession(runtime.files);
    connection = openConnection(
      `${options.runtime.files.folder}/${LEDGER_FILE}`,
      options.trace ? { trace: options.trace } : {},
    );
    const mustRebuild = migrate(connection, runtime.files, migrations);
    const projections = createProjections(connection);
    if (mustRebuild) connection.transact(() => projections.refill());
    if (isNew) {
      const { ordinal } = options;
      writeFirstEntry(connection, projections, ledgerId, options, { ordinal, predecessor: null });
    } else if (!leftBehind && facts.value.lastSeq <= COMPARED_AT_OPEN) {
      const mended = mendProjections(connection, projections, runtime.log);
      if (!mended.ok) {
        connection.close();
        return mended;
      }
    }
    // What the first look found may be gone once a damaged file is read for writing.
    const first = openedEntry(connection);
    if (first === undefined || first === 'unreadable') {
      connection.close();
      return refused('ledger.broken', { seq: 1 });
    }
    return accepted(createLedger(connection, projections, options, first));
  } catch (error) {
    connection?.close();
    return unreadable(error instanceof Error && error.cause !== undefined ? error.cause : error);
  }
}

function writeFirstEntry(
  connection: Connection,
  projections: Projections,
  ledgerId: LedgerId,
  options: LedgerOptions,
  origin: Pick<EntryBody<'ledger.opened'>, 'ordinal' | 'predecessor' | 'succession'>,
): void {
  const { window, runtime, stationCode, windowNumber, signingKey, program, businessDateOf } = options;
  const atMs = runtime.clock.nowMs();
  const append = createAppend({
    connection,
    window,
    ledgerId,
    projections,
    sealedRows: createSealedRows(connection),
    commands: createCommands(connection),
    effects: createEffects(connection, runtime.random),
    secrets: createSecrets(connection),
  });
  append(
    { seq: 0, hash: ZERO_HASH },
    {
      commandId: runtime.random.id(),
      method: 'ledger.opened',
      bodyMac: null,
      actor: 'office',
      atMs,
      businessDate: businessDateOf(atMs),
      plans: [],
      entries: [
        {
          kind: 'ledger.opened',
          body: { stationCode, windowNumber, signingKey, program, ...origin },
        },
      ],
    },
  );
}

function createLedger(
  connection: Connection,
  projections: Projections,
  options: LedgerOptions,
  opened: OpenedEntry,
): Ledger {
  const { runtime, window, windowNumber } = options;
  const ledgerId: LedgerId = opened.entry.ledgerId;
  const { ordinal, stationCode } = opened.body;
  if (stationCode !== options.stationCode)
    runtime.log.warn(
      { opened: stationCode, configured: options.stationCode },
      'ticket numbers keep the station code that this ledger was opened with',
    );

  const lastEntry = connection.prepare<[], Head>('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1');
  const commandEntries = connection.prepare<[string], { entry: string }>(
    'SELECT entry FROM journal WHERE command_id = ? ORDER BY part_n',
  );
  const sealedRows = createSealedRows(connection);
  const commands = createCommands(connection);
  const latestOf = latestQueries(connection);
  const effects = createEffects(connection, runtime.random);
  const secrets = createSecrets(connection);
  const upload = createUpload(connection);
  const tickets = ticketQueries(connection, (ticketNumber) => effects.printOf(ticketNumber));
  const write = createAppend({
    connection,
    window,
    ledgerId,
    projections,
    sealedRows,
    commands,
    effects,
    secrets,
  });

  let head: Head = lastEntry.get() ?? { seq: 0, hash: ZERO_HASH };
  /** Last serial by the fixed start of the ticket number. */
  const serials = new Map<string, number>();
  let checkpointedSeq = head.seq;
  const checkpointWhenQuiet = (): void => {
    if (head.seq - checkpointedSeq < CHECKPOINT_ENTRIES) return;
    checkpointedSeq = head.seq;
    tidyWal('PASSIVE');
  };
  const tidyWal = (mode: 'PASSIVE' | 'TRUNCATE'): void => {
    try {
      connection.pragma(`wal_checkpoint(${mode})`);
    } catch (error) {
      // Nothing is lost: the entries stay in the WAL until the next attempt.
      runtime.log.warn({ error: String(error) }, 'the WAL could not be moved into the ledger');
    }
  };
  const known = readAnchorFile(runtime.files);
  // An anchor of an older program does not say all: it is written anew.
  const own =
    known !== 'unreadable' && known?.ledgerId === ledgerId && known.leasedThrough !== undefined
      ? known
      : undefined;
  const leasedThrough =
    own?.leasedThrough ??
    latest([opened.body.succession?.frozenThrough ?? null, leasedThroughOf(connection)]);
  const anchor = keepAnchor(
    runtime,
    { ledgerId, ordinal },
    { seq: own?.seq ?? 0, leasedThrough },
    checkpointWhenQuiet,
  );
  anchor.follow(head.seq, head.hash);
  anchor.catchUp();

  const durably = <T>(work: () => T): T => {
    try {
      return connection.transact(work);
    } catch (error) {
      throw asLedgerError(error);
    }
  };
  /** A lease of a later day than any before is said outside the file first, so that no older copy can sell it again. */
  const lead = ({ entries }: AppendCommand): void => {
    const dates = entries.flatMap(({ kind, body }) =>
      /^(?:lease|vehicleLease)\.(?:taken|given)$/.test(kind) && 'departureId' in body
        ? [body.departureId.split('/')[1] as BusinessDate]
        : [],
    );
    const last = latest(dates);
    if (last === null) return;
    try {
      anchor.lead(last);
    } catch (error) {
      throw new LedgerWriteError('ANCHOR', { cause: error });
    }
  };
  const newest = new Map<string, EntryEnvelope | undefined>();
  let fence = latestOf.latest('window.fenced')?.body as EntryBody<'window.fenced'> | undefined;
  const moveOn = (appended: Appended, { entries }: AppendCommand): void => {
    head = { seq: appended.lastSeq, hash: appended.hash };
    for (const { kind, body } of entries) {
      newest.delete(kind);
      if (kind === 'window.fenced') fence = body;
      if (kind !== 'ticket.sold' && kind !== 'vehicle.sold') continue;
      const { start, serial } = splitNumber(body.ticketNumber);
      const last = serials.get(start);
      // A start that was never asked for is read from the table when it is.
      if (last !== undefined) serials.set(start, Math.max(last, serial));
    }
    anchor.follow(head.seq, head.hash);
  };
  let isOpen = true;
  const afterRefill = (): void => {
    newest.clear();
    serials.clear();
    upload.countAgain();
  };

  function* verifySteps(): Generator<number, VerifyResult, void> {
    try {
      const chain = yield* chainSteps(connection);
      if (!chain.ok) return chain;
      if (chain.count !== head.seq) return { ok: false, seq: chain.count + 1, why: 'the entry is missing' };
      const rows = checkSealedRows(connection);
      return rows.ok ? chain : rows;
    } catch (error) {
      return cannotBeRead(error);
    }
  }
  /** The tables that screens read, compared with the journal. */
  const tablesRight = (chain: VerifyResult): VerifyResult => {
    try {
      const tables = checkProjections(connection, projections);
      return tables.ok ? chain : tables;
    } catch (error) {
      return cannotBeRead(error);
    }
  };

  return {
    ledgerId,
    window,
    ordinal,
    stationCode,
    succession: opened.body.succession ? { ...opened.body.succession, atMs: opened.entry.at } : null,
    fenced: () => fence,
    append(command) {
      lead(command);
      const appended = write(head, command);
      moveOn(appended, command);
      return appended;
    },
    command: (commandId) => commands.command(commandId),
    openCommands: commands.openCommands,
    markSeen: (ids) => durably(() => commands.markSeen(ids)),
    entriesOf: (commandId) => commandEntries.all(commandId).map(({ entry }) => parseEnvelope(entry)),
    latest(kind) {
      // Asked at every sale; what it gives changes with an entry of its kind only.
      if (!newest.has(kind)) newest.set(kind, latestOf.latest(kind));
      return newest.get(kind);
    },

    head: () => head,
    entriesAfter: (seq, limit, maxBytes) => upload.entriesAfter(seq, limit, maxBytes),
    verify(): VerifyResult {
      const steps = verifySteps();
      for (;;) {
        const step = steps.next();
        if (!step.done) continue;
        return step.value.ok ? tablesRight(step.value) : step.value;
      }
    },
    verifySteps,
    audit: () => createAudit(connection, projections, runtime.log, afterRefill),
    backups: createBackups(connection, ledgerId, runtime.files),
    journalPage: createJournalPages(connection),
    ...dayQueries(connection, { window }),
    rebuild() {
      durably(() => projections.refill());
      afterRefill();
    },

    picture: createPicture(connection, { window, ledgerId }, durably),
    ...shiftQueries(connection),
    ...leaseQueries(connection),
    ...dataChangeQueries(connection),
    ...contingencyQueries(connection),
    ...afterSaleQueries(connection),
    ...reserveQueries(connection),
    ...vehicleLeaseQueries(connection),
    station: {
      ...poolQueries(connection),
      ...vehiclePoolQueries(connection),
      ...stationWindowQueries(connection),
      ...lostLedgerQueries(connection),
      ...nameKeyQueries(connection, durably),
      ...createRelay(connection, window, durably),
      carried: createCarriedRecords(connection, ledgerId, () => head.seq, durably),
    },
    nextSerial(businessDate) {
      const start = numberStart({ stationCode, windowNumber, ordinal }, businessDate);
      const last = serials.get(start) ?? tickets.lastSerial(start);
      serials.set(start, last);
      return last + 1;
    },
    ticket: (ticketNumber) => tickets.ticket(ticketNumber),
    tickets: (query) => tickets.tickets(query),
    ticketPlace: (seq) => tickets.place(seq),
    ticketByToken: tickets.ticketByToken,
    isEnded: tickets.isEnded,
    sealedRow: sealedRows.sealedRow,

    secret: secrets.secret,
    keepSecret: (secret) => durably(() => secrets.keepSecret(secret)),
    wrongPins: secrets.wrongPins,
    keepWrongPins: (wrong) => durably(() => secrets.keepWrongPins(wrong)),
    forgetWrongPins: (number) => durably(() => secrets.forgetWrongPins(number)),

    queuedPrints: effects.queuedPrints,
    endedPrints: effects.endedPrints,
    markSending: (effectId) => durably(() => effects.markSending(effectId, runtime.clock.nowMs())),
    unknownPrints: effects.unknownPrints,
    unknownPrintCount: effects.unknownPrintCount,
    printOf: effects.printOf,
    copies: effects.copies,
    recoverSending: effects.recoverSending,

    uploadState: () => upload.uploadState(head.seq),
    recordAnswer(answer) {
      durably(() => upload.recordAnswer(head.seq, answer));
      upload.countAgain();
    },
    verdictsOf: (seqs) => upload.verdictsOf(seqs),
    writeAnchor() {
      if (isOpen) anchor.catchUp();
    },

    close() {
      if (!isOpen) return;
      isOpen = false;
      anchor.stop();
      anchor.catchUp();
      tidyWal('TRUNCATE');
      connection.close();
    },
  };
}

/** A file that SQLite cannot read is found out, not a defect. */
function cannotBeRead(error: unknown): VerifyResult {
  const code = sqliteCode(error);
  if (code === undefined) throw error;
  return { ok: false, seq: 0, why: `the file cannot be read: ${code}` };
}
