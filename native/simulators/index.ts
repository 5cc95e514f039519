/**
 * Entry of the simulators' process. It takes one JSON object a line on stdin and writes one a line on stdout
 * (`contract/simulators.ts`), and ends when its stdin closes.
 */
import { createInterface } from 'node:readline';
import type { SimulatorEvent } from '../../contract/simulators.ts';
import { systemClock } from '../clock.ts';
import { Bench } from './bench.ts';

const say = (event: SimulatorEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
// Whoever listened has gone; the end of stdin says the same.
process.stdout.on('error', () => process.exit(0));

const bench = new Bench(systemClock, say);
const lines = createInterface({ input: process.stdin });
let turn: Promise<void> = Promise.resolve();
lines.on('line', (line) => {
  turn = turn.then(() => bench.obey(line));
});
// The ports' helpers end with their pipes, which close with this process.
lines.on('close', () => process.exit(0));
