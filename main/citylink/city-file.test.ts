import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CityKeys } from '../../contract/city.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import type { WindowId } from '../../contract/ids.ts';
import type { FileStore, Log } from '../runtime.ts';
import { areWholeKeys, readCityFile, writeCityFile } from './city-file.ts';

const named = (raw: Uint8Array): CityKeys['signing'] => ({
  keyId: createHash('sha256').update(raw).digest('hex').slice(0, 8),
  key: toBase64url(raw),
});
const keys: CityKeys = {
  signing: named(new Uint8Array(32).fill(1)),
  sealing: named(new Uint8Array(32).fill(2)),
};
const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('keys are whole when they are 32 bytes and the ones their ids name', () => {
  expect(areWholeKeys(keys)).toBe(true);
  expect(areWholeKeys({ ...keys, sealing: named(new Uint8Array(31)) })).toBe(false);
  expect(areWholeKeys({ ...keys, sealing: { ...keys.sealing, key: keys.signing.key } })).toBe(false);
  expect(areWholeKeys({ ...keys, signing: { ...keys.signing, key: 'A' } })).toBe(false);
});

test('an enrolment whose keys were changed in the file is no enrolment', () => {
  let text: string | undefined;
  const files = {
    readText: () => text,
    writeAtomic: (_name: string, given: string) => void (text = given),
  } as unknown as FileStore;
  const window = 'pier/03' as WindowId;
  writeCityFile(files, { v: 1, url: 'https://city.example/', window, keys });
  expect(readCityFile(files, log, 'https://city.example/', window)?.keys).toEqual(keys);
  expect(readCityFile(files, log, 'https://elsewhere.example/', window)).toBeUndefined();
  text = text?.replace(keys.sealing.key, keys.signing.key);
  expect(readCityFile(files, log, 'https://city.example/', window)).toBeUndefined();
});
