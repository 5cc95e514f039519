/** One line of `bench --json`. */
export interface BenchLine {
  bench: string;
  metric: string;
  value: number;
  unit: string;
  goal: number | null;
  better: 'higher' | 'lower' | null;
}

/** One line of `fuzz --json`: a fuzzer, or the sum at the end. */
export interface FuzzLine {
  fuzz: string;
  cases: number;
  seconds: number;
  caughtPlanted: boolean;
  missing: string[];
  counts: Record<string, number>;
  red?: { what: string; replay: string };
}
export interface FuzzSum {
  cases: number;
  seed: number;
  red: string[];
  seconds: number;
  ok: boolean;
}

/** When a part ran and what of: `2026-11-21`, `0.1.0 (3f2a…)`, and the machine in words; no names and no paths. */
export interface Ran {
  date: string;
  version: string;
  machine: string;
}

/** Tests of vitest by their outcome; a file that broke before its tests and a skipped test count as failed. */
export interface TestCounts {
  passed: number;
  failed: number;
}

/** What the line between a window and the city was cut at: `bytes` of the batch, up and its answer down, `cuts` met one. */
export interface LineCuts {
  stepBytes: number;
  upBytes: number;
  downBytes: number;
  /** Places at which a cut was laid, one sale each. */
  placed: number;
  /** Of them, those that met a byte: the last ones may lie behind the end of a batch that is some bytes shorter. */
  cuts: number;
}

/** Parts of the proof, in the order in which they run. */
export const proofParts = ['fuzz', 'crash', 'lines', 'faults', 'stories', 'bench'] as const;
export type ProofPart = (typeof proofParts)[number];

/** What the long run came to, as `docs/proof.json` keeps it. An undefined part has not run, or is among `broken`. */
export interface ProofResults {
  fuzz?: { ran: Ran; lines: FuzzLine[]; sum: FuzzSum };
  crash?: { ran: Ran; sum: Record<string, unknown> & { ok: boolean } };
  lines?: { ran: Ran; tests: TestCounts; cuts: LineCuts; seconds: number; ok: boolean };
  /** The last line of `npm run demo -- --scenario faults --json`. */
  faults?: { ran: Ran; sum: Record<string, unknown> & { ok: boolean } };
  stories?: { ran: Ran; tests: TestCounts; seconds: number; ok: boolean };
  bench?: { ran: Ran; lines: BenchLine[]; ok: boolean };
  /** Parts whose last run ended without figures. */
  broken?: ProofPart[];
}

/** Nothing is called proven that has not run to its end. */
export function isProven({ fuzz, crash, lines, faults, stories, bench }: ProofResults): boolean {
  return (
    fuzz?.sum.ok === true &&
    crash?.sum.ok === true &&
    lines?.ok === true &&
    faults?.sum.ok === true &&
    stories?.ok === true &&
    bench?.ok === true
  );
}

const number = new Intl.NumberFormat('en-GB');

/** `docs/proof.md`: the figures of the last long run, for people. */
export function proofPage(results: ProofResults, isQuick = false): string {
  const { fuzz, crash, lines, faults, stories, bench, broken = [] } = results;
  const absent = (part: ProofPart): string[] => [
    broken.includes(part) ? '**Did not come to its end.**' : 'Not run yet.',
  ];
  return `${[
    '# Proof: the last long run',
    '',
    `Written by \`npm run proof\`${isQuick ? ' (`--quick`: a trial of the script, not the proof)' : ''} from \`proof.json\`. Do not edit. A part may be run by itself (\`--only\`), so each names its day and version.`,
    '',
    isProven(results) ? '**All green.**' : '**Not green: see below.**',
    '',
    '## Fuzz',
    '',
    ...(fuzz ? fuzzPart(fuzz) : absent('fuzz')),
    '',
    '## Kills and power cuts',
    '',
    ...(crash ? crashPart(crash) : absent('crash')),
    '',
    '## The line to the city, cut at every byte',
    '',
    ...(lines ? linesPart(lines) : absent('lines')),
    '',
    '## A day of faults',
    '',
    ...(faults ? faultsPart(faults) : absent('faults')),
    '',
    '## Whole days',
    '',
    ...(stories ? storiesPart(stories) : absent('stories')),
    '',
    '## Figures',
    '',
    ...(bench ? benchPart(bench) : absent('bench')),
  ].join('\n')}\n`;
}

const ranLine = ({ date, version, machine }: Ran): string[] => [
  `${date}, version ${version}, ${machine}.`,
  '',
];

function fuzzPart({ ran, lines, sum }: NonNullable<ProofResults['fuzz']>): string[] {
  return [
    ...ranLine(ran),
    `${number.format(sum.cases)} cases, seed ${sum.seed}, ${number.format(Math.round(sum.seconds))} s, ${sum.red.length} red. Each fuzzer caught the bug planted in it in this same run.`,
    '',
    '| fuzzer | cases | seconds | what its cases came to | |',
    '|---|---:|---:|---|---|',
    ...lines
      .toSorted((a, b) => (a.fuzz < b.fuzz ? -1 : 1))
      .map(
        (line) =>
          `| \`${line.fuzz}\` | ${number.format(line.cases)} | ${number.format(Math.round(line.seconds))} | ${countsOf(line.counts)} | ${stateOf(line)} |`,
      ),
  ];
}

function stateOf({ red, caughtPlanted, missing }: FuzzLine): string {
  if (red) return `**red**: ${cell(red.what)}; again: \`${cell(red.replay)}\``;
  if (!caughtPlanted) return '**does not catch its planted bug**';
  return missing.length > 0 ? `**never came to ${cell(missing.join(', '))}**` : 'ok';
}

/** The most frequent ones: a fuzzer may count dozens. */
function countsOf(counts: Record<string, number>): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 8).map(([what, n]) => `${cell(what)} ${number.format(n)}`);
  return [...shown, ...(sorted.length > 8 ? [`and ${sorted.length - 8} more`] : [])].join(', ');
}

function crashPart({ ran, sum }: NonNullable<ProofResults['crash']>): string[] {
  return [
    ...ranLine(ran),
    sum.ok ? 'Nothing lost, doubled or broken.' : '**Something was lost, doubled or broken.**',
    ...figures(sum),
  ];
}

function faultsPart({ ran, sum }: NonNullable<ProofResults['faults']>): string[] {
  return [
    ...ranLine(ran),
    `\`npm run demo -- --scenario faults --json\`: device process, gateway and office are killed, paper runs out, the link is cut at random bytes. ${sum.ok ? 'Everything sold is on paper once and in the city once.' : '**Not everything sold is on paper once and in the city once.**'}`,
    ...figures(sum),
  ];
}

function figures(sum: object): string[] {
  return [
    '',
    '| figure | value |',
    '|---|---:|',
    ...flat(sum).map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
  ];
}

function flat(object: object, before = ''): [name: string, value: string][] {
  return Object.entries(object).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (Array.isArray(value)) return [[`${before}${name}`, String(value.length)]];
    if (typeof value === 'object' && value !== null) return flat(value, `${before}${name}.`);
    return [[`${before}${name}`, typeof value === 'number' ? number.format(value) : String(value)]];
  });
}

function linesPart({ ran, tests, cuts, seconds, ok }: NonNullable<ProofResults['lines']>): string[] {
  const { stepBytes, upBytes, downBytes, placed } = cuts;
  return [
    ...ranLine(ran),
    ok
      ? 'After every cut each ticket is in the city once, and each entry once.'
      : `**Not green: ${number.format(tests.failed)} of ${number.format(tests.passed + tests.failed)} tests failed.**`,
    '',
    `A batch of one sale (${number.format(upBytes)} bytes with its head) and its answer (${number.format(downBytes)}) were cut ${stepBytes === 1 ? 'at every byte' : `at every ${stepBytes}th byte`}: ${number.format(placed)} sales, each with a cut of its own, ${number.format(cuts.cuts)} of which met a byte. ${number.format(Math.round(seconds))} s.`,
  ];
}

function storiesPart({ ran, tests, seconds, ok }: NonNullable<ProofResults['stories']>): string[] {
  const sum = `${number.format(tests.passed)} passed, ${number.format(tests.failed)} failed, ${number.format(Math.round(seconds))} s`;
  return [...ranLine(ran), `\`npm test -- stories\`: ${ok ? sum : `**${sum}**`}.`];
}

function benchPart({ ran, lines }: NonNullable<ProofResults['bench']>): string[] {
  return [
    ...ranLine(ran),
    'Each figure beside its own limit, measured in the same run.',
    '',
    '| bench | figure | value | unit | goal | |',
    '|---|---|---:|---|---|---|',
    ...lines.map(({ bench, metric, value, unit, goal, better }) => {
      const isMissed = goal !== null && !(better === 'higher' ? value >= goal : value <= goal);
      const wanted = goal === null ? '' : `${better === 'higher' ? '≥' : '≤'} ${goal}`;
      const word = goal === null ? '' : isMissed ? '**missed**' : 'met';
      return `| ${bench} | ${cell(metric)} | ${value} | ${cell(unit)} | ${wanted} | ${word} |`;
    }),
  ];
}

/** A text that cannot leave its cell of a table. Folders of the machine are not told. */
function cell(text: string): string {
  return text
    .replaceAll(/(?:[A-Za-z]:)?[\\/](?:tmp|home|root|work|Users|var)[^\s`'"|]*/g, '…')
    .replaceAll('|', '\\|')
    .replaceAll(/\s+/g, ' ');
}
