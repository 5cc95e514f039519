import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import type { StationConfig } from '../../contract/station.ts';
import { trialPorts } from '../../main/shells/trial.ts';
import { makeTrialStation } from '../../main/trial-station.ts';

/** A real city on its real embedded database, opened by this process, which may look into it and change it. */
export function openTestCity(data: string): Promise<OpenCity> {
  const nothing = (): void => undefined;
  return openCity(
    { data, trial: true, name: '测试城市' },
    {
      nowMs: () => Date.now(),
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      breathe: () => new Promise((resolve) => void setImmediate(resolve)),
      log: { info: nothing, warn: nothing, error: nothing },
    },
  );
}

/** Makes a data folder a trial station's with other devices, or a city that is another process. */
export async function writeTrialStation(folder: string, changes: Partial<StationConfig>): Promise<void> {
  const station = await makeTrialStation({ ...trialPorts(folder), salt: () => randomBytes(16) });
  writeFileSync(join(folder, 'station.json'), JSON.stringify({ ...station, ...changes }));
}
