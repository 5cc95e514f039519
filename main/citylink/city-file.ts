import { z } from 'zod';
import { cityKeysSchema, type CityKeys } from '../../contract/city.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import { hashHexSchema, windowIdSchema } from '../../contract/ids.ts';
import type { FileStore, Log } from '../runtime.ts';
import { keyIdOf } from '../vault/key-pairs.ts';

const FILE = 'city.json';

/**
 * Whether both keys are 32 bytes and the ones that their ids name. With a key that lost a byte on its way the window could seal
 * nothing to the city and would believe none of its feeds, for ever.
 */
export function areWholeKeys({ signing, sealing }: CityKeys): boolean {
  try {
    return [signing, sealing].every(
      ({ keyId, key }) => fromBase64url(key).length === 32 && keyIdOf(key) === keyId,
    );
  } catch {
    return false;
  }
}

/** `city.json` of the data folder: what enrolment brought. Public keys only. */
export const cityFileSchema = z.strictObject({
  v: z.literal(1),
  url: z.string(),
  window: windowIdSchema,
  keys: cityKeysSchema.refine(areWholeKeys),
  /** SHA-256 of the CA certificates that the technician had configured when the window enrolled, hex; absent with plain http. */
  ca: z.array(hashHexSchema).optional(),
});
export type CityFile = z.infer<typeof cityFileSchema>;

/** The enrolment of this window at this address; undefined when there is none or the file cannot be read. */
export function readCityFile(files: FileStore, log: Log, url: string, window: string): CityFile | undefined {
  const text = files.readText(FILE);
  if (text === undefined) return undefined;
  try {
    const parsed = cityFileSchema.parse(JSON.parse(text));
    return parsed.url === url && parsed.window === window ? parsed : undefined;
  } catch {
    log.warn({ file: FILE }, 'city.json cannot be read; the window enrols again when it has a code');
    return undefined;
  }
}

export function writeCityFile(files: FileStore, file: CityFile): void {
  files.writeAtomic(FILE, `${JSON.stringify(file)}\n`, 0o600);
}
