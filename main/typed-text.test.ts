import { describe, expect, test } from 'vitest';
import type { BusinessDate } from '../contract/ids.ts';
import { personalText } from './typed-text.ts';

const today = '2026-11-21' as BusinessDate;
const TICKET = '33092611210301000018';
const said = (reason: string, name = '测试甲') =>
  personalText(
    'gate.unboard',
    { ticketNumber: TICKET, departureId: 'w-an-pts/2026-11-21/1220', reason },
    { today, namesOn: (tickets) => (tickets.includes(TICKET) ? [name] : []) },
  );

describe('the name of whom a command is about', () => {
  test.each([
    ['测试甲上错船', '测试甲'],
    ['旅客 测 试 甲 上错船', '测试甲'],
    ['Wrong boat: anna maria eriksson', 'ANNA MARIA ERIKSSON'],
    ['旅客an上错船', 'AN'],
  ])('is found: %s', (reason, name) => {
    expect(said(reason, name)).toMatchObject({ code: 'text.personal', field: 'reason' });
  });

  test.each([
    ['上错船', '测试甲'],
    ['VAN 上的旅客', 'AN'],
    ['B-AN-1', 'AN'],
  ])('is not taken for another word, nor for a departure: %s', (reason, name) => {
    expect(said(reason, name)).toBeUndefined();
  });

  test('is looked for in lists of tickets and texts within texts', () => {
    const input = { ticketNumbers: [TICKET], orderedBy: { organisation: '海事处', notes: ['见测试甲'] } };
    const found = personalText('tickets.refund', input, { today, namesOn: () => ['测试甲'] });
    expect(found).toMatchObject({ code: 'text.personal', field: 'notes' });
  });
});
