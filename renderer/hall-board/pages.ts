import type { BoardView } from '../../contract/office.ts';

/** Rows that can be read from across the hall. */
export const ROWS_A_PAGE = 10;

/** The rows in pages of equal height; at least one page. Those that have left go last of all where there are several. */
export function pagesOf(rows: BoardView['rows']): BoardView['rows'][] {
  const first = rows.length > ROWS_A_PAGE ? rows.filter(({ tone }) => tone !== 'gone') : rows;
  const pages: BoardView['rows'][] = [];
  for (let at = 0; at < first.length; at += ROWS_A_PAGE) pages.push(first.slice(at, at + ROWS_A_PAGE));
  return pages.length > 0 ? pages : [[]];
}
