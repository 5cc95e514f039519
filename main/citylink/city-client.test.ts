import { expect, test } from 'vitest';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import type { Network } from '../runtime.ts';
import { createCityClient } from './city-client.ts';

test.each<[string, Refusal, object]>([
  ['a defect', refuse('defect', { incident: '0' }), { kind: 'silent', refusal: refuse('city.unavailable') }],
  ['too much to do', refuse('city.busy'), { kind: 'silent', refusal: refuse('city.busy') }],
  ['another word', refuse('city.signature'), { kind: 'refused', refusal: refuse('city.signature') }],
])('%s of the city is a refusal of what was sent, or of nothing', async (_what, refusal, expected) => {
  const body = new TextEncoder().encode(JSON.stringify({ id: null, ok: false, refusal }));
  const network = { request: () => Promise.resolve({ status: 200, headers: {}, body }) } as Partial<Network>;
  const city = createCityClient(network as Network, 'http://127.0.0.1/', undefined);
  expect(await city.sendBatch(new Uint8Array(1), '1-1')).toMatchObject(expected);
});
