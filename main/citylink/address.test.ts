import { expect, test } from 'vitest';
import { cityAddress } from './address.ts';

test.each([
  ['https://city.example', 'https://city.example/'],
  ['https://city.example/api', 'https://city.example/api/'],
  ['https://city.example:8443/a/b/', 'https://city.example:8443/a/b/'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
  ['http://localhost:8080', 'http://localhost:8080/'],
  ['http://[::1]:8080', 'http://[::1]:8080/'],
])('%s is used as %s', (url, base) => {
  expect(cityAddress(url)).toEqual({ ok: true, value: base });
});

test.each([
  'http://city.example',
  'http://127.0.0.1.city.example',
  'http://127.evil.example',
  'http://localhost.example',
  'http://0.0.0.0:80',
  'http://10.0.0.7',
  'ftp://127.0.0.1',
  'nonsense',
])('%s is refused: plain http stays on this PC', (url) => {
  expect(cityAddress(url)).toMatchObject({
    ok: false,
    refusal: { code: 'city.plainHttp', field: 'city.url' },
  });
});
