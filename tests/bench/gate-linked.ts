import { trialFeed } from '../../city/shell/files.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { createTimetable } from '../../domain/timetable.ts';
import type { Office } from '../../main/office.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { newCommandId } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { explains, latency, type BenchRun } from './figure.ts';
import { fillPicture, TICKETS } from './full-picture.ts';
import { clerkNumberOf, openBenchStation, until } from './station-of-windows.ts';

/** A party of so many at a time. */
const PARTY = 5;

/**
 * Verdicts at a gate in an office of its own: a ticket number is asked for → the verdict, with the host's durable yes and the gate's own
 * durable boarding between, over TLS on loopback; both have the tickets of a large station in their pictures. The host is a process of its own; window and gate share this one.
 */
export const benchLinkedGate: BenchRun = async ({ quick }) => {
  const people = quick ? 40 : 150;
  const station = await openBenchStation(2);
  try {
    const [window, gate] = station.windows;
    if (!window || !gate) throw new Error('two offices were opened');
    const tomorrow = addDays(businessDateOf(Date.now()), 1);
    const departureId = createTimetable(trialFeed())
      .departuresOn(tomorrow)
      .find(({ line, seats }) => line.id === 'w-wgz-pts' && seats > people)?.departureId;
    const atWindow = caller(window);
    await atWindow('session.signIn', { number: clerkNumberOf(0), pin: '246810' });
    await atWindow('shifts.open', { floatFen: 50_000 }, true);
    const numbers: string[] = [];
    for (let n = 0; n < people; n += PARTY) {
      const passengers = [];
      for (let one = n; one < n + PARTY; one += 1) {
        const { holderRef } = await atWindow('holders.type', { documentKind: '111', ...adult(one) });
        passengers.push({ holderRef, ticketClass: 'full' });
      }
      const { totalFen } = await atWindow('sales.quote', { departureId, passengers });
      const order = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
      const { tickets } = await atWindow('sales.sell', order, true);
      numbers.push(...tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber));
    }
    const keeper = trialStaff.find(({ roles }) => roles[0] === 'gate');
    const atGate = caller(gate);
    await atGate('session.signIn', { number: keeper?.number, pin: keeper?.pin });
    const tickets = quick ? TICKETS / 20 : TICKETS;
    for (const ledger of [station.ledgers.host, station.ledgers.windows[1]])
      if (ledger) fillPicture(ledger, tickets);
    await atGate('gate.open', { departureId }, true);
    await until(async () => {
      const { tickets } = await atGate('gate.passengers', { departureId, which: 'all' });
      return tickets.length === people || undefined;
    });
    const times: number[] = [];
    for (const text of numbers) {
      const before = performance.now();
      const verdict = await atGate('gate.present', { departureId, text }, true);
      times.push(performance.now() - before);
      if (!verdict.admit || verdict.apart)
        throw new Error(`not let aboard by the host: ${verdict.refusal?.code}`);
    }
    station.page.close();
    return [
      ...latency('linkedVerdict', times, 30),
      explains('linkedTickets', tickets, 'tickets', 0),
      explains('linkedAdmitted', times.length, 'people', 0),
    ];
  } finally {
    await station.stop();
  }
};

const caller =
  (office: Office) =>
  async (method: string, params: unknown, isCommand = false): Promise<any> => {
    const request = { id: 1, method, params, ...(isCommand ? { commandId: newCommandId() } : {}) };
    const answer = await office.call(request, 'bench');
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
    return answer.result;
  };
