import { columnWriter, type ColumnWriter } from '../store/shape-column.ts';
import type { Engine, SqlValue } from '../store/store.ts';

/** One column of many rows, as the database takes it. `hex` is bytes, told as hexadecimal digits. */
export interface FilledColumn {
  name: string;
  type: ColumnType;
  values: SqlValue;
}
type ColumnType = 'bigint' | 'text' | 'hex';

/** One column of a table and what a row has in it. */
export type Column<Row> = readonly [
  name: string,
  type: ColumnType,
  of: (row: Row) => string | number | null | undefined,
];

/** Rows of a table on their way into the database's shape, a row at a time. */
export class Filling<Row> {
  count = 0;
  private readonly columns: readonly { column: Column<Row>; writer: ColumnWriter }[];

  constructor(engine: Engine, columns: readonly Column<Row>[]) {
    this.columns = columns.map((column) => ({
      column,
      writer: columnWriter(engine, column[1] === 'bigint' ? 'bigint' : 'text'),
    }));
  }

  add(row: Row): void {
    this.count += 1;
    for (const { column, writer } of this.columns) writer.push(column[2](row));
  }

  filled(): FilledColumn[] {
    return this.columns.map(({ column: [name, type], writer }) => ({ name, type, values: writer.finish() }));
  }
}

/** Rows that are there already, put into the database's shape. */
export function fill<Row>(
  engine: Engine,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): FilledColumn[] {
  const filling = new Filling(engine, columns);
  for (const row of rows) filling.add(row);
  return filling.filled();
}
