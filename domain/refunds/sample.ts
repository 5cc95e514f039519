import { feeRulesSchema, type FeeRules } from '../../contract/fee-rules.ts';
import type { Rights } from '../contingency/rights.ts';
import { ferry, HOUR, morning } from '../contingency/sample.ts';
import type { SoldTicket } from './ticket.ts';

// Made-up rules and tickets, for tests and benches only.

const rows = {
  carrierId: null,
  lines: null,
  of: 'all',
  validFrom: '2020-01-01',
  validTo: null,
  mark: 'D',
  source: '',
};
const jiao = { toFen: 10, way: 'halfUp' };

/** Two hours or more 10 %, later 20 % and at least a yuan, after departure none; one change, free, on the water. */
export function sampleRules(over: object = {}): FeeRules {
  const bands = [
    { fromMin: 120, toMin: null, percent: 10, leastFen: 50, mark: 'D' },
    { fromMin: 0, toMin: 120, percent: 20, leastFen: 100, mark: 'D' },
    { fromMin: null, toMin: 0, percent: null, leastFen: 0, mark: 'D' },
  ];
  const free = [
    { fromMin: 0, toMin: null, percent: 0, leastFen: 0, mark: 'D' },
    { fromMin: null, toMin: 0, percent: null, leastFen: 0, mark: 'D' },
  ];
  return feeRulesSchema.parse({
    format: 'so.fees.1',
    version: 1,
    sets: [
      { ...rows, id: 'W', version: 1, act: 'refund', mode: 'water', rounding: jiao, bands, times: null },
      { ...rows, id: 'R', version: 1, act: 'refund', mode: 'road', rounding: jiao, bands, times: null },
      { ...rows, id: 'WC', version: 1, act: 'change', mode: 'water', rounding: jiao, bands: free, times: 1 },
    ],
    settings: {
      freeAfterRestoredHours: { value: 24, mark: 'D' },
      secondSignatureFromFen: { value: 50_000, mark: 'D' },
      reissuesAlone: { value: 1, mark: 'D' },
    },
    ...over,
  });
}

export const rules = sampleRules();
export const noRights: Rights = { refund: null, change: null };
export const fault: Rights = {
  refund: { untilMs: null, because: ['a-1'] },
  change: { untilMs: null, because: ['a-1'], to: 'sameLine' },
};
export const own = { isOwn: true, permit: null };
export const shiftId = 'b'.repeat(32);

/** A ticket of 30 yuan for the ferry of 10:00, sold the evening before; the serial is its number's last digits. */
export function ticket(serial: number, over: Partial<SoldTicket> = {}): SoldTicket {
  return {
    ticketNumber: `330925061503010${String(serial).padStart(5, '0')}`,
    departure: ferry,
    subject: 'passenger',
    ticketClass: 'full',
    fareFen: 3_000,
    soldAt: morning - 12 * HOUR,
    carrierId: null,
    state: 'sold',
    replacedBy: null,
    changedTimes: 0,
    reissuedTimes: 0,
    payment: 'cash',
    shiftId,
    leaseId: 'c'.repeat(32),
    seatNumber: null,
    ...over,
  };
}
