import { parseArgs } from 'node:util';
import { officeKills } from './office-kills.ts';
import { buildShim, powerCuts } from './power-cuts.ts';

/**
 * `crash.mjs [--kills N] [--cuts N] [--seed S] [--json]`: kills of a real office (40) and power cuts under a ledger (twice as many
 * kills). The last line of `--json` is the summary; exits 0 only when nothing is lost, doubled or broken.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '40' },
    cuts: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const whole = (text: string, name: string, least: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && value <= 100_000) return value;
  process.stderr.write(`--${name} must be a whole number from ${least} to 100000\n`);
  process.exit(2);
};

const kills = whole(values.kills, 'kills', 0);
const cuts = whole(values.cuts ?? String(2 * kills), 'cuts', 0);
const seed = whole(values.seed, 'seed', 0);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const shim = buildShim();
try {
  // Side by side: both wait for processes most of the time.
  const [killed, power] = await Promise.all([
    officeKills({ kills, seed, say }),
    powerCuts({ shim: shim.path, cuts, seed, sync: 'full' }),
  ]);
  for (const broken of power.broken) say(broken);
  const { problems, ...figures } = killed;
  const ok = killed.ok && power.lost === 0 && power.broken.length === 0;
  const summary = { ...figures, problems: problems.length, power, ok };
  process.stdout.write(
    values.json ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(summary, undefined, 2)}\n`,
  );
  process.exitCode = ok ? 0 : 1;
} finally {
  shim.remove();
}
