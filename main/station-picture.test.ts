import { afterEach, expect, test } from 'vitest';
import { refused } from '../contract/refusals.ts';
import type { WindowId } from '../contract/ids.ts';
import { makeMachine, type Machine } from '../tests/support/machine.ts';
import { adult } from '../tests/support/people.ts';
import { departureOn, openWindow } from '../tests/support/window.ts';
import { createPictureFeed } from './station-picture.ts';

const machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});
const SAILING = departureOn('2026-11-21', '1030');

test('a relayed ticket is found by its number at once, and by its document when its week key has come', async () => {
  const [here, there] = [makeMachine({ seed: 1 }), makeMachine({ seed: 2 })];
  machines.push(here, there);
  const host = await openWindow(here);
  const other = await openWindow(there, { window: 'zhujiajian-wugongzhi/04' as WindowId });
  other.openShift();
  other.takeLease(SAILING, { count: 9 });
  const { ticketNumbers } = other.sell(SAILING, [1, 2]);
  let hasKey = false;
  const feed = createPictureFeed({
    ledger: host.ledger,
    vault: host.vault,
    keys: { open: (_ledgerId, row) => (hasKey ? other.vault.open(row) : refused('keys.missing')) },
  });
  const journal = other.ledger
    .entriesAfter(0, 1_000, 1_000_000)
    .map(({ seq, canonical, row }) => ({ seq, entry: canonical, ...(row && { row }) }));
  const { window, ledgerId } = other.ledger;
  expect(feed.take(window, ledgerId, journal)).toMatchObject({ ok: true, taken: journal.length });
  expect(feed.take(window, ledgerId, journal)).toMatchObject({ ok: true, taken: 0 });
  const { picture } = host.ledger;
  const token = host.vault.lookupToken('111', adult(1).number);
  expect(picture.ticket(ticketNumbers[0] ?? '')).toMatchObject({ own: false, window });
  expect(picture.ticketsOfDocument(token, 5)).toEqual([]);
  expect(feed.keyArrived(ledgerId, other.vault.weeks()[0] ?? '')).toBe(0);
  hasKey = true;
  expect(feed.keyArrived(ledgerId, other.vault.weeks()[0] ?? '')).toBe(2);
  expect(picture.ticketsOfDocument(token, 5).map(({ ticketNumber }) => ticketNumber)).toEqual([
    ticketNumbers[0],
  ]);
  host.close();
  other.close();
});
