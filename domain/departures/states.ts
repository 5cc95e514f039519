import type { DepartureState } from '../../contract/contingency.ts';

/** What a state means for sale, check-in and refund. */
export interface StateMeaning {
  /** As it stands in notices and on the board. */
  readonly chinese: string;
  /** `rolling`: for the line and day, in queue order. */
  readonly passengers: 'open' | 'rolling' | 'closed';
  readonly vehicles: 'open' | 'closed';
  /** Web, self-service, phone and agents. */
  readonly elsewhere: 'open' | 'closed';
  readonly checkIn: 'open' | 'queue' | 'closed';
  /** Whose money comes back whole: the carrier, not the passenger, is why the journey does not happen as sold. */
  readonly freeRefund: 'none' | 'vehicles' | 'all';
  readonly source: string;
}

/**
 * The states of real notices with their meaning (ticketing rules 3.3). Where its table leaves a choice, the stricter one for
 * sale and the kinder one for money is taken.
 */
export const stateMeanings: Readonly<Record<DepartureState, StateMeaning>> = {
  normal: {
    chinese: '正常',
    passengers: 'open',
    vehicles: 'open',
    elsewhere: 'open',
    checkIn: 'open',
    freeRefund: 'none',
    source: '3.3 C2',
  },
  pending: {
    chinese: '待定',
    passengers: 'closed',
    vehicles: 'closed',
    elsewhere: 'closed',
    checkIn: 'closed',
    freeRefund: 'all',
    source: '3.3 C2, refund D',
  },
  paused: {
    chinese: '暂停',
    passengers: 'closed',
    vehicles: 'closed',
    elsewhere: 'closed',
    checkIn: 'closed',
    freeRefund: 'all',
    source: '3.3 C2, refund D',
  },
  cancelled: {
    chinese: '停航',
    passengers: 'closed',
    vehicles: 'closed',
    elsewhere: 'closed',
    checkIn: 'closed',
    freeRefund: 'all',
    source: '3.3 C2; Civil Code art. 820',
  },
  rolling: {
    chinese: '滚动发班',
    passengers: 'rolling',
    vehicles: 'open',
    elsewhere: 'open',
    checkIn: 'queue',
    freeRefund: 'none',
    source: '3.3 C2',
  },
  paxOnly: {
    chinese: '只载客不载车',
    passengers: 'open',
    vehicles: 'closed',
    elsewhere: 'open',
    checkIn: 'open',
    freeRefund: 'vehicles',
    source: '3.3 S1',
  },
  windowOnly: {
    chinese: '停止网售',
    passengers: 'open',
    vehicles: 'open',
    elsewhere: 'closed',
    checkIn: 'open',
    freeRefund: 'none',
    source: '3.3 S1',
  },
  evacuation: {
    chinese: '应急疏客',
    passengers: 'open',
    vehicles: 'closed',
    elsewhere: 'closed',
    checkIn: 'open',
    freeRefund: 'all',
    source: '3.3 C2; sale and refund as the plan says, D',
  },
};

/** From the harmless to the grave: the gravest of several gives the word on the board. */
const gravity: readonly DepartureState[] = [
  'normal',
  'rolling',
  'windowOnly',
  'paxOnly',
  'evacuation',
  'pending',
  'paused',
  'cancelled',
];

/** The graver of two states, for the board. What holds is each part's strictest, not this word. */
export function graverState(a: DepartureState, b: DepartureState): DepartureState {
  return gravity.indexOf(b) > gravity.indexOf(a) ? b : a;
}
