import { expect, test } from 'vitest';
import { documentKindSchema, soldTicketClassSchema } from '../contract/ids.ts';
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
  expect(soldTicketClassSchema.options.map(ticketClassLabel)).toEqual(['全票', '儿童票']);
  expect(ticketClassLabel('class_of_a_newer_feed')).toBe('class_of_a_newer_feed');
});

test('every document that is accepted has its Chinese word', () => {
  expect(documentKindSchema.options.map(documentKindLabel)).toEqual([
    '居民身份证',
    '普通护照',
    '外国人永久居留身份证',
    '港澳台居民居住证',
  ]);
  expect(documentKindLabel('990')).toBe('其他证件');
});

test('a seat is its number, or free', () => {
  expect([seatLabel(12), seatLabel(null)]).toEqual(['12号', '不对号']);
});

test('window, time and basis read as the trade writes them', () => {
  expect(windowLabel(3)).toBe('03号窗口');
  expect(dateTimeLabel(instantOf('2025-06-15', '08:05'))).toBe('2025-06-15 08:05');
  expect([childBasisLabel('age'), childBasisLabel('height')]).toEqual(['年龄', '身高']);
});
