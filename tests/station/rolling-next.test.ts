import { afterEach, expect, test } from 'vitest';
import { readEntries } from '../office/books.ts';
import { closeOffices, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { as, openHost, openWindowAt } from './kit.ts';

afterEach(closeOffices);

const [lineId = '', date = ''] = ferry().split('/');
const PEOPLE = 5;

test('windows of a station that all sell the same vessel of a line that rolls fill it and then the next one, and so do their gates', async () => {
  const station = await openHost();
  const { host } = station;
  const withGate = (window: number) =>
    openWindowAt(station, window, { config: { gate: { name: `${window} 号检票口` } } });
  const windows = [await withGate(2), await withGate(3)];
  const scope = { lines: [lineId], dates: { from: date, to: date } };
  const rolling = { scope, state: 'rolling', reason: '大客流', orderedBy: null };
  await host.ok('departures.setState', rolling, newId(), 'manager');
  const add = async (departLocal: string, capacity: number): Promise<string> => {
    const asked = { pattern: ferry(), departLocal, vesselName: '样例轮', vesselKind: null, capacity };
    return (await host.ok('departures.addExtra', asked, newId(), 'manager')).departureId;
  };
  const a = await add('23:10', 2);
  const b = await add('23:20', PEOPLE - 2);
  for (const window of windows)
    await expect
      .poll(async () => {
        const { departures } = await window.ok('timetable.departures', { date, lineId });
        return departures.find(({ departureId }) => departureId === b)?.notice?.state;
      })
      .toBe('rolling');

  const sold: { ticket: string; departureId: string }[] = [];
  for (let person = 1; person <= PEOPLE; person += 1) {
    const window = windows[person % 2] as TestOffice;
    // A place that the other window holds is called in first; the clerk tries again, and chooses nothing else.
    await expect
      .poll(
        async () => {
          const answer = await window.ask('sales.sell', await window.order(a, [person]), newId());
          if (answer.ok) {
            const sale = answer.result as { departureId: string };
            sold.push({ ticket: numberOf(answer.result as never), departureId: sale.departureId });
          }
          return answer.ok ? 'sold' : answer.refusal.code;
        },
        { timeout: 15_000, interval: 200 },
      )
      .toBe('sold');
  }
  const on = (departureId: string): number => sold.filter((one) => one.departureId === departureId).length;
  expect([on(a), on(b)]).toEqual([2, PEOPLE - 2]);
  for (const window of windows)
    expect((await window.ask('sales.sell', await window.order(a, [9]), newId())).ok).toBe(false);

  // Two gates, both at the first vessel.
  await expect
    .poll(async () => (await host.ok('gate.view', { departureId: a }, undefined, 'manager')).queue?.waiting, {
      timeout: 15_000,
    })
    .toBe(PEOPLE);
  // Two people: whoever signs in at another window is locked out where they were before.
  const pages = [
    await as(windows[0] as TestOffice, 'gate'),
    await as(windows[1] as TestOffice, 'shiftLeader'),
  ];
  for (const [index, window] of windows.entries())
    await window.ok('gate.open', { departureId: a }, newId(), pages[index]);
  await host.ok('gate.release', { departureId: a, count: null }, newId(), 'manager');
  await host.ok('gate.release', { departureId: a, count: null }, newId(), 'manager');
  const last = windows[0] as TestOffice;
  await expect
    .poll(
      async () =>
        (await last.ok('gate.view', { departureId: a as never }, undefined, pages[0])).queue?.waiting,
      { timeout: 15_000 },
    )
    .toBe(0);
  for (const [index, { ticket }] of sold.entries()) {
    const window = windows[index % 2] as TestOffice;
    await expect
      .poll(
        async () => {
          const shown = { departureId: a, text: ticket };
          const { admit, refusal } = await window.ok('gate.present', shown, newId(), pages[index % 2]);
          return admit ? 'aboard' : refusal?.code;
        },
        { timeout: 15_000, interval: 200 },
      )
      .toBe('aboard');
  }
  const aboard = windows
    .flatMap(({ machine }) => readEntries(machine.folder))
    .filter(({ kind }) => kind === 'ticket.boarded')
    .map(({ body }) => String(body['departureId']));
  expect([aboard.filter((id) => id === a).length, aboard.filter((id) => id === b).length]).toEqual([
    2,
    PEOPLE - 2,
  ]);
});
