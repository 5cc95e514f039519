import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeOffices } from '../office/kit.ts';
import { openStationCity, type StationCity } from './city-kit.ts';
import { beginCuts, type UnderTest } from './cut-kit.ts';
import { beginAtGate, cutGates, cutRooms } from './cut-scenes.ts';

let city: StationCity;
let under: UnderTest | undefined;
beforeAll(async () => {
  city = await openStationCity();
});
afterAll(() => city.close());
afterEach(async () => {
  await closeOffices();
  await under?.line.close();
  under = undefined;
  await city.forget();
});

test('cut in the middle and at the end of any message about room for vehicles, no metre of lane is given twice and none is lost', async () => {
  under = await beginCuts(city);
  expect(await cutRooms(under, 'few')).toEqual([]);
}, 3_600_000);

test('cut in the middle and at the end of what a gate asks its host and of records both ways, a ticket goes aboard once and every office has every record', async () => {
  under = await beginAtGate(city);
  expect(await cutGates(under, 'few')).toEqual([]);
}, 3_600_000);
