import type { OtherTicket } from '../contract/city.ts';
import type { WindowId } from '../contract/ids.ts';
import { windowForks } from './forks.ts';
import type { Sql } from './store/store.ts';

/** What came of two copies of a window's key, as lines that a person reads. All windows where none is named. */
export async function forkLines(sql: Sql, windows: readonly string[]): Promise<string[]> {
  const marked = await sql.query<{ window_id: string }>(
    'select distinct window_id from ledgers where fork_seq is not null order by 1',
  );
  const wanted = windows.length > 0 ? windows : marked.map((row) => row.window_id);
  const lines: string[] = [];
  for (const window of wanted) {
    const listed = await windowForks(sql, { window: window as WindowId });
    if (!listed.ok) {
      lines.push(`${window}:${listed.refusal.message}`);
      continue;
    }
    const { forks, tickets } = listed.value;
    if (forks.length === 0) lines.push(`${window}:没有分叉`);
    for (const { ledgerId, kind, seq, foundAt, otherTickets } of forks) {
      const what = kind === 'fork' ? '出现两份不同的记录' : '在后继账本开启后又写了记录';
      lines.push(
        `${window} 账本 ${ledgerId.slice(0, 8)}:从第 ${seq} 条起${what},发现于 ${shanghai(foundAt)},另存票 ${otherTickets} 张`,
      );
    }
    for (const ticket of tickets) {
      lines.push(`  ${ticketWords(ticket)}`);
      for (const met of ticket.meets)
        lines.push(`    ${met.by === 'seat' ? '同座' : '同号'}:${ticketWords(met)}`);
    }
  }
  return lines.length > 0 ? lines : ['没有分叉'];
}

function ticketWords({
  ledgerId,
  seq,
  ticketNumber,
  departureId,
  seatNumber,
  soldAt,
  actor,
}: Omit<OtherTicket, 'meets'>): string {
  const seat = seatNumber === null ? '散座' : `座位 ${seatNumber}`;
  return `票 ${ticketNumber} ${departureId} ${seat} ${shanghai(soldAt)} 工号 ${actor} 账本 ${ledgerId.slice(0, 8)} 第 ${seq} 条`;
}

/** Wall time in Shanghai, which is UTC+8 all the year. */
function shanghai(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
