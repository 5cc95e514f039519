import { parseArgs } from 'node:util';
import type { BenchRun } from './figure.ts';
import { benchSale } from './sale.ts';
import { benchStart } from './start.ts';

/**
 * `npm run bench [-- --json] [--only NAME] [--quick]`: each figure beside its own limit measured in the same run. A figure
 * with a goal is red when it misses it; `--quick` (CI, a busy machine) is red only below 0.8 of the goal.
 */
const benches: Record<string, BenchRun> = {
  sale: benchSale,
  start: benchStart,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const names = values.only === undefined ? Object.keys(benches) : values.only.split(',');
let missed = 0;
for (const name of names) {
  const run = benches[name];
  if (!run) {
    process.stderr.write(`no bench is called "${name}"; there are: ${Object.keys(benches).join(', ')}\n`);
    process.exit(2);
  }
  for (const figure of await run({ quick: values.quick })) {
    const { metric, value, unit, goal, better } = figure;
    const slack = values.quick ? 0.8 : 1;
    const isMissed =
      goal !== null && (better === 'higher' ? value < goal * slack : value > goal / slack);
    if (isMissed) missed += 1;
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ bench: name, metric, value, unit, goal, better })}\n`);
    } else {
      const wanted = goal === null ? '' : `  goal ${better === 'higher' ? '≥' : '≤'} ${goal}${isMissed ? '  MISSED' : ''}`;
      process.stdout.write(`${name.padEnd(10)} ${metric.padEnd(18)} ${String(value).padStart(10)} ${unit}${wanted}\n`);
    }
  }
}
process.exitCode = missed > 0 ? 1 : 0;
