import { randomBytes } from 'node:crypto';
import { adult } from '../support/people.ts';

/** Asks an office; rejects on a refusal. Over IPC or a socket, as the test has it. */
export type Ask = <T>(method: string, params?: object, commandId?: string) => Promise<T>;

export const newCommandId = (): string => randomBytes(16).toString('hex');

export interface SoldOrder {
  departureId: string;
  totalFen: number;
  commandId: string;
  tickets: { ticketNumber: string }[];
}

/** Signs the first trial clerk in and opens a shift. */
export async function beginShift(ask: Ask): Promise<void> {
  const { trialClerks } = await ask<{ trialClerks: { number: string; pin: string }[] }>('session.info');
  const clerk = trialClerks[0];
  if (!clerk) throw new Error('no trial clerk');
  await ask('session.signIn', { number: clerk.number, pin: clerk.pin });
  await ask('shifts.open', { floatFen: 20_000 }, newCommandId());
}

/** The trial station's own pier, as passengers read it. */
const HERE = '朱家尖蜈蚣峙码头';

/** A departure from this pier that is on sale, today or, late in the evening, tomorrow. */
export async function departureOnSale(ask: Ask): Promise<string> {
  const { nowMs } = await ask<{ nowMs: number }>('status.get');
  for (let waited = 0; waited < 300; waited += 1) {
    for (const days of [0, 1]) {
      const date = new Date(nowMs + (8 + 24 * days) * 3_600_000).toISOString().slice(0, 10);
      const { departures } = await ask<{
        departures: { departureId: string; fromName: string; state: string }[];
      }>('timetable.departures', { date }).catch(() => ({ departures: [] }));
      const found = departures.find(({ fromName, state }) => fromName === HERE && state === 'onSale');
      if (found) return found.departureId;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no departure came on sale');
}

/** An order of `count` adults of a crowd, quoted. */
export async function quoteOrder(
  ask: Ask,
  from: number,
  count: number,
): Promise<{
  departureId: string;
  passengers: object[];
  totalFen: number;
  people: ReturnType<typeof adult>[];
}> {
  const departureId = await departureOnSale(ask);
  const people = Array.from({ length: count }, (_, at) => adult(from + at));
  const passengers: object[] = [];
  for (const person of people) {
    const { holderRef } = await ask<{ holderRef: string }>('holders.type', {
      documentKind: '111',
      ...person,
    });
    passengers.push({ holderRef, ticketClass: 'full' });
  }
  const { totalFen } = await ask<{ totalFen: number }>('sales.quote', { departureId, passengers });
  return { departureId, passengers, totalFen, people };
}

/** Sells to `count` adults, from `from` on in the crowd, with a hundred yuan more than needed. */
export async function sellTickets(ask: Ask, from: number, count: number): Promise<SoldOrder> {
  const { departureId, passengers, totalFen } = await quoteOrder(ask, from, count);
  const commandId = newCommandId();
  return ask<SoldOrder>(
    'sales.sell',
    { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen + 10_000 },
    commandId,
  );
}
