import { expect, test } from 'vitest';
import { effectSchemas } from '../../contract/contingency.ts';
import { actingSources, unconsumed } from './plan-effects.ts';

const vocabulary = Object.keys(effectSchemas);
const sources = actingSources(new URL('../../', import.meta.url).pathname);
const without = (path: string) => sources.filter((source) => !source.path.endsWith(path));

test('every effect of the vocabulary is obeyed by something that acts', () => {
  expect(vocabulary.length).toBeGreaterThan(10);
  expect(sources.length).toBeGreaterThan(80);
  expect(unconsumed(vocabulary, sources)).toEqual([]);
});

test('an effect that nothing obeys is found, and so is one whose desk no longer asks', () => {
  expect(unconsumed([...vocabulary, 'releaseBalloons'], sources)).toEqual(['releaseBalloons']);
  expect(unconsumed(['queueNumbers'], without('hall-queue.ts'))).toEqual(['queueNumbers']);
  expect(unconsumed(['channelsClosed'], without('notices.ts'))).toEqual(['channelsClosed']);
  expect(unconsumed(vocabulary, [])).toEqual(vocabulary);
  const paperless = sources.map(({ path, text }) => ({ path, text: text.replaceAll('printing', 'colour') }));
  expect(unconsumed(vocabulary, paperless)).toEqual(['printing']);
});
