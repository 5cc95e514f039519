import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { feedFor, publishFeed } from './feeds.ts';
import { makeCityKeyFile, openKeyRing } from './keys.ts';
import type { CityRuntime } from './runtime.ts';
import { readMigrations, trialFeed } from './shell/files.ts';
import { migrate } from './store/migrate.ts';
import { openPglite } from './store/pglite.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const runtime: CityRuntime = {
  nowMs: () => 0,
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  breathe: () => new Promise((resolve) => void setImmediate(resolve)),
  log,
};

test('a station is asked for by its name; what is no name is refused and not repeated', async () => {
  const store = await openPglite('memory://');
  await migrate(store, readMigrations(), 0);
  await publishFeed(store, openKeyRing(makeCityKeyFile(runtime)), trialFeed(0));
  const ask = (station: string) => feedFor(store, { station, have: 0 });
  expect(await ask('zhujiajian-wugongzhi')).toMatchObject({ ok: true, value: { feed: { alg: 'Ed25519' } } });
  expect(await ask('nowhere')).toMatchObject({
    ok: false,
    refusal: { code: 'city.noFeed', message: expect.stringContaining('nowhere') },
  });
  for (const station of ['\0', '测试甲', '']) {
    const answer = await ask(station);
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'city.noFeed' } });
    expect(JSON.stringify(answer)).toContain(':?');
  }
  await store.close();
});
