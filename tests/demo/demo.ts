import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countCrisis, isUnharmed } from './crisis/count.ts';
import { liveFog } from './crisis/fog.ts';
import { livePeak } from './crisis/peak.ts';
import { liveReaderDown } from './crisis/reader-down.ts';
import { countFromOutside, type Count } from './count.ts';
import { countFaults, isFaultless } from './count-faults.ts';
import { sellThroughFaults } from './faults.ts';
import { countStation, isGoodDay } from './station/count-station.ts';
import { liveStationDay } from './station/station-day.ts';
import { sellThrough } from './story.ts';

/**
 * `npm run demo`: the main job, headless. A real office, device process, simulated devices behind ptys, embedded city.
 * Sells `--tickets` (200), half of them while the gateway's process is stopped, then counts from outside. Exits 0 only if what
 * the last line says is true. `--keep DIR` leaves the folder; `--count DIR` counts a kept folder again and sells nothing.
 *
 * `--scenario faults`: 300 tickets while device process, gateway and office are killed, paper runs out and the link is cut at
 * random bytes; `--seed N` gives the same sales and the same blows again.
 *
 * `--scenario station`: from an empty folder the first manager, staff, basic data from files, a host with its gate and three
 * windows, each an office of its own, a day of sales of every kind, boarding, passenger lists, head count, day report.
 *
 * `--scenario peak`: a host, windows and a gate in a crowd: the line rolls, extra boats, tickets for the day, release in queue order, a
 * boat that breaks down and its passengers moved or refunded. `--scenario reader-down`: numbers typed while a colleague reads aloud.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tickets: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string', default: '20261121' },
    keep: { type: 'string' },
    count: { type: 'string' },
    clock: { type: 'string' },
  },
});

/** Every kind of blow needs a sale of its own, with calm ones around it. */
const FEWEST_WITH_FAULTS = 25;

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

interface Told {
  figures: Record<string, number>;
  problems: string[];
  ok: boolean;
}

async function dayWithoutLink(folder: string, tickets: number): Promise<Told> {
  if (values.count === undefined) {
    const clock = values.clock === undefined ? {} : { clock: values.clock };
    await sellThrough({ folder, tickets, say, ...clock });
  }
  const count = await countFromOutside(folder);
  const { problems, ...figures } = count;
  return { figures, problems, ok: isTrue(count) };
}

async function dayOfFaults(folder: string, tickets: number): Promise<Told> {
  if (values.count === undefined)
    await sellThroughFaults({ folder, tickets, seed: Number(values.seed), say });
  const count = await countFaults(folder);
  const { problems, ...figures } = count;
  return { figures, problems, ok: isFaultless(count) };
}

/** Ticket windows beside the station's host. */
const WINDOWS = 3;

async function dayOfStation(folder: string): Promise<Told> {
  if (values.count === undefined) await liveStationDay({ folder, windows: WINDOWS, say });
  const count = await countStation(folder);
  const { problems, ...figures } = count;
  return { figures, problems, ok: isGoodDay(count) };
}

/** A day of a plan: the story, then what the city's database says of it. */
const dayOf =
  (live: (options: { folder: string; say(text: string): void }) => Promise<void>, wantsListed = false) =>
  async (folder: string): Promise<Told> => {
    if (values.count === undefined) await live({ folder, say });
    const count = await countCrisis(folder);
    const { problems, ...figures } = count;
    return { figures, problems, ok: isUnharmed(count, wantsListed) };
  };

const scenarios = {
  default: dayWithoutLink,
  faults: dayOfFaults,
  station: dayOfStation,
  fog: dayOf(liveFog, true),
  peak: dayOf(livePeak, true),
  'reader-down': dayOf(liveReaderDown),
};

async function main(): Promise<number> {
  const { scenario = 'default' } = values;
  const isFaulty = scenario === 'faults';
  const tickets = Number(values.tickets ?? (isFaulty ? 300 : 200));
  const fewest = isFaulty ? FEWEST_WITH_FAULTS : 2;
  if (!isScenario(scenario)) {
    say(`--scenario knows only: ${Object.keys(scenarios).join(', ')}`);
    return 2;
  }
  if (!Number.isInteger(tickets) || tickets < fewest || tickets > 20_000) {
    say(`--tickets must be a whole number from ${fewest} to 20000`);
    return 2;
  }
  if (!/^\d{1,9}$/.test(values.seed)) {
    say('--seed must be a whole number of at most nine digits');
    return 2;
  }
  const folder = values.count ?? values.keep ?? mkdtempSync(join(tmpdir(), 'station-office-demo-'));
  try {
    const { figures, problems, ok } = await scenarios[scenario](folder, tickets);
    for (const problem of problems) say(problem);
    const summary = { ...figures, ok };
    if (values.json) {
      process.stdout.write(`${JSON.stringify(summary)}\n`);
    } else {
      for (const [name, value] of Object.entries(summary))
        process.stdout.write(`${name.padEnd(14)}${String(value)}\n`);
    }
    return ok ? 0 : 1;
  } finally {
    if (values.count === undefined && values.keep === undefined)
      rmSync(folder, { recursive: true, force: true });
  }
}

function isScenario(name: string): name is keyof typeof scenarios {
  return Object.hasOwn(scenarios, name);
}

process.exitCode = await main();
