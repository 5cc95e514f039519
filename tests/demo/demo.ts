import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countFromOutside, type Count } from './count.ts';
import { sellThrough } from './story.ts';

/**
 * `npm run demo`: the main job, headless. A real office, device process, simulated devices behind ptys, embedded city.
 * Sells `--tickets` (200), half of them while the gateway's process is stopped, then counts from outside. Exits 0 only if what
 * the last line says is true. `--keep DIR` leaves the folder; `--count DIR` counts a kept folder again and sells nothing.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tickets: { type: 'string', default: '200' },
    keep: { type: 'string' },
    count: { type: 'string' },
    clock: { type: 'string' },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** What is asserted: everything sold is on paper once and in the city once, and half of it was sold without the link. */
function isTrue(count: Count): boolean {
  return (
    count.sold > 0 &&
    count.sold === count.printed &&
    count.sold === count.inCity &&
    count.duplicates === 0 &&
    count.lost === 0 &&
    count.offlineSold * 2 >= count.sold &&
    count.problems.length === 0
  );
}

async function main(): Promise<number> {
  const tickets = Number(values.tickets);
  if (!Number.isInteger(tickets) || tickets < 2 || tickets > 20_000) {
    say('--tickets must be a whole number from 2 to 20000');
    return 2;
  }
  const folder = values.count ?? values.keep ?? mkdtempSync(join(tmpdir(), 'station-office-demo-'));
  try {
    if (values.count === undefined) {
      await sellThrough({
        folder,
        tickets,
        say,
        ...(values.clock === undefined ? {} : { clock: values.clock }),
      });
    }
    const count = await countFromOutside(folder);
    const { problems, ...figures } = count;
    for (const problem of problems) say(problem);
    const summary = { ...figures, ok: isTrue(count) };
    if (values.json) {
      process.stdout.write(`${JSON.stringify(summary)}\n`);
    } else {
      for (const [name, value] of Object.entries(summary))
        process.stdout.write(`${name.padEnd(14)}${String(value)}\n`);
    }
    return summary.ok ? 0 : 1;
  } finally {
    if (values.count === undefined && values.keep === undefined)
      rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
