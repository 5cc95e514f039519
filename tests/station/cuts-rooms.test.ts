import { expect, test } from 'vitest';
import { beginCuts, cutsOfFile } from './cut-kit.ts';
import { beginAtGate, cutGates, cutRooms } from './cut-scenes.ts';

const begin = cutsOfFile();

test('cut in the middle and at the end of any message about room for vehicles, no metre of lane is given twice and none is lost', async () => {
  const under = await begin(beginCuts);
  expect(await cutRooms(under, 'few')).toEqual([]);
}, 3_600_000);

test('cut in the middle and at the end of what a gate asks its host and of records both ways, a ticket goes aboard once and every office has every record', async () => {
  const under = await begin(beginAtGate);
  expect(await cutGates(under, 'few')).toEqual([]);
}, 3_600_000);
