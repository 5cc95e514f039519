import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectOffice, newCommandId, type OfficeClient, type Json } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { startOffice } from '../support/running-office.ts';
import { GATEWAY_DOWN_FILE } from './count.ts';

export interface StoryOptions {
  folder: string;
  /** How many tickets; the second half is sold while the gateway is stopped. */
  tickets: number;
  say(text: string): void;
  /** Wall clock the trial starts at, for instance `2026-11-21T23:55:00+08:00`. */
  clock?: string;
}

/** A shift of one clerk through the office API: sign in, open, sell, lose the link, sell on, get it back, close. */
export async function sellThrough({ folder, tickets, say, clock }: StoryOptions): Promise<void> {
  const office = await startOffice(folder, [
    '--sheets',
    join(folder, 'sheets.bin'),
    ...(clock === undefined ? [] : ['--clock', clock]),
  ]);
  try {
    const client = await connectOffice(office.url, office.token);
    const info = await client.call('session.info');
    const clerk = info.trialClerks[0];
    await client.call('session.signIn', { number: clerk.number, pin: clerk.pin });
    await client.call('shifts.open', { floatFen: 50_000 }, newCommandId());
    await until(async () => (await client.call('status.get')).link.state === 'up', 'the link is up', 30_000);
    await until(
      async () => (await client.call('timetable.places')).places.length > 0,
      'the timetable is there',
      30_000,
    );
    const devices = (): Promise<boolean> =>
      client
        .call('status.get')
        .then((status) => status.devices.every((device: Json) => device.state === 'ready'));
    await until(devices, 'reader and printer are ready', 30_000);

    const half = Math.floor(tickets / 2);
    let sold = 0;
    const begun = performance.now();
    sold += await sellMany(client, half, sold);
    say(`${sold} tickets sold with the link up`);
    await client.call('trial.link', { up: false });
    const downFromMs = (await client.call('status.get')).nowMs;
    await until(
      async () => (await client.call('status.get')).link.state === 'down',
      'the loss of the link is noticed',
      60_000,
      async () => {
        // The office notices at its next attempt; a sale gives it one.
        if (sold < tickets - 4) sold += await sellMany(client, 1, sold);
      },
    );
    sold += await sellMany(client, tickets - sold, sold);
    say(
      `${sold} tickets sold, ${sold - half} of them without the link, in ${Math.round(performance.now() - begun)} ms`,
    );

    const downToMs = (await client.call('status.get')).nowMs;
    writeFileSync(join(folder, GATEWAY_DOWN_FILE), JSON.stringify({ fromMs: downFromMs, toMs: downToMs }));
    await client.call('trial.link', { up: true });
    await until(
      async () => {
        const { link } = await client.call('status.get');
        return link.state === 'up' && link.backlog === 0;
      },
      'the backlog is at the city',
      90_000,
    );
    await until(
      async () => {
        const { tickets: newest } = await client.call('sales.list', { limit: 200 });
        return newest.every((ticket: Json) => ticket.print.state === 'confirmed');
      },
      'every sheet is confirmed',
      120_000,
    );

    const { shift } = await client.call('shifts.current');
    const expectedFen = shift.floatFen + shift.salesFen;
    const closed = await client.call('shifts.close', { countedFen: expectedFen }, newCommandId());
    if (closed.differenceFen !== 0) throw new Error(`the drawer differs by ${closed.differenceFen} fen`);
    await until(
      async () => (await client.call('status.get')).link.backlog === 0,
      'the closed shift is at the city',
      30_000,
    );
    client.close();
    const code = await office.stop();
    if (code !== 0) throw new Error(`the office ended with code ${code}\n${office.stderr()}`);
  } catch (error) {
    say(office.stderr());
    throw error;
  } finally {
    await office.kill();
  }
}

/** Sells `count` tickets, parties of one to three; every fifth single passenger by a card on the reader. */
async function sellMany(client: OfficeClient, count: number, already: number): Promise<number> {
  let sold = 0;
  while (sold < count) {
    const departures = await openDepartures(client);
    const party = Math.min(count - sold, 1 + ((already + sold) % 3));
    const n = already + sold;
    const departure = departures[Math.floor(n / 3) % departures.length];
    if (!departure) throw new Error('no departure on sale');
    const passengers = [];
    for (let at = 0; at < party; at += 1) {
      const byCard = party === 1 && n % 5 === 0;
      const holder = byCard
        ? await layCard(client, n)
        : await client.call('holders.type', { documentKind: '111', ...adult(n + at) });
      passengers.push({ holderRef: holder.holderRef, ticketClass: 'full' });
    }
    const quote = await client.call('sales.quote', { departureId: departure.departureId, passengers });
    const refusal = quote.refusal ?? quote.passengers.find((passenger: Json) => passenger.refusal)?.refusal;
    if (refusal) throw new Error(`${departure.departureId}: ${refusal.message}`);
    const sale = await client.call(
      'sales.sell',
      {
        departureId: departure.departureId,
        passengers,
        payment: 'cash',
        totalFen: quote.totalFen,
        tenderedFen: Math.ceil(quote.totalFen / 10_000) * 10_000,
      },
      newCommandId(),
    );
    await client.call('commands.seen', { commandIds: [sale.commandId] });
    sold += party;
  }
  return sold;
}

/** Departures of tomorrow: never empty at any hour of today. */
async function openDepartures(client: OfficeClient): Promise<Json[]> {
  const { nowMs } = await client.call('status.get');
  const date = new Date(nowMs + 8 * 3_600_000 + 86_400_000).toISOString().slice(0, 10);
  const { departures } = await client.call('timetable.departures', { date });
  return departures.filter((departure: Json) => departure.state === 'onSale' && departure.left >= 3);
}

/** Lays a person's card and waits until it fills the form. People repeat; departures do not, so no document is sold twice. */
async function layCard(client: OfficeClient, n: number): Promise<Json> {
  const { people } = await client.call('trial.people');
  const adults = people.filter((person: Json) =>
    ['p01', 'p02', 'p03', 'p04', 'p05', 'p06'].includes(person.id),
  );
  const person = adults[Math.floor(n / 5) % adults.length];
  const read = client.event('reader.card', (card) => card.name === person.name, 15_000);
  await client.call('trial.layCard', { person: person.id });
  const holder = await read;
  // The hand that takes a card away needs longer than the reader's look.
  const removed = client.event('reader.cardRemoved', () => true, 15_000);
  await client.call('trial.removeCard');
  await removed;
  return holder;
}

async function until(
  test: () => Promise<boolean>,
  what: string,
  timeoutMs: number,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await meanwhile();
    await delay(100);
  }
}
