import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { cityMethods } from '../../contract/city.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { nameAuthority, putPaper } from '../authorities.ts';
import type { CityRuntime } from '../runtime.ts';
import type { Store } from '../store/store.ts';

/** What became of one file with a signed paper. */
export type PutFile =
  | { file: string; ok: true; place: number }
  | { file: string; ok: false; refusal: Refusal };

/** Hands papers in that came as files, in the order in which they are named. A bad one keeps no other from being taken. */
export async function putPapers(
  store: Store,
  runtime: CityRuntime,
  files: readonly string[],
  tell: (file: PutFile) => void,
): Promise<number> {
  let refused = 0;
  for (const file of files) {
    const put = await putFile(store, runtime, file);
    if (!put.ok) refused += 1;
    tell(put);
  }
  return refused;
}

async function putFile(store: Store, runtime: CityRuntime, file: string): Promise<PutFile> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { file, ok: false, refusal: refuse('request.shape', { detail: 'JSON' }) };
  }
  const input = cityMethods['authority.put'].input.safeParse(json);
  if (!input.success) {
    const detail = input.error.issues[0]?.path.map(String).join('.').slice(0, 100) ?? '';
    return { file, ok: false, refusal: refuse('request.shape', { detail }) };
  }
  const put = await putPaper(store, runtime, input.data);
  return put.ok ? { file, ok: true, place: put.value.place } : { file, ok: false, refusal: put.refusal };
}

/** `STATION KEY NAME` of the command line. */
export async function nameFromArguments(store: Store, runtime: CityRuntime, words: readonly string[]) {
  const [station, key, name] = z.tuple([z.string(), z.string(), z.string()]).parse(words);
  return nameAuthority(store, runtime, station, key, name);
}
