import { expect, test } from 'vitest';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { NetworkError, type Network } from '../runtime.ts';
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

test('whatever is the matter with the line has words of its own for the status bar, with what to do', async () => {
  const page = { status: 200, headers: {}, body: new TextEncoder().encode('<!doctype html><p>login') };
  const fails =
    (...why: ConstructorParameters<typeof NetworkError>) =>
    () =>
      Promise.reject(new NetworkError(...why));
  const matters: Record<string, [() => Promise<typeof page>, RegExp]> = {
    'nobody answers': [fails('refused', 'ECONNREFUSED'), /^城市平台没有应答$/],
    'captive portal': [() => Promise.resolve(page), /可能要先登录上网/],
    'too slow': [fails('timeout', '30000'), /^线路太慢,\d+ 秒内没有传完$/],
    'not of the CA': [fails('certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /不是所配置的 CA 签发$/],
    'of another name': [fails('certificate', 'ERR_TLS_CERT_ALTNAME_INVALID'), /名称与地址不符$/],
    // A clock that is a day off looks like these two: both say that the date is to be looked at.
    'not valid yet': [fails('certificate', 'CERT_NOT_YET_VALID'), /尚未生效$/],
    expired: [fails('certificate', 'CERT_HAS_EXPIRED'), /已过期$/],
  };
  const said: string[] = [];
  for (const [what, [request, words]] of Object.entries(matters)) {
    const city = createCityClient({ request } as Partial<Network> as Network, 'http://127.0.0.1/', undefined);
    const answer = await city.sendBatch(new Uint8Array(1), '1-1');
    if (answer.kind === 'answer') throw new Error(`${what} is no answer`);
    const { message, next } = answer.refusal;
    expect(message, what).toMatch(words);
    expect(next, what).toContain('不影响售票');
    if (message.startsWith('城市平台的证书')) expect(next, what).toContain('核对本机日期');
    said.push(message);
  }
  expect(new Set(said).size).toBe(said.length);
});
