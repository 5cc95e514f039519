import { describe, expect, test } from 'vitest';
import { rowKey } from '../../contract/basic-data/columns.ts';
import type { DataSet, FareDataRow } from '../../contract/basic-data/tables.ts';
import type { ProblemCode } from '../../contract/basic-data/problems.ts';
import { createTimetable } from '../timetable.ts';
import { checkFeed } from '../feed-check.ts';
import { checkData } from './check.ts';
import { dataFromFeed } from './from-feed.ts';
import { mergeFeed } from './merge.ts';
import { readSheet } from './read-sheet.ts';
import { sampleData } from './sample-data.ts';

const TODAY = '2026-11-21';
const asIs = () => false;

const first = sampleData().fares[0] as FareDataRow;
const toC = { ...first, toPlaceId: 'p-c', fareFen: 1_200 as FareDataRow['fareFen'] };

/** The sample, whose ship calls at 丙码头, with fares to it and the mark of the call. */
function withStop(fares: readonly object[], sold?: boolean, more: Partial<DataSet> = {}): DataSet {
  const data = sampleData();
  const calls = data.calls.map((row) => (sold === undefined ? row : { ...row, sold }));
  return { ...data, calls, fares: [...data.fares, ...fares] as DataSet['fares'], ...more };
}
const found = (data: DataSet): string[] =>
  checkData(data, TODAY).found.map(
    ({ problem: { code, table, heading, severity } }) => `${severity} ${code} ${table} ${heading}`,
  );

describe('fares to a stop on the way', () => {
  test('are sound where the line calls there, marked or not', () => {
    for (const sold of [undefined, true]) expect(found(withStop([toC], sold))).toEqual([]);
  });

  test.each<[ProblemCode, string, DataSet]>([
    ['fare.origin', 'error fare.origin fares 到站', withStop([{ ...toC, toPlaceId: 'p-a' }])],
    ['fare.terminus', 'error fare.terminus fares 到站', withStop([{ ...toC, toPlaceId: 'p-b' }])],
    [
      'fare.notCalled',
      'error fare.notCalled fares 到站',
      withStop([{ ...toC, lineId: 'r-a-b', toPlaceId: 'p-c' }]),
    ],
    [
      'fare.overlap',
      'error fare.overlap fares 有效期起',
      withStop([toC, { ...toC, validFrom: '2026-06-01' }]),
    ],
    [
      'fare.gap',
      'error fare.gap fares 有效期起',
      withStop([
        { ...toC, validTo: '2026-12-10' },
        { ...toC, validFrom: '2026-12-20' },
      ]),
    ],
    ['call.notCovered', 'error call.notCovered calls 售票', withStop([], true)],
    [
      'call.notCovered',
      'error call.notCovered calls 售票',
      withStop([{ ...toC, validTo: '2026-11-30' }], true),
    ],
    ['fare.notSold', 'warning fare.notSold fares 到站', withStop([toC], false)],
    ['fare.aboveEnd', 'warning fare.aboveEnd fares 票价元', withStop([{ ...toC, fareFen: 9_000 }])],
  ])('%s is named in its place', (_code, words, data) => {
    expect(found(data)).toContain(words);
  });

  test('a stop that a line calls at twice is named', () => {
    const data = sampleData();
    const again = { ...data.calls[0], order: 2, minutesFromStart: 20 } as DataSet['calls'][number];
    expect(found({ ...data, calls: [...data.calls, again] })).toContain('error call.twice calls 站点编号');
  });

  test('a stop without a fare is no problem, and is not sold', () => {
    expect(found(withStop([]))).toEqual([]);
    const timetable = createTimetable(mergeFeed(undefined, withStop([]), 1, 'p-a', 0).feed);
    const departure = timetable.departure('w-a-b/2026-12-03/0800');
    expect(departure && timetable.stopsOf(departure)).toEqual([]);
  });

  test('a row of older data keeps its key, and a fare to a stop has one of its own', () => {
    expect(rowKey('fares', first)).toBe('w-a-b|full|2026-01-01');
    expect(rowKey('fares', toC)).toBe('w-a-b|full|2026-01-01|p-c');
  });
});

describe('a file', () => {
  const read = (rows: (string | null)[][]) => readSheet({ name: null, rows, troubles: [] }, 'fares', asIs);
  const head = ['航线编号', '票种', '票价元', '规则编号', '有效期起', '有效期止', '把握', '出处'];
  const row = ['w-a-b', 'full', '30.00', 'FULL', '2026-01-01', '', 'S1', '样例'];

  test('of an older program, without the column, gives rows as they were', () => {
    expect(read([head, row]).rows).toEqual([first]);
  });

  test('with the column gives the same rows where it is empty, and the stop where it is not', () => {
    const got = read([
      ['到站', ...head],
      ['', ...row],
      ['p-c', ...row.with(2, '12.00')],
    ]);
    expect(got.problems).toEqual([]);
    expect(got.rows).toEqual([first, toC]);
    expect(got.rows[0]).not.toHaveProperty('toPlaceId');
  });

  test('with a stop that is no code is refused at its cell', () => {
    const got = read([
      ['到站', ...head],
      ['丙 码头', ...row],
    ]);
    expect(got.problems).toMatchObject([{ code: 'cell.wrong', heading: '到站', place: { cell: 'A2' } }]);
  });
});

describe('city and station together', () => {
  const date = '2026-12-03';
  const stopsOf = (feed: Parameters<typeof createTimetable>[0]): string[] => {
    const timetable = createTimetable(feed);
    const departure = timetable.departure(`w-a-b/${date}/0800`);
    return departure ? timetable.stopsOf(departure).map(({ placeId }) => placeId) : [];
  };
  const own = withStop([toC]);

  test('the station’s own line has its own stops; one marked as not sold is none', () => {
    const { feed } = mergeFeed(undefined, own, 1, 'p-a', 0);
    expect(checkFeed(feed).ok).toBe(true);
    expect(stopsOf(feed)).toEqual(['p-c']);
    const { feed: closed } = mergeFeed(undefined, withStop([toC], false), 1, 'p-a', 0);
    expect(checkFeed(closed).ok).toBe(true);
    expect(stopsOf(closed)).toEqual([]);
  });

  test('a line of the city’s has the city’s stops and fares, none where its feed has none', () => {
    const { feed: whole } = mergeFeed(undefined, own, 1, 'p-a', 0);
    const { calls: _calls, ...bare } = whole;
    const today = { ...bare, fares: bare.fares.filter(({ toPlaceId }) => toPlaceId === undefined) };
    expect(stopsOf(mergeFeed(today, own, 2, 'p-a', 0).feed)).toEqual([]);
    const merged = mergeFeed(whole, sampleData(), 2, 'p-a', 0).feed;
    expect(checkFeed(merged).ok).toBe(true);
    expect(stopsOf(merged)).toEqual(['p-c']);
  });

  test('a feed taken over as own data sells to the same stops', () => {
    const { feed } = mergeFeed(undefined, own, 1, 'p-a', 0);
    const data = dataFromFeed(feed, {
      pinyinOf: () => ({ initials: 'x', pinyin: 'x' }),
      licenceOf: () => '样证',
      validFrom: '2020-01-01' as never,
    });
    expect(stopsOf(mergeFeed(undefined, data, 1, 'p-a', 0).feed)).toEqual(['p-c']);
  });
});
