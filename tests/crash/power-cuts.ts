import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeMachine, seededRandom } from '../support/machine.ts';
import { openWindow } from '../support/window.ts';

const source = fileURLToPath(new URL('power-cut.c', import.meta.url));
const writer = fileURLToPath(new URL('power-writer.ts', import.meta.url));

/** Compiles the shim into a folder of its own. */
export function buildShim(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'so-power-'));
  const path = join(folder, 'power-cut.so');
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    path,
    source,
    '-ldl',
    '-lpthread',
  ]);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Environment of a process that loses its power. `at` counts writes, truncations and syncs of files in `folder`. */
export function powerEnvironment(
  shim: string,
  folder: string,
  cut: { at: number; seed: number } | { rename: string },
): NodeJS.ProcessEnv {
  const moment =
    'rename' in cut
      ? { POWER_CUT_RENAME: cut.rename }
      : { POWER_CUT_AT: String(cut.at), POWER_SEED: String(cut.seed) };
  return { ...process.env, LD_PRELOAD: shim, POWER_FOLDER: realpathSync(folder), ...moment };
}

/** Exit code of a process whose power went. */
export const POWER_GONE = 137;

export interface PowerCuts {
  cuts: number;
  /** Commands that were said to be durable. */
  commands: number;
  /** Of those, how many were not there, whole, after a restart. */
  lost: number;
  /** Restarts with a broken chain, an anchor that led, or no ledger at all. */
  broken: string[];
}

/**
 * Sells into one ledger, cuts the power at moments of the dice, and looks what is there after each. `sync: 'off'` is the planted
 * fault: a ledger that does not sync must be found out.
 */
export async function powerCuts(options: {
  shim: string;
  cuts: number;
  seed: number;
  sync: 'full' | 'off';
  /** No cut before this write, truncation or sync. */
  least?: number;
}): Promise<PowerCuts> {
  const { shim, cuts, seed, sync, least = 1 } = options;
  const dice = seededRandom(seed);
  const below = (limit: number): number => Buffer.from(dice.bytes(4)).readUInt32LE() % limit;
  const result: PowerCuts = { cuts: 0, commands: 0, lost: 0, broken: [] };
  let machine = makeMachine({ seed });
  const startAnew = async (): Promise<void> => {
    machine.remove();
    machine = makeMachine({ seed: seed + result.cuts });
    (await openWindow(machine)).close();
  };
  try {
    await startAnew();
    while (result.cuts < cuts) {
      const at = least + below(result.cuts % 3 === 0 ? 80 : 900);
      const env = powerEnvironment(shim, machine.folder, { at, seed: below(1_000_000) });
      const child = spawn(process.execPath, [writer, machine.folder, sync], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let text = '';
      let errors = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== POWER_GONE)
        throw new Error(`the writer ended with ${code} and not by the cut\n${text.slice(-500)}\n${errors}`);
      result.cuts += 1;
      const said = text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { commandId: string; lastSeq: number });
      result.commands += said.length;
      const broken = await audit(said);
      if (broken === undefined) continue;
      result.broken.push(`cut ${at}: ${broken}`);
      await startAnew();
    }
    return result;
  } finally {
    machine.remove();
  }

  /** What is wrong after the cut, if anything. */
  async function audit(said: readonly { commandId: string; lastSeq: number }[]): Promise<string | undefined> {
    let window;
    try {
      window = await openWindow(machine.restart());
    } catch (error) {
      result.lost += said.length;
      return String(error);
    }
    const { ledger } = window;
    try {
      if (ledger.succession) {
        result.lost += said.length;
        return `the file was left behind: ${ledger.succession.why}`;
      }
      const verified = ledger.verify();
      if (!verified.ok) return `entry ${verified.seq}: ${verified.why}`;
      const gone = said.filter(({ commandId, lastSeq }) => {
        const entries = ledger.entriesOf(commandId);
        return ledger.command(commandId)?.lastSeq !== lastSeq || entries.length !== entries[0]?.part.of;
      });
      result.lost += gone.length;
      return gone.length > 0 ? `${gone.length} commands are gone` : undefined;
    } finally {
      window.close();
    }
  }
}
