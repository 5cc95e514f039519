import { afterEach, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';
import { mrzCheckDigit } from '../../domain/documents/mrz.ts';
import { NEXT_LINE_WITHIN_MS } from '../../main/desks/scanner.ts';
import {
  closeOffices,
  expectChinese,
  ferry,
  openOffice,
  openWindow,
  newId,
  numberOf,
  type TestOffice,
} from './kit.ts';

afterEach(closeOffices);

/** Specimens of ICAO 9303; the people in them do not exist. */
const PASSPORT = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
] as const;
const CARD = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
] as const;
/** A passport still valid, made up, its check digits computed. */
const VALID = ((): [string, string] => {
  const digit = (text: string): string => text + mrzCheckDigit(text);
  const [number, born, until, open] = [digit('E12345678'), digit('900101'), digit('350101'), '<'.repeat(15)];
  return [
    'P<CHNYANGLI<<YI'.padEnd(44, '<'),
    `${number}CHN${born}M${until}${open}${mrzCheckDigit(number + born + until + open)}`,
  ];
})();

const typed = async (window: TestOffice, text: string, session?: string): Promise<any> =>
  (await window.ok('scanner.typed', { text }, undefined, session)).code;
const told = (window: TestOffice): any[] =>
  window.events.filter(({ event }) => event === 'scanner.code').map(({ data }) => data);

describe('lines of a passport', () => {
  test('become a holder in the office; the page gets name and masked number, and the lines are nowhere', async () => {
    const window = await openWindow();
    expect(await typed(window, PASSPORT[0])).toBeNull();
    const code = await typed(window, PASSPORT[1]);
    expect(code).toMatchObject({
      kind: 'mrz',
      holder: { documentKind: '414', name: 'ERIKSSON ANNA MARIA', masked: 'L898902**', capture: 'mrz' },
    });
    const everything = JSON.stringify([window.events, window.machine.logged]);
    for (const line of PASSPORT) expect(everything).not.toContain(line);
    expect(everything).not.toContain('L898902C3');
  });

  test('are sold on like any document: an expired one is refused by its date, a valid one has its ticket', async () => {
    const window = await openWindow();
    await typed(window, PASSPORT[0]);
    const { holder } = await typed(window, PASSPORT[1]);
    const order = {
      departureId: ferry(),
      passengers: [{ holderRef: holder.holderRef, ticketClass: 'full' }],
      payment: 'cash',
      totalFen: 3_000,
      tenderedFen: 3_000,
    };
    expect((await window.refusal('sales.sell', order, newId())).code).toBe('document.expired');
    await typed(window, VALID[0]);
    const valid = await typed(window, `${VALID[1]}4`.slice(0, 44));
    expect(valid.kind).toBe('mrz');
    const passengers = [{ holderRef: valid.holder.holderRef, ticketClass: 'full' }];
    const sale = await window.ok('sales.sell', { ...order, passengers }, newId());
    expect(sale.tickets).toHaveLength(1);
    const paper = await window.ok('sales.paper', { ticketNumber: numberOf(sale) });
    expect(JSON.stringify(paper)).toContain('普通护照 E123456**');
  });

  test('a wrong digit, a half scan and a card that is no passport are refused in Chinese, with nothing of the lines', async () => {
    const window = await openWindow();
    await typed(window, PASSPORT[0]);
    const wrong = await typed(window, PASSPORT[1].replace('740812', '740813'));
    expect(wrong).toMatchObject({ kind: 'refused', of: 'mrz', refusal: { code: 'document.mrzCheck' } });
    expectChinese(wrong.refusal);
    for (const line of CARD.slice(0, 2)) expect(await typed(window, line)).toBeNull();
    expect(await typed(window, CARD[2])).toMatchObject({ refusal: { code: 'document.mrzKind' } });
    expect(await typed(window, PASSPORT[0].slice(0, 25))).toMatchObject({
      refusal: { code: 'document.mrzShape' },
    });
    expect(await typed(window, PASSPORT[0])).toBeNull();
    window.machine.pass(NEXT_LINE_WITHIN_MS + 1);
    expect(told(window)).toMatchObject([
      { kind: 'refused', of: 'mrz', refusal: { code: 'document.mrzShape' } },
    ]);
  });

  test('of two pages that scan at once do not mix', async () => {
    const window = await openWindow();
    await window.signIn(1, 'other');
    expect(await typed(window, PASSPORT[0])).toBeNull();
    expect(await typed(window, CARD[0], 'other')).toBeNull();
    expect(await typed(window, PASSPORT[1])).toMatchObject({ kind: 'mrz' });
    expect(await typed(window, CARD[1], 'other')).toBeNull();
  });
});

describe('a ticket code', () => {
  test('of this window is known and unchanged; changed by a letter it is refused; of another window it is foreign', async () => {
    const window = await openWindow();
    const ticketNumber = numberOf(await window.sell(ferry(), [1]));
    const { parts } = await window.ok('sales.paper', { ticketNumber });
    const code = parts.find(({ kind }) => kind === 'qr');
    const payload = code?.kind === 'qr' ? code.payload : '';
    expect(await typed(window, payload)).toEqual({
      kind: 'ticketQr',
      ticketNumber,
      departureId: ferry(),
      ticketClass: 'full',
      seal: 'valid',
    });
    const [head, body = '', seal = ''] = payload.split('.');
    const json = new TextDecoder().decode(fromBase64url(body));
    const reseal = (change: string): string =>
      [head, toBase64url(new TextEncoder().encode(change)), seal].join('.');
    const forged = await typed(window, reseal(json.replace('"full"', '"child_half"')));
    expect(forged).toMatchObject({ kind: 'refused', of: 'ticketQr', refusal: { code: 'scanner.ticketQr' } });
    expectChinese(forged.refusal);
    const foreign = reseal(json.replace(/"k":"[0-9a-f]{8}"/, '"k":"00000000"'));
    expect(await typed(window, foreign)).toMatchObject({ kind: 'ticketQr', ticketNumber, seal: 'foreign' });
  });
});

test('anything else is handed on, with document numbers in it masked', async () => {
  const window = await openWindow();
  expect(await typed(window, '33092611210301000017')).toEqual({ kind: 'text', text: '33092611210301000017' });
  expect(await typed(window, 'id=11010519491231002x;')).toEqual({
    kind: 'text',
    text: 'id=110105********002X;',
  });
  expect(await typed(window, '护照E12345678,h1234567801')).toEqual({
    kind: 'text',
    text: '护照E123456**,H123456****',
  });
  // A passport scanned from its second line on, which is full to the end.
  expect(await typed(window, 'E123456784CHN9001011F3001014LBPOMKNAJKCPA938')).toMatchObject({
    kind: 'refused',
    of: 'mrz',
  });
  expect((await typed(window, '票'.repeat(500))).text).toHaveLength(200);
});

test('nobody scans who is not signed in', async () => {
  const window = await openOffice();
  expect((await window.refusal('scanner.typed', { text: PASSPORT[0] })).code).toBe('access.signInFirst');
});
