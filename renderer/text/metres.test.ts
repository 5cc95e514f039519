import { expect, it } from 'vitest';
import { parseMetres } from './metres.ts';

it('reads the length of a driving permit in metres', () => {
  expect(['4.8', '4.80', ' 12 ', '４．８', '5.99'].map(parseMetres)).toEqual([480, 480, 1_200, 480, 599]);
});

it('takes nothing that is no length', () => {
  expect(['', '0', '0.00', '480', '4.805', '-4', '4,8', 'x'].map(parseMetres)).toEqual(Array(8).fill(null));
});
