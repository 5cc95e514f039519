import { afterEach, expect, test } from 'vitest';
import { instantOf } from '../../domain/time.ts';
import { readEntries } from './books.ts';
import { staffOfAllRoles, standAtGate } from './gate-kit.ts';
import { closeOffices, expectRefused, ferry, newId, numberOf, openOffice } from './kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

test('who did not come is written down once the departure has left, and only who did not come', async () => {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', 'boss');
  const sale = await window.sell(ferry(), [1, 2, 3]);
  const noShowOf = async (n: number) => {
    const { tickets } = await window.ok('tickets.find', { text: numberOf(sale, n) });
    return tickets[0]?.noShow;
  };
  const gate = await standAtGate(window);
  await gate.open(ferry());
  expect((await gate.present(ferry(), numberOf(sale))).admit).toBe(true);
  // Nobody is missing before the boat has left.
  expect(await noShowOf(1)).toBeNull();
  await expectRefused(window, 'noShow.early', 'tickets.noShow', { departureId: ferry() });
  window.machine.setWallClock(instantOf('2026-11-21', '12:25'));
  const leftAt = instantOf('2026-11-21', '12:24');
  await window.ok('departures.leave', { departureId: ferry(), leftAt }, newId(), 'boss');
  expect(await noShowOf(1)).toBe('open');
  expect(await noShowOf(0)).toBeNull();
  expect(await window.ok('tickets.noShow', { departureId: ferry() }, newId())).toMatchObject({ tickets: 2 });
  expect(await noShowOf(2)).toBe('noted');
  await expectRefused(window, 'worklist.nothing', 'tickets.noShow', { departureId: ferry() });
  const noted = readEntries(window.machine.folder).filter(({ kind }) => kind === 'ticket.noShow');
  expect(noted.map(({ body }) => body['ticketNumber'])).toEqual([numberOf(sale, 1), numberOf(sale, 2)]);
});
