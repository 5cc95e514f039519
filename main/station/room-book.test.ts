import { expect, test } from 'vitest';
import { makeMachine } from '../../tests/support/machine.ts';
import { openWindow } from '../../tests/support/window.ts';
import type { DepartureId, WindowId } from '../../contract/ids.ts';
import { LedgerWriteError } from '../ledger/types.ts';
import { createRoomBook } from './room-book.ts';

const DEPARTURE = 'xiaomen-guangming/2026-11-21/1100' as DepartureId;

test('room that is asked back while the disk takes nothing fails where it is asked, not in a promise that nobody sees', async () => {
  const machine = makeMachine();
  const window = await openWindow(machine);
  const space = { kind: 'lane' as const, laneCm: 2_000 };
  const lease = {
    leaseId: 'cd'.repeat(16),
    departureId: DEPARTURE,
    grantor: 'pier/01' as WindowId,
    space,
  };
  window.write([{ kind: 'vehicleLease.taken', body: lease }]);
  let isFull = true;
  const written: string[] = [];
  const rooms = createRoomBook({
    runtime: machine.runtime,
    ledger: window.ledger,
    write(entries) {
      if (isFull) throw new LedgerWriteError('SQLITE_FULL');
      written.push(...entries.map(({ kind }) => kind));
    },
    onSeats: () => undefined,
    departure: () => undefined,
    host: () => undefined,
  });
  for (const ask of [
    () => rooms.recalled(DEPARTURE, true),
    () => rooms.closed(DEPARTURE),
    () => rooms.giveBackAll(undefined),
  ])
    expect(ask).toThrow(LedgerWriteError);
  isFull = false;
  rooms.recalled(DEPARTURE, true);
  expect(written).toEqual(['vehicleLease.returned']);
  window.close();
  machine.remove();
});
