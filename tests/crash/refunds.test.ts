import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openMass } from '../support/mass.ts';
import { newCommandId } from '../support/office-client.ts';

const writer = fileURLToPath(new URL('refund-writer.ts', import.meta.url));
/** Five batches. */
const PEOPLE = 500;

/** Runs the command in a process of its own, killed as soon as the journal holds `killAt` refunds. Gives its last line. */
async function run(folder: string, commandId: string, killAt = Infinity): Promise<string> {
  const child = spawn(process.execPath, [writer, folder, commandId], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout });
  let last = '';
  lines.on('line', (line) => {
    last = line;
  });
  const watch = setInterval(() => {
    if (killAt < Infinity && refunds(folder).entries >= killAt) child.kill('SIGKILL');
  }, 1);
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  clearInterval(watch);
  expect(errors).toBe('');
  return last;
}

/** How often each ticket was refunded, by the journal itself. */
function refunds(folder: string): { tickets: number; entries: number } {
  const database = new Database(join(folder, 'ledger.db'), { readonly: true });
  const row = database
    .prepare(
      `SELECT count(*) AS entries, count(DISTINCT entry ->> '$.body.ticketNumber') AS tickets
       FROM journal WHERE kind = 'ticket.refunded'`,
    )
    .get() as { tickets: number; entries: number };
  database.close();
  return row;
}

test('a refund in bulk that is killed anywhere is asked again, ends whole, and refunds nobody twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'so-refunds-'));
  try {
    const office = await openMass(folder);
    await office.sellMass(PEOPLE);
    await office.cancel();
    await office.stop();
    const commandId = newCommandId();
    const seen: number[] = [];
    while (seen.length < 3) {
      // A blow that falls when all is done would show nothing: it falls after the next few.
      await run(folder, commandId, (seen.at(-1) ?? 0) + 1);
      const { entries, tickets } = refunds(folder);
      expect(entries).toBe(tickets);
      seen.push(tickets);
    }
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[0]).toBeLessThan(PEOPLE);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    const end = JSON.parse(await run(folder, commandId)) as object;
    // All runs of one command count as one: what it says in the end is the whole.
    expect(end).toEqual({ refunded: PEOPLE, backFen: PEOPLE * 3_000, open: 0 });
    expect(refunds(folder)).toEqual({ tickets: PEOPLE, entries: PEOPLE });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
