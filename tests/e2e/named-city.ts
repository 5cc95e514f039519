import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A city that is named is not started with the trial: a line that was cut is still cut after the next start. */
export function nameCity(folder: string): void {
  const { port } = JSON.parse(readFileSync(join(folder, 'trial', 'gateway-port.json'), 'utf8')) as {
    port: number;
  };
  const station = join(folder, 'station.json');
  const config = JSON.parse(readFileSync(station, 'utf8')) as Record<string, unknown>;
  writeFileSync(station, JSON.stringify({ ...config, city: { url: `http://127.0.0.1:${port}` } }));
}
