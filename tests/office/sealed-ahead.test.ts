import { afterEach, expect, test } from 'vitest';
import { openConnection } from '../../main/ledger/connection.ts';
import { adult } from '../support/people.ts';
import { closeOffices, ferry, newId, openWindow, type TestOffice } from './kit.ts';

afterEach(closeOffices);

/** Reference and week of every sealed identity, in the order of the journal. */
function sealedRows(window: TestOffice): { ref: string; week: string }[] {
  const ledger = openConnection(`${window.machine.folder}/ledger.db`, { readonly: true });
  try {
    return ledger
      .prepare<[], { ref: string; week: string }>('SELECT ref, week FROM vault_rows ORDER BY seq')
      .all();
  } finally {
    ledger.close();
  }
}

async function sell(window: TestOffice, holderRef: string, departureId: string): Promise<void> {
  const order = { departureId, passengers: [{ holderRef, ticketClass: 'full' }], payment: 'cash' };
  await window.ok('sales.sell', { ...order, totalFen: 3_000, tenderedFen: 3_000 }, newId());
}

async function namesListed(window: TestOffice): Promise<(string | null)[]> {
  return (await window.ok('sales.list', { limit: 10 })).tickets.map(({ holderName }) => holderName);
}

test('two tickets of one person are sealed apart, whatever was sealed ahead, and both names are listed', async () => {
  const window = await openWindow();
  await window.sell(ferry(), [2]);
  const holder = await window.holder(1);
  await sell(window, holder, ferry());
  await sell(window, holder, ferry('1320'));
  const rows = sealedRows(window);
  expect(new Set(rows.map(({ ref }) => ref)).size).toBe(3);
  expect(await namesListed(window)).toEqual([adult(1).name, adult(1).name, adult(2).name]);
});

test('who was read before the week turned is sealed under the week of the sale', async () => {
  // Sunday, five seconds to midnight.
  const window = await openWindow({ nowMs: Date.parse('2026-11-22T23:59:55+08:00') });
  const morning = ferry('1220', '2026-11-23');
  await window.sell(morning, [2]);
  const holder = await window.holder(1);
  window.machine.pass(10_000);
  await sell(window, holder, morning);
  expect(sealedRows(window).map(({ week }) => week)).toEqual(['2026-W47', '2026-W48']);
  expect(await namesListed(window)).toEqual([adult(1).name, adult(2).name]);
});
