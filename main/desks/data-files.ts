import { rowKey, tableSpecs } from '../../contract/basic-data/columns.ts';
import type { RowChange } from '../../contract/basic-data/changes.ts';
import { emptyDataSet, tableNames, type AnyRow } from '../../contract/basic-data/tables.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { changesToReplace, indexOf } from '../../domain/basic-data/apply.ts';
import type { Plan } from '../../domain/basic-data/plan.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DataBook } from '../basic-data/book.ts';
import { MOST_FILE_BYTES, readDataFile, type ReadFile } from '../basic-data/files/read-file.ts';
import { csvOf, workbookOf } from '../basic-data/files/write-file.ts';
import { digestOf, reportOf, type BasicDataDesk } from './basic-data.ts';
import type { Caller, DeskContext, Mutation } from './context.ts';

/** Bytes of one part of an upload: as base64 well inside what a request may be. */
const PART_BYTES = 150_000;
/** Bytes of one part of a download. */
const EXPORT_PART_BYTES = 600_000;
/** A file that nobody goes on with is forgotten. */
const KEPT_MINUTES = 15;
/** Rows that the first answer shows; more are asked for. */
const PREVIEWED = 100;
const MOST_TOLD = 500;

interface Upload {
  importId: string;
  session: string;
  touchedAt: number;
  bytes: Uint8Array;
  received: number;
  parts: number;
  read?: { planned: Plan; changes: readonly RowChange[]; digest: string };
}

/** Files of basic data, in and out. One file at a time is in the office's memory; nothing of it touches the disk. */
export function createDataFilesDesk(context: DeskContext, book: DataBook, data: BasicDataDesk) {
  const { runtime, config } = context;
  let upload: Upload | undefined;
  let exported: { exportId: string; bytes: Uint8Array; touchedAt: number } | undefined;

  function forget(nowMs: number): void {
    const old = (touchedAt: number): boolean => Math.abs(nowMs - touchedAt) > KEPT_MINUTES * 60_000;
    if (upload && old(upload.touchedAt)) upload = undefined;
    if (exported && old(exported.touchedAt)) exported = undefined;
  }

  function mine(importId: string, caller: Caller): Upload | undefined {
    const nowMs = runtime.clock.nowMs();
    forget(nowMs);
    if (upload?.importId !== importId || upload.session !== caller.session) return undefined;
    upload.touchedAt = nowMs;
    return upload;
  }
  const none = () => refused('data.importNone', { minutes: KEPT_MINUTES }, 'importId');

  /** The changes that a file means. */
  function changesOf(file: ReadFile, mode: 'merge' | 'replace', effectiveAt: number): RowChange[] {
    const before = mode === 'replace' ? indexOf(book.at(effectiveAt).data) : undefined;
    return file.sheets.flatMap(({ table, rows }): RowChange[] =>
      before
        ? changesToReplace(before, table, rows as never)
        : rows.map((put) => ({ table, put }) as unknown as RowChange),
    );
  }

  const confirm: Mutation<OfficeInput<'data.importConfirm'>, OfficeOutput<'data.importConfirm'>> = {
    decide({ importId, digest, effectiveAt, note }, caller, nowMs) {
      const found = mine(importId, caller);
      if (!found) return none();
      if (!found.read) return refused('data.importRead');
      const planned = data.plan(found.read.changes, effectiveAt, nowMs);
      if (!planned.ok) return planned;
      // Somebody changed the data since, or another time was chosen that makes it another change.
      if (digestOf(planned.value.changes) !== digest || found.read.digest !== digest)
        return refused('data.previewOld');
      return data.decide(planned.value, 'import', note, caller);
    },
    answer(entries) {
      const answer = data.answer(entries);
      upload = undefined;
      return answer;
    },
  };

  return {
    confirm,

    begin(
      { bytes }: OfficeInput<'data.importBegin'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'data.importBegin'>> {
      const nowMs = runtime.clock.nowMs();
      forget(nowMs);
      if (!book.isAuthority()) return refused('data.notAuthority', { window: book.authority() });
      if (bytes > MOST_FILE_BYTES)
        return refused('data.importSize', { most: MOST_FILE_BYTES / 1_000_000 }, 'bytes');
      if (upload && upload.session !== caller.session) return refused('data.importBusy');
      const importId = runtime.random.id();
      upload = {
        importId,
        session: caller.session,
        touchedAt: nowMs,
        bytes: new Uint8Array(bytes),
        received: 0,
        parts: 0,
      };
      return accepted({ importId, partBytes: PART_BYTES });
    },

    part(
      { importId, n, base64 }: OfficeInput<'data.importPart'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'data.importPart'>> {
      const found = mine(importId, caller);
      if (!found) return none();
      const part = Buffer.from(base64, 'base64');
      if (n !== found.parts || found.received + part.length > found.bytes.length) {
        upload = undefined;
        return refused('data.importOrder', {}, 'n');
      }
      found.bytes.set(part, found.received);
      found.received += part.length;
      found.parts += 1;
      delete found.read;
      return accepted({ received: found.received });
    },

    read(
      { importId, table, mode, effectiveAt }: OfficeInput<'data.importRead'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'data.importRead'>> {
      const found = mine(importId, caller);
      if (!found) return none();
      if (found.received !== found.bytes.length) return refused('data.importOrder');
      delete found.read;
      const file = readDataFile(found.bytes, table);
      if (!file.ok) return file;
      const { format, encoding, sheets } = file.value;
      const nowMs = runtime.clock.nowMs();
      const changes = changesOf(file.value, mode, effectiveAt ?? nowMs);
      const planned = data.plan(changes, effectiveAt, nowMs);
      if (!planned.ok) return planned;
      const report = reportOf(planned.value);
      const placed = planned.value.found.slice(0, MOST_TOLD).map(({ row, member, problem }) => {
        const place = row === null ? undefined : file.value.place(row, member);
        return place === undefined ? problem : { ...problem, place };
      });
      const problems = [...file.value.problems, ...placed]
        .sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
        .slice(0, MOST_TOLD);
      const errors = file.value.errors + planned.value.errors;
      const digest =
        errors > 0 || planned.value.changes.length === 0 ? null : digestOf(planned.value.changes);
      // A file with an error can be looked at, never confirmed.
      if (digest !== null) found.read = { planned: planned.value, changes, digest };
      return accepted({
        ...report,
        errors,
        warnings:
          report.warnings + file.value.problems.filter(({ severity }) => severity === 'warning').length,
        problems,
        format,
        encoding,
        tables: sheets.map(({ table: of, sheet, rows }) => ({ table: of, sheet, rows: rows.length })),
        digest,
        preview: previewOf(planned.value, 0, PREVIEWED),
      });
    },

    preview(
      { importId, offset, limit }: OfficeInput<'data.importPreview'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'data.importPreview'>> {
      const found = mine(importId, caller);
      if (!found) return none();
      if (!found.read) return refused('data.importRead');
      const { planned } = found.read;
      return accepted({ total: planned.changes.length, rows: previewOf(planned, offset, limit) });
    },

    drop({ importId }: OfficeInput<'data.importDrop'>, caller: Caller): Outcome<Record<string, never>> {
      if (mine(importId, caller)) upload = undefined;
      return accepted({});
    },

    export({ format, table, template }: OfficeInput<'data.export'>): Outcome<OfficeOutput<'data.export'>> {
      if (format === 'csv' && table === undefined) return refused('data.importTable', {}, 'table');
      const nowMs = runtime.clock.nowMs();
      const own = template ? emptyDataSet : book.inForce().data;
      const bytes =
        format === 'csv' && table !== undefined
          ? csvOf(own, table)
          : workbookOf(own, table === undefined ? tableNames : [table], template);
      const exportId = runtime.random.id();
      exported = { exportId, bytes, touchedAt: nowMs };
      const what = table === undefined ? '基础资料' : tableSpecs[table].title;
      const day = template ? '模板' : businessDateOf(nowMs);
      return accepted({
        exportId,
        fileName: `${config.station.id}-${what}-${day}.${format}`,
        bytes: bytes.length,
        parts: Math.max(1, Math.ceil(bytes.length / EXPORT_PART_BYTES)),
      });
    },

    exportPart({ exportId, n }: OfficeInput<'data.exportPart'>): Outcome<OfficeOutput<'data.exportPart'>> {
      forget(runtime.clock.nowMs());
      if (exported?.exportId !== exportId) return refused('data.exportNone', {}, 'exportId');
      const part = exported.bytes.subarray(n * EXPORT_PART_BYTES, (n + 1) * EXPORT_PART_BYTES);
      return accepted({ base64: Buffer.from(part).toString('base64') });
    },

    /** Forgets what nobody goes on with. */
    sweep: () => forget(runtime.clock.nowMs()),
  };
}

function previewOf(planned: Plan, offset: number, limit: number): OfficeOutput<'data.importPreview'>['rows'] {
  return planned.changes.slice(offset, offset + limit).map((change) => {
    const { table } = change;
    const rows = planned.before[table] as Map<string, AnyRow>;
    const key = 'remove' in change ? change.remove : rowKey(table, change.put as never);
    const before = rows.get(key) as Record<string, unknown> | undefined;
    const after = 'remove' in change ? null : (change.put as unknown as Record<string, unknown>);
    return {
      table,
      key,
      what: after === null ? 'removed' : before ? 'changed' : 'added',
      before: before ?? null,
      after,
    };
  });
}
