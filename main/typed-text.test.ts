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

describe('a text that no journal can hold', () => {
  test.each([
    ['U+0000', '上错船\0'],
    ['half of a surrogate pair', '上错船\ud83d'],
  ])('is refused by its member: %s', (_what, reason) => {
    expect(said(reason)).toMatchObject({ code: 'request.shape', field: 'reason' });
  });

  test('is one in a list as well, and a whole pair is none', () => {
    const found = personalText(
      'data.put',
      { rows: [{ name: '衢山' }, { name: '\0' }] },
      { today, namesOn: () => [] },
    );
    expect(found).toMatchObject({ code: 'request.shape', field: 'name' });
    expect(said('上错船\ud83d\ude00')).toBeUndefined();
  });
});
