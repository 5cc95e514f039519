import { afterEach, describe, expect, test } from 'vitest';
import { readEntries } from './books.ts';
import { everybody, of } from './people-kit.ts';
import { closeOffices, expectRefused, newId, numberOf, openWindow, restart, type TestOffice } from './kit.ts';

afterEach(closeOffices);

const ferry = 'w-wgz-th-g/2026-11-21/1350';
const plate = '浙L12345';

async function order(window: TestOffice, vehicle: Record<string, unknown> = {}) {
  const [driver, friend] = [await window.holder(1), await window.holder(2)];
  const what = {
    departureId: ferry,
    passengers: [
      { holderRef: driver, ticketClass: 'driver_with_vehicle' },
      { holderRef: friend, ticketClass: 'full' },
    ],
    vehicles: [{ vehicleType: 'small_car', lengthCm: 480, plate: '浙L·12345', driver, ...vehicle }],
  };
  const quote = await window.ok('sales.quote', what);
  return { what, quote, sell: { ...what, payment: 'cash', totalFen: quote.totalFen, tenderedFen: 10_000 } };
}

describe('a car and its people', () => {
  test('are one order: tickets of their own, one sum, lane taken, the plate sealed', async () => {
    const window = await openWindow();
    const { quote, sell } = await order(window);
    expect(quote).toMatchObject({
      totalFen: 1_500 + 6_800,
      passengers: [{ fareFen: 0 }, { fareFen: 1_500 }],
      vehicles: [{ fareFen: 6_800, deck: null }],
    });
    const sale = await window.ok('sales.sell', sell, newId());
    expect(sale.tickets).toHaveLength(3);
    expect(sale.changeFen).toBe(1_700);
    const [driver, , car] = sale.tickets;
    expect(car).toMatchObject({
      className: '车票',
      fareFen: 6_800,
      vehicle: { typeName: '小型轿车', lengthCm: 480, driverTicket: driver?.ticketNumber },
    });
    const entries = readEntries(window.machine.folder);
    expect(JSON.stringify(entries.map(({ body }) => body))).not.toContain('L12345');
    const { departures } = await window.ok('timetable.departures', {
      date: '2026-11-21',
      lineId: 'w-wgz-th-g',
    });
    expect(departures.find(({ departureId }) => departureId === ferry)).toMatchObject({
      left: 198,
      vehicleRoom: { unit: 'laneCm', left: 12_000 - 530 },
    });
    expect((await window.ok('shifts.current', {})).shift).toMatchObject({ ticketCount: 3, salesFen: 8_300 });
  });

  test('the list shows the plate where a name stands, the sheet has plate, type, length and driver', async () => {
    const window = await openWindow();
    const { sell } = await order(window);
    const sale = await window.ok('sales.sell', sell, newId());
    const { tickets } = await window.ok('sales.list', { limit: 10 });
    expect(tickets[0]).toMatchObject({ className: '车票', holderName: plate, masked: null });
    const paper = await window.ok('sales.paper', { ticketNumber: numberOf(sale, 2) });
    const lines = paper.parts.map((part) => (part.kind === 'line' ? part.text : '')).join('\n');
    for (const words of [`车牌 ${plate}`, '车型 小型轿车', '车长 4.80米', '驾驶员', '请凭本票及行驶证登船'])
      expect(lines).toContain(words);
    expect(lines).toContain(`驾驶员票号 ${numberOf(sale, 0)}`);
  });

  test('one plate has one ticket for a departure, also after a restart, and numbers go on', async () => {
    const window = await openWindow();
    const { sell } = await order(window);
    const sale = await window.ok('sales.sell', sell, newId());
    const again = await restart(window);
    await again.signIn();
    const [a, b] = [await again.holder(3), await again.holder(4)];
    const next = {
      ...sell,
      passengers: [
        { holderRef: a, ticketClass: 'full' },
        { holderRef: b, ticketClass: 'full' },
      ],
    };
    const taken = { ...next, vehicles: [{ ...sell.vehicles[0], driver: a }] };
    await expectRefused(again, 'vehicle.hasTicket', 'sales.sell', taken);
    const other = await again.ok('sales.sell', { ...next, vehicles: [], totalFen: 3_000 }, newId());
    expect(Number(numberOf(other).slice(14, 19))).toBe(Number(numberOf(sale, 2).slice(14, 19)) + 1);
  });

  test('dangerous goods, a strange plate and a ship without room are refused in words', async () => {
    const window = await openWindow();
    for (const [code, vehicle] of [
      ['vehicle.dangerous', { vehicleType: 'dangerous_goods' }],
      ['vehicle.plate', { plate: '12345' }],
      ['vehicle.fareUnknown', { vehicleType: 'small_bus', lengthCm: 601 }],
      ['vehicle.driverMissing', { driver: 'f'.repeat(32) }],
    ] as const) {
      const { sell, quote } = await order(window, vehicle);
      const refused = [...quote.passengers, ...quote.vehicles].find(({ refusal }) => refusal);
      expect(refused?.refusal?.code, code).toBe(code === 'vehicle.driverMissing' ? 'fare.driverOnly' : code);
      if (code !== 'vehicle.driverMissing') await expectRefused(window, code, 'sales.sell', sell);
    }
  });

  test('what may be chosen is told with the room left', async () => {
    const window = await openWindow();
    const choices = await window.ok('vehicles.choices', { departureId: ferry });
    expect(choices).toMatchObject({
      homePlate: '浙L',
      room: { unit: 'laneCm', left: 12_000, total: 12_000 },
    });
    expect(choices.types.map(({ name }) => name)).toContain('危险货物运输车');
    const none = await window.ok('vehicles.choices', { departureId: 'w-wgz-pts/2026-11-21/1220' });
    expect(none).toMatchObject({ room: null, refusal: { code: 'vehicle.none' } });
  });
});

describe('documents of many kinds', () => {
  test('are offered as the station has them, typed with what each needs', async () => {
    const window = await openWindow();
    const { kinds } = await window.ok('holders.kinds', {});
    expect(kinds[0]).toEqual({
      code: '111',
      name: '居民身份证',
      needsOffice: false,
      needsApproval: false,
      tellsBirthDate: true,
    });
    expect(kinds.some(({ code }) => code === 'social-card')).toBe(false);
    await expectRefused(window, 'document.kindOff', 'holders.type', {
      documentKind: 'social-card',
      number: '11010519491231002X',
      name: '测试甲',
    });
    const proof = { documentKind: 'temp-proof', number: '样例(2026)第12号', name: '测试甲' };
    await expectRefused(window, 'document.office', 'holders.type', proof);
    const holder = await window.ok('holders.type', { ...proof, office: '样例派出所' });
    const passengers = [{ holderRef: holder.holderRef, ticketClass: 'full' }];
    const sell = { departureId: ferry, passengers, payment: 'cash', totalFen: 1_500, tenderedFen: 1_500 };
    await window.ok('sales.sell', sell, newId());
    const sold = readEntries(window.machine.folder).find(({ kind }) => kind === 'ticket.sold');
    expect(sold?.body).toMatchObject({ documentKind: 'temp-proof', documentOffice: '样例派出所' });
    await expectRefused(window, 'holder.hasTicket', 'sales.sell', sell, newId());
  });

  test('a free child rides with its adult, found by the birth date that was typed', async () => {
    const window = await openWindow();
    const adult = await window.holder(1);
    const child = await window.ok('holders.type', {
      documentKind: '117',
      number: 'T330000001',
      name: '样例小乙',
      birthDate: '20230501',
    });
    const plain = [
      { holderRef: adult, ticketClass: 'full' },
      { holderRef: child.holderRef, ticketClass: 'full' },
    ];
    const quote = await window.ok('sales.quote', { departureId: ferry, passengers: plain });
    expect(quote.passengers[1]).toMatchObject({
      suggestedClass: 'free_child',
      suggestedCarrier: adult,
      ageYears: 3,
    });
    const passengers = [
      plain[0],
      { holderRef: child.holderRef, ticketClass: 'free_child', childBasis: 'age', carriedBy: adult },
    ];
    const sale = await window.ok(
      'sales.sell',
      { departureId: ferry, passengers, payment: 'cash', totalFen: 1_500, tenderedFen: 1_500 },
      newId(),
    );
    expect(sale.tickets[1]).toMatchObject({
      className: '免票儿童',
      fareFen: 0,
      carriedBy: numberOf(sale, 0),
    });
    const paper = await window.ok('sales.paper', { ticketNumber: numberOf(sale, 1) });
    const lines = paper.parts.map((part) => (part.kind === 'line' ? part.text : '')).join('\n');
    expect(lines).toContain(`随行成人票号 ${numberOf(sale, 0)}`);
    expect(lines).toContain('免票儿童');
  });

  test('a document of another kind is sold with the second signature of a shift leader, and not without', async () => {
    const window = await openWindow({ config: { staff: await everybody() } });
    const holder = await window.ok('holders.type', {
      documentKind: '990',
      number: '样例0001',
      name: '测试甲',
      office: '样例单位',
    });
    const passengers = [{ holderRef: holder.holderRef, ticketClass: 'full' }];
    const quote = await window.ok('sales.quote', { departureId: ferry, passengers });
    expect(quote.passengers[0]).toMatchObject({ needsApproval: true, fareFen: 1_500 });
    const sell = { departureId: ferry, passengers, payment: 'cash', totalFen: 1_500, tenderedFen: 1_500 };
    await expectRefused(window, 'document.approval', 'sales.sell', sell);
    // A colleague may read a document aloud, and approves none.
    await expectRefused(window, 'document.approval', 'sales.sell', {
      ...sell,
      secondSignature: of('gate'),
    });
    const secondSignature = of('shiftLeader');
    await window.ok('sales.sell', { ...sell, secondSignature }, newId());
    const sold = readEntries(window.machine.folder).find(({ kind }) => kind === 'ticket.sold');
    expect(sold?.body).toMatchObject({
      documentKind: '990',
      countersignedBy: secondSignature.number,
      documentOffice: '样例单位',
    });
    const plain = await window.order(ferry, [5], { secondSignature });
    await expectRefused(window, 'document.noApproval', 'sales.sell', plain);
  });
});
