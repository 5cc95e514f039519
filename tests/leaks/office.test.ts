import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trialPeople } from '../../main/trial-people.ts';
import {
  connectOffice,
  newCommandId,
  RefusedError,
  type OfficeClient,
  type Json,
} from '../support/office-client.ts';
import { citizenNumber } from '../support/people.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';
import { needlesOf, readHaystacks, searchLeaks, type Haystack, type Needle } from './search.ts';

/** A trial's day with planted people, as real processes; then everything that it left or said is searched for them. */
const folder = mkdtempSync(join(tmpdir(), 'station-office-leaks-'));
const PAPER = 'sheets.bin';

const GIVEN = Array.from('甲乙丙丁戊己庚辛');
/** Typed at the window. */
const typed = GIVEN.map((given, n) => ({
  name: `欧阳植入${given}${GIVEN[(n * 3 + 1) % 8]}`,
  number: citizenNumber(`19${60 + n}0${1 + n}1${n}`, 100 + n * 37),
}));
/** Typed and refused: what was wrong with them must not be kept either. */
const refusedPeople = [
  {
    name: '欧阳错号植入',
    number:
      citizenNumber('19800101', 77).slice(0, 17) + (citizenNumber('19800101', 77).endsWith('3') ? '4' : '3'),
  },
  { name: '欧阳未来植入', number: citizenNumber('20991231', 88) },
];
/** Cards of the trial whose names are long enough to search for; one is sold to, one has expired. */
const cards = trialPeople(new Date(Date.now() + 8 * 3_600_000).getUTCFullYear())
  .filter(({ id }) => id === 'p05' || id === 'p11')
  .map(({ id, name, card }) => ({ id, name, number: card.number }));

const everyone = [...typed, ...refusedPeople, ...cards];
const needles = everyone.flatMap((person, n) => needlesOf(person, `person ${n}`));
const isName = ({ what }: Needle): boolean => what.startsWith('name');
const numbers = needles.filter((needle) => !isName(needle));
const names = needles.filter(isName);

/** Everything that reached the page, by what it answered. */
const messages: { of: string; text: string }[] = [];
const outputs: Haystack[] = [];
const whileRunning: Haystack[] = [];
let afterwards: Haystack[] = [];

async function open(): Promise<{ office: RunningOffice; client: OfficeClient }> {
  const office = await startOffice(folder, ['--sheets', join(folder, PAPER)]);
  const client = await connectOffice(office.url, office.token);
  client.onEvent((event, data) => messages.push({ of: event, text: JSON.stringify(data) }));
  const call: OfficeClient['call'] = async (method, params, commandId) => {
    try {
      const result = await client.call(method, params, commandId);
      messages.push({ of: method, text: JSON.stringify(result) });
      return result;
    } catch (error) {
      if (error instanceof RefusedError)
        messages.push({ of: `refusal of ${method}`, text: JSON.stringify(error.refusal) });
      throw error;
    }
  };
  const [clerk] = (await call('session.info')).trialClerks;
  await call('session.signIn', { number: clerk.number, pin: clerk.pin });
  return { office, client: { ...client, call } };
}

async function end({ office, client }: Awaited<ReturnType<typeof open>>): Promise<void> {
  client.close();
  await office.stop();
  outputs.push(
    { name: 'stdout', bytes: Buffer.from(office.stdout()) },
    { name: 'stderr', bytes: Buffer.from(office.stderr()) },
  );
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const type = (client: OfficeClient, { name, number }: { name: string; number: string }): Promise<Json> =>
  client.call('holders.type', { documentKind: '111', name, number });

async function card(client: OfficeClient, id: string): Promise<Json> {
  const read = client.event('reader.card', () => true, 15_000);
  await client.call('trial.layCard', { person: id });
  const holder = await read;
  const gone = client.event('reader.cardRemoved', () => true, 15_000);
  await client.call('trial.removeCard');
  await gone;
  return holder;
}

beforeAll(async () => {
  const first = await open();
  const { client } = first;
  await client.call('shifts.open', { floatFen: 0 }, newCommandId());
  await until('the timetable', async () => (await client.call('timetable.places')).places.length > 0);
  await until('the devices', async () =>
    (await client.call('status.get')).devices.every(({ state }: Json) => state === 'ready'),
  );
  const { nowMs } = await client.call('status.get');
  const date = new Date(nowMs + 32 * 3_600_000).toISOString().slice(0, 10);
  const [departure] = (await client.call('timetable.departures', { date, lineId: 'w-wgz-pts' })).departures;
  const order = (holders: Json[], change: object = {}): object => {
    const totalFen = departure.fullFareFen * holders.length;
    const passengers = holders.map(({ holderRef }) => ({ holderRef, ticketClass: 'full' }));
    return {
      departureId: departure.departureId,
      passengers,
      payment: 'cash',
      totalFen,
      tenderedFen: totalFen,
      ...change,
    };
  };
  const sell = (holders: Json[], change: object = {}, id = newCommandId()): Promise<Json> =>
    client.call('sales.sell', order(holders, change), id);
  const isRefused = (doing: Promise<unknown>, code: string): Promise<void> =>
    expect(doing).rejects.toMatchObject({ refusal: { code } });

  // Sold by card and by hand, alone and together, the last ones without a link.
  await sell([await card(client, 'p05')]);
  await sell([await type(client, typed[0] as never)]);
  await sell([
    await type(client, typed[1] as never),
    await type(client, typed[2] as never),
    await type(client, typed[3] as never),
  ]);
  await until('the first tickets at the city', async () =>
    (await client.call('sales.list', { limit: 50 })).tickets.every(({ upload }: Json) => upload === 'stored'),
  );
  await client.call('trial.link', { up: false });
  await sell([await type(client, typed[4] as never)]);
  await until('the loss of the link', async () => (await client.call('status.get')).link.state === 'down');
  await sell([await type(client, typed[5] as never)]);

  // Refused in every way that has a person in it.
  await isRefused(type(client, refusedPeople[0] as never), 'document.checkDigit');
  await isRefused(type(client, refusedPeople[1] as never), 'document.birthFuture');
  await isRefused(sell([await card(client, 'p11')]), 'document.expired');
  await isRefused(sell([await type(client, typed[0] as never)]), 'holder.hasTicket');
  const last = await type(client, typed[6] as never);
  await isRefused(sell([last], { tenderedFen: 1 }), 'money.short');
  const used = newCommandId();
  await sell([last], {}, used);
  await isRefused(sell([last], { tenderedFen: 10_000 }, used), 'command.differs');
  // A clumsy script, and a person on the form who never bought.
  await isRefused(client.call('sales.sell', { ...typed[6] }, newCommandId()), 'request.shape');
  await isRefused(
    client.call('sales.quote', { ...order([]), [typed[6]?.name ?? '']: typed[6]?.number }),
    'request.shape',
  );
  await isRefused(client.call(typed[6]?.name ?? ''), 'request.unknownMethod');
  await isRefused(
    client.call('holders.type', { documentKind: typed[6]?.number, name: typed[6]?.name, number: 7 }),
    'request.shape',
  );
  await type(client, typed[7] as never);

  const { tickets } = await client.call('sales.list', { limit: 50 });
  expect(tickets).toHaveLength(8);
  // The city's database only grows: it is searched once, at the end.
  whileRunning.push(...readHaystacks(folder).filter(({ name }) => !name.startsWith('trial/city')));
  await end(first);

  // Another day: list, print, upload, close.
  const second = await open();
  const list = async (): Promise<Json[]> => (await second.client.call('sales.list', { limit: 50 })).tickets;
  await until('all printed and at the city', async () =>
    (await list()).every(({ print, upload }) => print.state === 'confirmed' && upload === 'stored'),
  );
  expect((await list()).map(({ holderName }) => holderName)).toContain(typed[5]?.name);
  await second.client.call('commands.open');
  await second.client.call('shifts.close', { countedFen: 0 }, newCommandId());
  await end(second);
  afterwards = readHaystacks(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isPaper = ({ name }: Haystack): boolean => name.startsWith(PAPER);

describe('names and numbers', () => {
  test('stand in no file that the office, its devices or the city keeps, while it runs and after', () => {
    expect(afterwards.filter(({ name }) => name.startsWith('trial/city')).length).toBeGreaterThan(100);
    for (const files of [whileRunning, afterwards]) {
      const places = files.map(({ name }) => name);
      expect(places).toEqual(
        expect.arrayContaining([
          'ledger.db',
          'ledger.db (values)',
          'anchor.json',
          'keys.json',
          'feed/last-good.json',
          'logs/office.log',
          PAPER,
        ]),
      );
      expect(
        searchLeaks(
          needles,
          files.filter((file) => !isPaper(file)),
        ),
      ).toEqual([]);
    }
  }, 120_000);

  test('come out of the printer as a name with a masked number, never whole', () => {
    const paper = afterwards.filter(isPaper);
    expect(searchLeaks(numbers, paper)).toEqual([]);
    // The printer writes GB18030: those who got a ticket are on it, nobody else is.
    const printed = new Set(searchLeaks(names, paper).map(({ what }) => what));
    const sold = [...typed.slice(0, 7), ...cards.filter(({ id }) => id === 'p05')].map(
      ({ name }) => names.find(({ text }) => text === name)?.what,
    );
    expect(printed).toEqual(new Set(sold));
  });

  test('reach the page as a name with a masked number, only where the clerk has the person before them', () => {
    expect(messages.length).toBeGreaterThan(50);
    const haystacks = messages.map(({ of, text }) => ({ name: of, bytes: Buffer.from(text) }));
    expect(searchLeaks(numbers, haystacks)).toEqual([]);
    const named = new Set(searchLeaks(names, haystacks).map(({ where }) => where));
    // Where the form is filled in and where sold tickets are listed; answers to sales and lost commands name nobody.
    expect(named).toEqual(new Set(['holders.type', 'reader.card', 'sales.list']));
    const kinds = [
      'commands.open',
      'sales.sell',
      'refusal of sales.sell',
      'refusal of holders.type',
      'print.changed',
      'status.changed',
    ];
    expect(messages.map(({ of }) => of)).toEqual(expect.arrayContaining(kinds));
  });

  test('are in no word of the host, on neither of its outputs', () => {
    expect(outputs).toHaveLength(4);
    expect(outputs.some(({ bytes }) => Buffer.from(bytes).includes('"ready":true'))).toBe(true);
    expect(searchLeaks(needles, outputs)).toEqual([]);
  });
});

test('the same search finds what is planted in the log, in the ledger’s file and in a message', () => {
  const [someone] = typed;
  if (!someone) throw new Error('nobody was planted');
  appendFileSync(join(folder, 'logs', 'office.log'), `{"message":"sold to ${someone.name}"}\n`);
  appendFileSync(join(folder, 'ledger.db'), Buffer.from(someone.number, 'utf16le'));
  writeFileSync(
    join(folder, 'feed', 'more.json'),
    JSON.stringify({ data: Buffer.from(`x${someone.name}`).toString('base64') }),
  );
  const found = searchLeaks(needles, [
    ...readHaystacks(folder).filter((file) => !isPaper(file) && !file.name.startsWith('trial')),
    { name: 'message', bytes: Buffer.from(JSON.stringify({ masked: someone.number })) },
  ]);
  const places = new Set(found.map(({ where }) => where));
  for (const place of ['logs/office.log', 'ledger.db', 'feed/more.json', 'message'])
    expect(places).toContain(place);
});
