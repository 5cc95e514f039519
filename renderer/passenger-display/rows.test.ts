import { expect, test } from 'vitest';
import { displayViewSchema } from '../../contract/office/display.ts';
import { displayRows } from './rows.ts';

const order = displayViewSchema.parse({
  state: 'order',
  departure: {
    date: '2026-11-21',
    departLocal: '08:30',
    lineName: '蜈蚣峙—普陀山',
    fromName: '朱家尖蜈蚣峙码头',
    toName: '普陀山',
    vesselName: '',
  },
  lines: [
    { ticketClass: 'full', name: '全票', fareFen: 3000, count: 2 },
    { ticketClass: 'child_half', name: '儿童票', fareFen: 1500, count: 1 },
  ],
  totalFen: 7500,
  tenderedFen: null,
  changeFen: null,
});
const textOf = (view: Parameters<typeof displayRows>[1]): string[] =>
  displayRows('蜈蚣峙码头', view).map(({ parts }) => parts.join(' '));

test('nothing being sold, the passengers are welcomed', () => {
  expect(textOf(undefined)).toEqual(['欢迎光临蜈蚣峙码头']);
  expect(textOf({ ...order, state: 'idle' })).toEqual(['欢迎光临蜈蚣峙码头']);
});

test('an order shows its route, its fares and what there is to pay', () => {
  expect(textOf(order)).toEqual([
    '朱家尖蜈蚣峙码头 → 普陀山',
    '2026-11-21 08:30 开 蜈蚣峙—普陀山',
    '全票 30.00 元 × 2',
    '儿童票 15.00 元 × 1',
    '应付 75.00 元',
  ]);
});

test('a paid order shows the money given and the change', () => {
  const paid = displayViewSchema.parse({ ...order, state: 'paid', tenderedFen: 10_000, changeFen: 2500 });
  expect(textOf(paid).slice(-3)).toEqual(['应付 75.00 元', '实收 100.00 元', '找零 25.00 元']);
});

test('the view has no place for a name, a number or a ticket', () => {
  expect(displayViewSchema.safeParse({ ...order, holderName: '测试甲' }).success).toBe(false);
  const lines = [{ ...order.lines[0], ticketNumber: '1' }];
  expect(displayViewSchema.safeParse({ ...order, lines }).success).toBe(false);
});
