import { dataSetSchema, type DataSet } from '../../contract/basic-data/tables.ts';

/** A small pier with nothing wrong: two piers, a line each way, one ship, one coach line. For tests. */
export function sampleData(): DataSet {
  const always = { validFrom: '2026-01-01', validTo: null };
  const proof = { mark: 'S1', source: '样例' };
  const times = { stopOfSaleMin: null, checkInMin: null, gateCloseMin: null };
  const ship = {
    name: '样例1',
    mode: 'water',
    kind: '客渡船',
    licence: '样证-1',
    licenceValidTo: '2030-12-31',
    capacity: 4,
    numberedSeats: true,
    seatMap: ['1 2', '3 4'],
    seatClasses: ['一等舱:1-2', '二等舱:3-4'],
    vehiclePlaces: null,
    laneMetres: 40,
  };
  const run = { lineId: 'w-a-b', departLocal: '08:00', extra: 0, vesselName: '样例1', weekdays: '1234567' };
  return dataSetSchema.parse({
    stops: [
      { id: 'p-a', name: '甲码头', initials: 'jmt', pinyin: 'jiamatou', aliases: ['甲'] },
      { id: 'p-b', name: '乙码头', initials: 'ymt', pinyin: 'yimatou', aliases: [] },
      { id: 'p-c', name: '丙码头', initials: 'bmt', pinyin: 'bingmatou', aliases: [] },
    ],
    lines: [
      { id: 'w-a-b', mode: 'water', name: '甲—乙', fromPlaceId: 'p-a', toPlaceId: 'p-b', durationMin: 30 },
      { id: 'r-a-b', mode: 'road', name: '甲—乙(车)', fromPlaceId: 'p-a', toPlaceId: 'p-b', durationMin: 60 },
    ],
    calls: [{ lineId: 'w-a-b', order: 1, placeId: 'p-c', minutesFromStart: 10 }],
    vessels: [
      ship,
      {
        ...ship,
        name: '样车1',
        mode: 'road',
        licence: '样证-2',
        licenceValidTo: null,
        capacity: 38,
        seatMap: [],
        seatClasses: [],
        laneMetres: null,
      },
    ],
    timetable: [
      { ...run, ...times, validFrom: '2026-01-01', validTo: '2026-12-31' },
      { ...run, ...times, lineId: 'r-a-b', vesselName: '样车1', departLocal: '09:00', ...always },
    ],
    extras: [
      { lineId: 'w-a-b', date: '2026-12-01', departLocal: '12:00', extra: 0, vesselName: '样例1', ...times },
    ],
    substitutes: [],
    rules: [
      {
        ruleId: 'FULL',
        mode: 'both',
        ticketClass: 'full',
        percentOfFull: 100,
        maxAgeYears: null,
        maxHeightCm: null,
        minCapacityAbove: null,
        ...always,
        ...proof,
      },
    ],
    fares: [
      { lineId: 'w-a-b', ticketClass: 'full', fareFen: 3_000, ruleId: 'FULL', ...always, ...proof },
      { lineId: 'r-a-b', ticketClass: 'full', fareFen: 2_000, ruleId: 'FULL', ...always, ...proof },
    ],
    vehicleTypes: [
      { code: 'small_car', name: '小型轿车', usualLengthCm: 470, dangerous: false, ...proof },
      { code: 'tractor', name: '拖拉机', usualLengthCm: null, dangerous: false, ...proof },
    ],
    vehicleFares: [
      { vehicleType: 'small_car', overCm: 0, upToCm: 500, fareFen: 10_000 },
      { vehicleType: 'small_car', overCm: 500, upToCm: null, fareFen: 12_000 },
      { vehicleType: 'tractor', overCm: 0, upToCm: null, fareFen: 8_000 },
    ].map((fare) => ({ lineId: 'w-a-b', ...fare, places: 1, ruleId: 'VEHICLE', ...always, ...proof })),
    documentKinds: [
      {
        code: '217',
        name: null,
        on: true,
        rule: null,
        masks: [],
        least: null,
        most: null,
        needsOffice: null,
        needsApproval: null,
        ...proof,
      },
      {
        code: 'island-card',
        name: '海岛居民卡',
        on: true,
        rule: 'masks',
        masks: ['D########'],
        least: null,
        most: null,
        needsOffice: false,
        needsApproval: false,
        ...proof,
      },
    ],
    fees: [
      {
        feeId: 'F1',
        kind: 'refund',
        mode: 'water',
        lineId: null,
        minutesBefore: 120,
        percent: 10,
        leastFen: 0,
        ...always,
        ...proof,
      },
    ],
    reserves: [
      {
        lineId: 'w-a-b',
        departLocal: '08:00',
        purpose: '应急',
        count: 2,
        seats: ['1-2'],
        releaseMin: 30,
        ...always,
      },
    ],
    quotas: [
      {
        mode: 'road',
        lineId: null,
        percentOfSeats: 10,
        most: null,
        countsInCapacity: false,
        ...always,
        ...proof,
      },
    ],
    settings: [{ name: 'stopOfSaleMin', lineId: null, value: 5, ...proof }],
  });
}
