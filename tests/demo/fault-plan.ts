import { seededRandom } from '../support/machine.ts';

export const STRIKES = ['device', 'paper', 'gateway', 'office'] as const;
/** What happens during a sale: device process killed · paper out · gateway killed · office killed. */
export type Strike = (typeof STRIKES)[number];

/** One sale of a faulty day. */
export interface Step {
  /** Tickets of this sale. */
  party: number;
  /** The passenger's card is read; otherwise all are typed. */
  byCard: boolean;
  strike?: Strike;
  /** The blow falls when a sheet is on its way; otherwise as soon as the command was sent. */
  onPaper: boolean;
  /** So long after that moment. */
  afterMs: number;
}

/** Tickets for each blow of a kind; every kind strikes at least once. */
const TICKETS_A_STRIKE: Record<Strike, number> = { device: 20, paper: 60, gateway: 75, office: 60 };
/** A real card takes seconds: only so many are laid. */
const STEPS_A_CARD = 15;

/** Whole numbers of a seed, 0 up to and without `limit`. */
export type Dice = (limit: number) => number;

export function diceOf(seed: number): Dice {
  const random = seededRandom(seed);
  return (limit) => Buffer.from(random.bytes(4)).readUInt32LE() % limit;
}

/** The same sales and the same blows for the same seed. */
export function planFaults(tickets: number, seed: number): Step[] {
  const below = diceOf(seed);
  const steps: Step[] = [];
  for (let left = tickets; left > 0; left -= steps.at(-1)?.party ?? 0) {
    const byCard = steps.length % STEPS_A_CARD === 3;
    steps.push({
      party: byCard ? 1 : Math.min(left, 1 + below(3)),
      byCard,
      onPaper: below(3) > 0,
      afterMs: below(60),
    });
  }
  // None in the first and the last two, so that what is broken is also mended among sales.
  const places = steps.slice(1, -2).filter(({ byCard }) => !byCard);
  for (const strike of STRIKES) {
    const many = Math.max(1, Math.round(tickets / TICKETS_A_STRIKE[strike]));
    for (let n = 0; n < many && places.length > 0; n += 1) {
      const [step] = places.splice(below(places.length), 1);
      if (step) step.strike = strike;
    }
  }
  return steps;
}
