import Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { readAnchor, type Anchor } from '../../main/ledger/anchor.ts';
import { makeMachine, type Machine } from '../support/machine.ts';
import { openWindow } from '../support/window.ts';

const writer = fileURLToPath(new URL('ledger-writer.ts', import.meta.url));
const machines: Machine[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const machine of machines.splice(0)) machine.remove();
});

interface Said {
  commandId?: string;
  lastSeq?: number;
  failed?: string;
  headSeq?: number;
  verify?: unknown;
}

/** Lets a writer run until `stop` says so, then kills it; gives what it had said by then. */
async function runWriter(
  command: string,
  args: string[],
  stop: (said: Said[]) => boolean,
  killAfterMs?: number,
): Promise<Said[]> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said: Said[] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    said.push(JSON.parse(line) as Said);
    if (stop(said)) child.kill('SIGKILL');
  });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  clearTimeout(timer);
  expect(errors).toBe('');
  return said;
}

function lastInFile(folder: string): number {
  const database = new Database(join(folder, 'ledger.db'), { readonly: true });
  const { last } = database.prepare('SELECT max(seq) AS last FROM journal').get() as { last: number };
  database.close();
  return last;
}

describe('a process killed while it sells', () => {
  test('has every command that it said, whole, under a chain that verifies, and an anchor that does not lead', async () => {
    const machine = makeMachine();
    machines.push(machine);
    let soldInAll = 0;
    // Sale counts chosen so that kills fall before, at and after the anchor and the WAL's page limit.
    for (const sales of [1, 2, 7, 30, 61, 120, 250, 5]) {
      const said = await runWriter(
        process.execPath,
        [writer, machine.folder],
        (lines) => lines.length >= sales,
      );
      expect(said.length).toBeGreaterThanOrEqual(sales);
      const anchor = readAnchor(machine.runtime.files) as Anchor;
      expect(anchor.seq).toBeLessThanOrEqual(lastInFile(machine.folder));
      const window = await openWindow(machine.restart());
      expect(window.ledger.verify()).toEqual({ ok: true, count: window.ledger.head().seq });
      for (const { commandId, lastSeq } of said) {
        expect(window.ledger.command(commandId ?? '')?.lastSeq).toBe(lastSeq);
        const entries = window.ledger.entriesOf(commandId ?? '');
        expect(entries).toHaveLength(entries[0]?.part.of ?? 0);
      }
      soldInAll += said.length;
      expect(window.ledger.openCommands().length).toBeGreaterThanOrEqual(soldInAll);
      const sheets = [...window.ledger.queuedPrints(), ...window.ledger.recoverSending()];
      expect(new Set(sheets.map(({ ticketNumber }) => ticketNumber)).size).toBe(
        window.ledger.tickets({ limit: 10_000 }).length,
      );
      window.close();
    }
  });

  test('may be killed at any moment of its start too', async () => {
    const machine = makeMachine();
    machines.push(machine);
    for (const delayMs of [150, 200, 230, 260, 290, 320, 350, 400]) {
      await runWriter(process.execPath, [writer, machine.folder], () => false, delayMs);
      const window = await openWindow(machine.restart());
      expect(window.ledger.verify().ok).toBe(true);
      window.close();
    }
  });
});

test('a disk that takes no more writes nothing by halves, and the ledger goes on when there is room', async () => {
  const machine = makeMachine();
  machines.push(machine);
  // No file may grow over 4 MiB: what a full disk is to the WAL.
  const said = await runWriter(
    'sh',
    ['-c', `trap '' XFSZ; ulimit -f 8192; exec "$0" "$@"`, process.execPath, writer, machine.folder],
    () => false,
  );
  const failed = said.at(-1);
  expect(failed?.failed).toMatch(/^SQLITE_(FULL|IOERR)/);
  expect(failed?.headSeq).toBe(said.at(-2)?.lastSeq);
  expect(failed?.verify).toEqual({ ok: true, count: failed?.headSeq });
  expect(said.length).toBeGreaterThan(10);
  const window = await openWindow(machine.restart());
  expect(window.ledger.head().seq).toBe(failed?.headSeq);
  window.takeLease('wugongzhi-putuoshan/2026-11-21/1200', { count: 2 });
  window.sell('wugongzhi-putuoshan/2026-11-21/1200', [9_000]);
  expect(window.ledger.verify().ok).toBe(true);
  window.close();
});
