import { tableSpecs, type Column } from '../../../contract/basic-data/columns.ts';
import type { AnyRow, DataSet, TableName } from '../../../contract/basic-data/tables.ts';
import { writeCell } from '../../../domain/basic-data/cells.ts';
import { writeCsv } from './csv.ts';
import { headingsOf } from './read-file.ts';
import { writeWorkbook } from './workbook.ts';

type Rows = (string | number)[][];

function rowsOf(data: DataSet, table: TableName): Rows {
  const members = Object.entries<Column>(tableSpecs[table].columns);
  const rows = (data[table] as readonly AnyRow[]).map((row) => {
    const record = row as unknown as Record<string, unknown>;
    return members.map(([member, column]) => writeCell(column, record[member]));
  });
  return [headingsOf(table), ...rows];
}

/** One table as CSV: UTF-8 with its mark, so that Excel reads it rightly. */
export function csvOf(data: DataSet, table: TableName): Uint8Array<ArrayBuffer> {
  return writeCsv(rowsOf(data, table));
}

/** Tables as a workbook, one sheet each; those without rows are left out unless it is a template. */
export function workbookOf(
  data: DataSet,
  tables: readonly TableName[],
  template: boolean,
): Uint8Array<ArrayBuffer> {
  const wanted = tables.filter((table) => template || data[table].length > 0);
  const shown = wanted.length > 0 ? wanted : tables.slice(0, 1);
  return writeWorkbook(
    shown.map((table) => ({
      title: tableSpecs[table].title,
      rows: rowsOf(data, table),
      widths: headingsOf(table).map((heading) => Math.max(10, 2 * Array.from(heading).length + 2)),
    })),
  );
}
