import { feedSchema, type Feed } from '../contract/feed.ts';
import type { SalePassenger, SaleVehicle } from './types.ts';
import { sampleFeed } from './sample-feed.ts';
import { createTimetable } from './timetable.ts';
import { adult } from './sample-sale.ts';

/**
 * The sample feed with passengers of all kinds and two car ferries: `w-lane` with 30 m of lane, 8 heads and 6 numbered seats,
 * `w-deck` with 2 places below and 1 above; and `r-bus`, a coach of 20 seats with 2 free children.
 */
export function sampleFerryFeed(change: Partial<Feed['settings']> = {}): Feed {
  const feed = sampleFeed();
  const since = '2020-01-01';
  const line = (id: string, mode: 'water' | 'road') => ({
    id,
    mode,
    name: id,
    fromPlaceId: 'pier',
    toPlaceId: 'island',
    durationMin: 30,
  });
  const departure = { departLocal: '08:00', extra: 0, vesselName: '样例号', numberedSeats: true };
  const lines = ['w-lane', 'w-deck', 'r-bus'];
  const classes = [
    ['full', 'FULL', 3000],
    ['child_half', 'KID', 1500],
    ['free_child', 'FREE', 0],
    ['serviceman_half', 'SERVICE', 1500],
    ['police_half', 'POLICE', 1500],
    ['student_half', 'STUDENT', 1500],
    ['elderly', 'OLD', 2000],
    ['driver_with_vehicle', 'DRIVER', 0],
    ['full_upper', 'UPPER', 9000],
  ] as const;
  const rule = (ruleId: string, ticketClass: string, more: object = {}) => ({
    ruleId,
    mode: 'both',
    ticketClass,
    percentOfFull: null,
    maxAgeYears: null,
    maxHeightCm: null,
    minCapacityAbove: null,
    validFrom: since,
    validTo: null,
    mark: 'D',
    source: 'test',
    ...more,
  });
  const vehicle = (
    vehicleType: string,
    overCm: number,
    upToCm: number | null,
    fareFen: number,
    places: number,
  ) =>
    ['w-lane', 'w-deck'].map((lineId) => ({
      lineId,
      vehicleType,
      overCm,
      upToCm,
      fareFen,
      places,
      ruleId: 'VEHICLE',
      validFrom: since,
      validTo: null,
      mark: 'EST',
    }));
  return feedSchema.parse({
    ...feed,
    lines: [...feed.lines, line('w-lane', 'water'), line('w-deck', 'water'), line('r-bus', 'road')],
    departures: [
      ...feed.departures,
      {
        ...departure,
        lineId: 'w-lane',
        capacity: 8,
        seats: 6,
        vehicleSpace: { kind: 'lane', laneCm: 3_000 },
      },
      {
        ...departure,
        lineId: 'w-deck',
        capacity: 50,
        numberedSeats: false,
        vehicleSpace: { kind: 'places', upper: 1, middle: 0, lower: 2 },
      },
      { ...departure, lineId: 'r-bus', capacity: 20 },
    ],
    fares: [
      ...feed.fares,
      ...lines.flatMap((lineId) =>
        classes.map(([ticketClass, ruleId, fareFen]) => ({
          lineId,
          ticketClass,
          fareFen,
          ruleId,
          validFrom: since,
          validTo: null,
          mark: 'D',
        })),
      ),
    ],
    rules: [
      ...feed.rules,
      rule('KID', 'child_half', { maxAgeYears: 14, maxHeightCm: 150 }),
      rule('FREE', 'free_child', { maxAgeYears: 6, maxHeightCm: 120 }),
      rule('SERVICE', 'serviceman_half'),
      rule('POLICE', 'police_half', { proof: 'disabledPoliceCard' }),
      rule('STUDENT', 'student_half', { enabled: false }),
      rule('OLD', 'elderly', { minAgeYears: 70, proof: 'seniorCard' }),
      rule('DRIVER', 'driver_with_vehicle'),
      rule('UPPER', 'full_upper'),
    ],
    vehicleFares: [
      ...vehicle('small_car', 0, 500, 10_000, 1),
      ...vehicle('small_car', 500, null, 12_000, 1),
      ...vehicle('medium_bus', 0, null, 20_000, 2),
      ...vehicle('motorcycle', 0, null, 2_600, 0),
      ...vehicle('dangerous_goods', 0, null, 1, 1),
    ],
    settings: { ...feed.settings, ...change },
  });
}

export const ferries = createTimetable(sampleFerryFeed());

/** A child of 4 years that rides free with the passenger at `carriedBy`. */
export const freeChild = (samePersonKey: string, carriedBy: number): SalePassenger => ({
  ...adult(samePersonKey),
  birthDate: '2021-01-01',
  ticketClass: 'free_child',
  childBasis: 'age',
  carriedBy,
});
/** A car of 4.80 m. */
export const car = (driver: number, over: Partial<SaleVehicle> = {}): SaleVehicle => ({
  vehicleType: 'small_car',
  lengthCm: 480,
  deck: null,
  driver,
  plate: '浙L12345',
  ...over,
});
