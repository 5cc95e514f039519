import { mrzCheckDigit } from '../../../domain/documents/mrz.ts';
import { newCommandId, type Json, type OfficeClient } from '../../support/office-client.ts';
import { adult, citizenNumber } from '../../support/people.ts';
import { PATIENCE_MS } from './offices.ts';

/** One ticket window with its clerk. */
export interface Till {
  window: number;
  page: OfficeClient;
}

/** What an order is made of, before it has a departure. */
export interface Party {
  passengers: Json[];
  vehicles?: Json[];
}

/** Kinds of parties that a day has. `n` makes the people others than those of before; `year` is that of travel. */
export type PartyKind = (till: Till, n: number, year: number) => Promise<Party>;

const full = (holderRef: string): Json => ({ holderRef, ticketClass: 'full' });

async function typed(till: Till, n: number): Promise<string> {
  const holder = await till.page.call('holders.type', { documentKind: '111', ...adult(n) });
  return holder.holderRef;
}

function bornOn(n: number, year: number, age: number): string {
  return `${year - age}0${1 + (n % 9)}1${n % 9}`;
}

async function child(till: Till, n: number, year: number, age: number): Promise<string> {
  const number = citizenNumber(bornOn(n, year, age), 500 + (n % 400));
  const holder = await till.page.call('holders.type', { documentKind: '111', number, name: '样例小童' });
  return holder.holderRef;
}

/** Lays a trial person's card on the reader of this till and waits until it fills the form. */
export async function layCard({ page }: Till, person: string, name: string): Promise<Json> {
  const read = page.event('reader.card', (card) => card.name === name, PATIENCE_MS);
  await page.call('trial.layCard', { person });
  const holder = await read;
  // The hand that takes a card away needs longer than the reader's look.
  const removed = page.event('reader.cardRemoved', () => true, PATIENCE_MS);
  await page.call('trial.removeCard');
  await removed;
  return holder;
}

/** Lines of a passport that is valid and nobody's, its check digits computed. */
function passportLines(n: number, year: number): [string, string] {
  const digit = (text: string): string => text + mrzCheckDigit(text);
  const number = digit(`E${String(10_000_000 + n)}`);
  const [born, until, open] = [digit('900101'), digit(`${String(year + 5).slice(2)}0101`), '<'.repeat(15)];
  return [
    `P<UTOSPECIMEN<<TEST${'ABCDEFGHIJ'[n % 10] ?? 'A'}`.padEnd(44, '<'),
    `${number}UTO${born}M${until}${open}${mrzCheckDigit(number + born + until + open)}`,
  ];
}

export const parties = {
  async adultTyped(till, n) {
    return { passengers: [full(await typed(till, n))] };
  },

  async passport(till, n, year) {
    let code: Json = null;
    for (const text of passportLines(n, year)) ({ code } = await till.page.call('scanner.typed', { text }));
    return { passengers: [full(code.holder.holderRef)] };
  },

  async otherDocument(till, n) {
    const number = `H${String(10_000_000 + n)}`;
    const holder = await till.page.call('holders.type', {
      documentKind: '516',
      number,
      name: '样例港',
      birthDate: '19850520',
    });
    return { passengers: [full(holder.holderRef)] };
  },

  async familyWithChild(till, n, year) {
    const [mother, father] = [await typed(till, n), await typed(till, n + 1)];
    const half = await child(till, n, year, 10);
    return {
      passengers: [
        full(mother),
        full(father),
        { holderRef: half, ticketClass: 'child_half', childBasis: 'age' },
      ],
    };
  },

  async freeChild(till, n) {
    const parent = await typed(till, n);
    const infant = await till.page.call('holders.type', {
      documentKind: '117',
      number: `T${String(330_000_000 + n)}`,
      name: '样例小乙',
      birthDate: '20230501',
    });
    return {
      passengers: [
        full(parent),
        { holderRef: infant.holderRef, ticketClass: 'free_child', childBasis: 'age', carriedBy: parent },
      ],
    };
  },

  async disabledServiceman(till, n) {
    return {
      passengers: [
        {
          holderRef: await typed(till, n),
          ticketClass: 'serviceman_half',
          proof: 'disabledServicemanCard',
        },
      ],
    };
  },

  async carWithDriver(till, n) {
    const [driver, friend] = [await typed(till, n), await typed(till, n + 1)];
    return {
      passengers: [{ holderRef: driver, ticketClass: 'driver_with_vehicle' }, full(friend)],
      vehicles: [
        {
          vehicleType: 'small_car',
          lengthCm: 480,
          plate: `浙L${String(10_000 + n).padStart(5, '0')}`,
          driver,
        },
      ],
    };
  },

  async motorcycle(till, n) {
    const driver = await typed(till, n);
    return {
      passengers: [{ holderRef: driver, ticketClass: 'driver_with_vehicle' }],
      vehicles: [
        {
          vehicleType: 'motorcycle',
          lengthCm: 205,
          plate: `浙L${String(30_000 + n).padStart(5, '0')}`,
          driver,
        },
      ],
    };
  },
} as const satisfies Record<string, PartyKind>;

/** Sells a party; rejects with the office's refusal where it is refused. Gives the numbers of its tickets. */
export async function sell(
  { page }: Till,
  departureId: string,
  { passengers, vehicles }: Party,
  more: { secondSignature?: { number: string; pin: string } } = {},
): Promise<string[]> {
  const order = { departureId, passengers, ...(vehicles === undefined ? {} : { vehicles }) };
  const { totalFen } = await page.call('sales.quote', order);
  const sale = await page.call(
    'sales.sell',
    { ...order, ...more, payment: 'cash', totalFen, tenderedFen: Math.ceil(totalFen / 10_000) * 10_000 },
    newCommandId(),
  );
  await page.call('commands.seen', { commandIds: [sale.commandId] });
  return sale.tickets.map(({ ticketNumber }: Json) => ticketNumber);
}
