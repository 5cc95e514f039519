import type { EntryBody } from '../../../contract/entries.ts';
import type { Connection } from '../connection.ts';
import type { Projection } from './projection.ts';

/** Names the boardings of one ticket, whatever their order. */
export function pairOf(boardings: readonly { ledgerId: string; seq: number }[]): string {
  return boardings
    .map(({ ledgerId, seq }) => `${ledgerId}/${seq}`)
    .toSorted()
    .join(' ');
}

/** Tickets that this office found aboard twice, so that each is written down once. */
export function projectBoardingDoubles(connection: Connection): Projection {
  const add = connection.prepare<[string, string, number]>(
    'INSERT INTO boarding_doubles (ticket_number, pair, seq) VALUES (?, ?, ?)',
  );
  const found = ({ ticketNumber, boardings }: EntryBody<'boarding.doubled'>, seq: number): void =>
    void add.run(ticketNumber, pairOf(boardings), seq);
  return {
    tables: ['boarding_doubles'],
    apply({ kind, body, seq }) {
      if (kind === 'boarding.doubled') found(body, seq);
    },
  };
}
