import { feedSchema, type Feed } from '../contract/feed.ts';

/**
 * A small made-up feed for tests: a pier with a short ferry, a coach line with numbered seats, a six-seat car, a line that
 * does not run today, departures about midnight, and a full fare that rises with the year 2026.
 */
export function sampleFeed(): Feed {
  const since = '2020-01-01';
  const place = (id: string, name: string, initials: string, aliases: string[] = []) => ({
    id,
    name,
    initials,
    aliases,
  });
  const line = (id: string, mode: 'water' | 'road', from: string, to: string) => ({
    id,
    mode,
    name: `${from}—${to}`,
    fromPlaceId: from,
    toPlaceId: to,
    durationMin: 30,
  });
  const departure = (
    lineId: string,
    departLocal: string,
    capacity: number,
    numberedSeats = false,
    extra = 0,
  ) => ({
    lineId,
    departLocal,
    extra,
    vesselName: '样例号',
    capacity,
    numberedSeats,
  });
  const fare = (
    lineId: string,
    ticketClass: string,
    fareFen: number,
    ruleId: string,
    validFrom = since,
    validTo: string | null = null,
  ) => ({
    lineId,
    ticketClass,
    fareFen,
    ruleId,
    validFrom,
    validTo,
    mark: 'D',
  });
  const rule = (ruleId: string, mode: string, ticketClass: string, limits: Record<string, number> = {}) => ({
    ruleId,
    mode,
    ticketClass,
    percentOfFull: ticketClass === 'full' ? 100 : 50,
    maxAgeYears: limits['maxAgeYears'] ?? null,
    maxHeightCm: limits['maxHeightCm'] ?? null,
    minCapacityAbove: limits['minCapacityAbove'] ?? null,
    validFrom: since,
    validTo: null,
    mark: 'C2',
    source: 'ticketing rules 2.1',
  });
  return feedSchema.parse({
    version: 7,
    issuedAt: 1_750_000_000_000,
    station: 'pier',
    places: [
      place('far', '远城', 'yc'),
      place('island', '样例岛', 'yld', ['岛', 'ldao']),
      place('pier', '样例码头', 'ylmt'),
      place('town', '样例镇', 'ylz'),
      place('nowhere', '无线路', 'wxl'),
    ],
    lines: [
      line('w-far-island', 'water', 'far', 'island'),
      line('w-pier-island', 'water', 'pier', 'island'),
      line('w-island-pier', 'water', 'island', 'pier'),
      line('r-pier-town', 'road', 'pier', 'town'),
      line('r-car', 'road', 'pier', 'town'),
    ],
    departures: [
      departure('w-pier-island', '23:55', 250),
      departure('w-pier-island', '08:00', 250),
      departure('w-pier-island', '08:00', 100, false, 1),
      departure('w-pier-island', '00:20', 300),
      departure('w-island-pier', '08:00', 250),
      departure('r-pier-town', '09:00', 12, true),
      departure('r-car', '10:00', 6, true),
    ],
    fares: [
      fare('w-far-island', 'full', 9000, 'FULL'),
      fare('w-pier-island', 'full', 3000, 'FULL', since, '2025-12-31'),
      fare('w-pier-island', 'full', 3200, 'FULL', '2026-01-01'),
      fare('w-pier-island', 'child_half', 1500, 'CHILD-WATER'),
      fare('w-island-pier', 'full', 3000, 'FULL'),
      fare('r-pier-town', 'full', 4600, 'FULL'),
      fare('r-pier-town', 'child_half', 2300, 'CHILD-ROAD'),
      fare('r-car', 'full', 8000, 'FULL'),
      fare('r-car', 'child_half', 4000, 'CHILD-ROAD'),
    ],
    rules: [
      rule('FULL', 'both', 'full'),
      rule('CHILD-WATER', 'water', 'child_half', { maxAgeYears: 14, maxHeightCm: 150 }),
      rule('CHILD-ROAD', 'road', 'child_half', { maxAgeYears: 14, maxHeightCm: 150, minCapacityAbove: 9 }),
    ],
    settings: {
      stopOfSaleMin: { value: 5, mark: 'D' },
      advanceSaleDays: { value: 3, mark: 'D' },
      childByHeightBelowAgeYears: { value: 18, mark: 'D' },
    },
  });
}
