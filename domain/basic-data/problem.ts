import { rowKey, tableSpecs, type Column } from '../../contract/basic-data/columns.ts';
import { problemWords, type DataProblem, type ProblemCode } from '../../contract/basic-data/problems.ts';
import type { AnyRow, DataRows, TableName } from '../../contract/basic-data/tables.ts';

/** Kept at most; more are counted only. */
export const MOST_PROBLEMS = 1_000;

/** A problem of a row, with the row itself so that whoever read it from a file can say where it stands. */
export interface FoundProblem {
  readonly row: AnyRow | null;
  /** Member of the row. */
  readonly member: string | undefined;
  readonly problem: DataProblem;
}

/** Collects what checks find. */
export class Problems {
  readonly found: FoundProblem[] = [];
  errors = 0;
  warnings = 0;

  error<T extends TableName>(
    table: T,
    row: DataRows[T] | null,
    member: (keyof DataRows[T] & string) | undefined,
    code: ProblemCode,
    values: Record<string, string | number> = {},
  ): void {
    this.errors += 1;
    this.#add('error', table, row, member, code, values);
  }

  warning<T extends TableName>(
    table: T,
    row: DataRows[T] | null,
    member: (keyof DataRows[T] & string) | undefined,
    code: ProblemCode,
    values: Record<string, string | number> = {},
  ): void {
    this.warnings += 1;
    this.#add('warning', table, row, member, code, values);
  }

  #add<T extends TableName>(
    severity: 'error' | 'warning',
    table: T,
    row: DataRows[T] | null,
    member: (keyof DataRows[T] & string) | undefined,
    code: ProblemCode,
    values: Record<string, string | number>,
  ): void {
    if (this.found.length >= MOST_PROBLEMS) return;
    const heading =
      member === undefined
        ? undefined
        : (tableSpecs[table].columns as Record<string, Column>)[member]?.heading;
    this.found.push({
      row,
      member,
      problem: {
        severity,
        code,
        table,
        ...(row === null ? {} : { key: rowKey(table, row).slice(0, 400) }),
        ...(heading === undefined ? {} : { heading }),
        ...problemWords(code, values),
      },
    });
  }
}
