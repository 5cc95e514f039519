import { expect, test } from 'vitest';
import { defaultDocumentKinds } from '../contract/document-kinds.ts';
import { ticketClasses } from '../contract/ticket-classes.ts';
import {
  childBasisLabel,
  dateTimeLabel,
  documentKindLabel,
  seatLabel,
  ticketClassLabel,
  windowLabel,
} from './print-text.ts';
import { instantOf } from './time.ts';

test('every class that is sold has its Chinese word', () => {
  expect(ticketClasses.map(({ code }) => ticketClassLabel(code))).toEqual([
    '全票',
    '儿童票',
    '免票儿童',
    '残疾军人票',
    '伤残警察票',
    '学生票',
    '岛民票',
    '老年票',
    '随车驾驶员',
  ]);
  expect(ticketClassLabel('class_of_a_newer_feed')).toBe('class_of_a_newer_feed');
});

test('every document that is accepted has its Chinese word', () => {
  const words = defaultDocumentKinds.map(({ code }) => documentKindLabel(code));
  expect(words.slice(0, 4)).toEqual(['居民身份证', '户口簿', '出生医学证明', '普通护照']);
  expect(words.every((word) => /^[\p{Script=Han}()]{2,16}$/u.test(word))).toBe(true);
  expect(new Set(words).size).toBe(words.length);
  expect(documentKindLabel('kind-of-a-newer')).toBe('其他证件');
});

test('a seat is its number, or free', () => {
  expect([seatLabel(12), seatLabel(null)]).toEqual(['12号', '不对号']);
});

test('window, time and basis read as the trade writes them', () => {
  expect(windowLabel(3)).toBe('03号窗口');
  expect(dateTimeLabel(instantOf('2025-06-15', '08:05'))).toBe('2025-06-15 08:05');
  expect([childBasisLabel('age'), childBasisLabel('height')]).toEqual(['年龄', '身高']);
});
