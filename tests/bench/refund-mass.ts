import { rmSync } from 'node:fs';
import { newCommandId } from '../support/office-client.ts';
import { openMass } from '../support/mass.ts';
import { explains, type BenchOptions, type Figure, round } from './figure.ts';
import { runFolder } from './folders.ts';

const PEOPLE = 500;
const GOAL_MS = 2_000;

/** 500 durable refunds of one cancelled departure with one command, in batches; asked again, it refunds nobody twice. */
export async function benchRefundMass(_options: BenchOptions): Promise<Figure[]> {
  const folder = runFolder('refund-mass');
  const office = await openMass(folder);
  try {
    await office.sellMass(PEOPLE);
    await office.cancel();
    const begun = performance.now();
    const done = await office.refundAll(newCommandId());
    const tookMs = performance.now() - begun;
    if (done.refunded !== PEOPLE || done.departure.open !== 0)
      throw new Error(`${done.refunded} of ${PEOPLE} were refunded, ${done.departure.open} are left`);
    const again = await office.refundAll(newCommandId());
    if (again.refunded !== 0) throw new Error(`${again.refunded} were refunded twice`);
    return [
      { metric: `${PEOPLE} refunds`, value: round(tookMs, 0), unit: 'ms', goal: GOAL_MS, better: 'lower' },
      explains('a refund', tookMs / PEOPLE, 'ms', 2),
    ];
  } finally {
    await office.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
