import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProblemCode } from '../../contract/basic-data/problems.ts';
import type { DataSet, TableName } from '../../contract/basic-data/tables.ts';
import { checkData } from './check.ts';
import { dateOfDay, dayNumber, hasWeekday, isDate, weekdayOf } from './days.ts';
import { sampleData } from './sample-data.ts';

const TODAY = '2026-11-21';

/** The sample with one row of a table changed, or one added like it. */
function spoiled(table: TableName, change: object, mode: 'change' | 'add' = 'change', at = 0): DataSet {
  const data = sampleData();
  const rows = [...data[table]] as object[];
  const row = { ...rows[at], ...change };
  if (mode === 'add') rows.push(row);
  else rows[at] = row;
  return { ...data, [table]: rows };
}
const errorsOf = (data: DataSet): string[] =>
  checkData(data, TODAY)
    .found.filter(({ problem }) => problem.severity === 'error')
    .map(({ problem: { code, table, heading } }) => `${code} ${table} ${heading}`);

test('sound data have no problem but figures that nobody has verified', () => {
  expect(checkData(sampleData(), TODAY).found).toEqual([]);
  const unsure = checkData(spoiled('fares', { mark: 'M0' }), TODAY);
  expect(unsure.found.map(({ problem }) => problem.code)).toEqual(['mark.unsure']);
  expect(unsure.errors).toBe(0);
});

describe('each thing wrong is named with its table and column', () => {
  test.each<[ProblemCode, string, DataSet]>([
    ['reference.stop', 'lines 终点站点', spoiled('lines', { toPlaceId: 'p-x' })],
    ['line.ends', 'lines 终点站点', spoiled('lines', { toPlaceId: 'p-a' }, 'change', 1)],
    ['reference.line', 'fares 航线编号', spoiled('fares', { lineId: 'w-x' }, 'add')],
    ['reference.vessel', 'timetable 船名或车号', spoiled('timetable', { vesselName: '无名' })],
    ['reference.rule', 'fares 规则编号', spoiled('fares', { ruleId: 'NONE' })],
    ['key.repeated', 'stops 站点编号', spoiled('stops', {}, 'add')],
    ['valid.order', 'fares 有效期止', spoiled('fares', { validTo: '2025-01-01' })],
    ['valid.date', 'fares 有效期起', spoiled('fares', { validFrom: '2026-02-30' })],
    ['call.end', 'calls 站点编号', spoiled('calls', { placeId: 'p-a' })],
    ['call.late', 'calls 离起点分钟', spoiled('calls', { minutesFromStart: 30 })],
    ['call.order', 'calls 离起点分钟', spoiled('calls', { order: 2, minutesFromStart: 9 }, 'add')],
    ['vessel.unlicensed', 'timetable 船名或车号', spoiled('vessels', { licence: '' }, 'change', 1)],
    ['vessel.licenceEnds', 'timetable 船名或车号', spoiled('vessels', { licenceValidTo: '2026-12-30' })],
    ['vessel.mode', 'timetable 船名或车号', spoiled('timetable', { vesselName: '样车1' })],
    ['vessel.seatTwice', 'vessels 座位图', spoiled('vessels', { seatMap: ['1 2', '2 4'] })],
    ['vessel.seatNone', 'vessels 座位图', spoiled('vessels', { seatMap: ['1 2', '3 5'] })],
    ['vessel.seatGap', 'vessels 座位图', spoiled('vessels', { seatMap: ['1 2'] })],
    [
      'vessel.classOverlap',
      'vessels 舱位等级',
      spoiled('vessels', { seatClasses: ['一等:1-2', '二等:2-4'] }),
    ],
    [
      'reference.vehicleType',
      'vehicleFares 车型代码',
      spoiled('vehicleFares', { vehicleType: 'bus_x' }, 'add'),
    ],
    [
      'vehicleFare.length',
      'vehicleFares 至厘米',
      spoiled('vehicleFares', { overCm: 800, upToCm: 700 }, 'change', 2),
    ],
    [
      'vehicleFare.overlap',
      'vehicleFares 车长超过厘米',
      spoiled('vehicleFares', { overCm: 400 }, 'change', 1),
    ],
    ['kind.bare', 'documentKinds 证件名称', spoiled('documentKinds', { code: 'x-card' })],
    ['kind.masks', 'documentKinds 号码样式', spoiled('documentKinds', { masks: [] }, 'change', 1)],
    ['kind.range', 'documentKinds 最少位数', spoiled('documentKinds', { rule: 'text', least: 9, most: 4 })],
    ['vessel.cars', 'vessels 车道米', spoiled('vessels', { vehiclePlaces: 5 })],
    [
      'run.overlap',
      'timetable 星期',
      spoiled('timetable', { weekdays: '6', validFrom: '2026-06-01' }, 'add'),
    ],
    ['run.overlap', 'extras 日期', spoiled('extras', { departLocal: '08:00' })],
    [
      'run.never',
      'timetable 星期',
      spoiled('timetable', { weekdays: '1', validFrom: '2026-11-21', validTo: '2026-11-22' }),
    ],
    ['run.gate', 'timetable 停检提前分钟', spoiled('timetable', { checkInMin: 5, gateCloseMin: 5 })],
    ['run.notCovered', 'timetable 航线编号', spoiled('fares', { validTo: '2026-11-30' })],
    ['fare.overlap', 'fares 有效期起', spoiled('fares', { validFrom: '2026-06-01' }, 'add')],
    ['fare.rule', 'fares 规则编号', spoiled('rules', { mode: 'road' })],
    ['fare.ruleEnds', 'fares 规则编号', spoiled('rules', { validTo: '2026-12-01' })],
    ['rule.overlap', 'rules 有效期起', spoiled('rules', { validFrom: '2026-06-01' }, 'add')],
    ['rule.unbounded', 'rules 最大年龄', spoiled('rules', { ruleId: 'C', ticketClass: 'child_half' }, 'add')],
    ['fee.overlap', 'fees 有效期起', spoiled('fees', { feeId: 'F2', validFrom: '2026-06-01' }, 'add')],
    ['reserve.noRun', 'reserves 开航时间', spoiled('reserves', { departLocal: '10:00' })],
    ['reserve.tooMany', 'reserves 座位数', spoiled('reserves', { count: 5, seats: [] })],
    ['reserve.seats', 'reserves 座号', spoiled('reserves', { count: 3 })],
    ['quota.ship', 'quotas 占用定额', spoiled('quotas', { mode: 'water' })],
    ['setting.scope', 'settings 航线编号', spoiled('settings', { name: 'advanceSaleDays', lineId: 'w-a-b' })],
    ['setting.range', 'settings 数值', spoiled('settings', { name: 'advanceSaleDays', value: 61 })],
    ['setting.range', 'settings 数值', spoiled('settings', { name: 'underWayMin', value: 241 })],
    ['setting.range', 'settings 数值', spoiled('settings', { name: 'feeRoundWay', value: 3 })],
    ['setting.oneOf', 'settings 数值', spoiled('settings', { name: 'feeRoundToFen', value: 20 })],
    ['setting.scope', 'settings 航线编号', spoiled('settings', { name: 'fewSeats', lineId: 'w-a-b' })],
  ])('%s in %s', (code, where, data) => {
    expect(errorsOf(data)).toContain(`${code} ${where}`);
  });

  test('a gap between two fares says from when to when', () => {
    const data = sampleData();
    const first = { ...data.fares[0], validTo: '2026-12-10' };
    const second = { ...data.fares[0], validFrom: '2026-12-20' };
    const { found } = checkData({ ...data, fares: [first, second, data.fares[1]] as never }, TODAY);
    expect(found.map(({ problem }) => problem.message)).toContain('2026-12-11 至 2026-12-19 没有票价');
  });
});

test('summer and winter timetables of one minute stand side by side when their days never meet', () => {
  const data = spoiled('timetable', { validFrom: '2027-01-01', validTo: null }, 'add');
  const licensed = { ...data, vessels: data.vessels.map((row) => ({ ...row, licenceValidTo: null })) };
  expect(errorsOf(licensed)).toEqual([]);
  // Same season, other weekdays.
  const [weekday, weekend] = ['12345', '67'].map((weekdays) => ({ ...data.timetable[0], weekdays }));
  expect(
    errorsOf({ ...sampleData(), timetable: [weekday, weekend, sampleData().timetable[1]] as never }),
  ).toEqual([]);
});

test('a vessel at two places at once is a warning: the carrier may mean it', () => {
  const { found, errors } = checkData(spoiled('timetable', { departLocal: '08:20' }, 'add'), TODAY);
  expect(errors).toBe(0);
  expect(found.map(({ problem }) => problem.code)).toEqual(['vessel.twice']);
});

test('what the city’s feed has may be referred to', () => {
  const data = spoiled('extras', { lineId: 'w-city' });
  expect(errorsOf(data)).toContain('reference.line extras 航线编号');
  const line = {
    id: 'w-city',
    mode: 'water',
    name: '城市线',
    fromPlaceId: 'p-a',
    toPlaceId: 'p-b',
    durationMin: 5,
  } as const;
  expect(checkData(data, TODAY, { places: [], lines: [line], rules: [] }).errors).toBe(0);
});

test('days and dates are each other’s inverse', () => {
  fc.assert(
    fc.property(fc.integer({ min: -30_000, max: 60_000 }), (day) => {
      const date = dateOfDay(day);
      expect(isDate(date)).toBe(true);
      expect(dayNumber(date)).toBe(day);
      expect(new Date(`${date}T00:00:00Z`).getUTCDay()).toBe(weekdayOf(date) % 7);
      expect(hasWeekday(date, date, weekdayOf(date))).toBe(true);
    }),
  );
});
