import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './double/settings.ts';
import { newDataFolder, pageShown, startElectron } from './electron-process.ts';
import type { ProgramLayout } from './program-layout.ts';
import { beginShift, sellTickets, type Ask } from './selling.ts';

export interface Prepared {
  /** A fresh copy of the folder. */
  copy(): { path: string; remove(): void };
  remove(): void;
}

/**
 * A data folder with a shift, one ticket and a timetable, whose city is out of reach from now on: copies of it open fast,
 * sell, and start no gateway.
 */
export async function prepareFolder(
  layout: ProgramLayout,
  keyStore: Settings['keyStore'],
): Promise<Prepared> {
  const made = newDataFolder();
  const electron = startElectron(layout, 'bundled', { data: made.path, keyStore });
  await pageShown(electron);
  const ask: Ask = (method, params, commandId) => electron.result(1, method, params, commandId);
  await beginShift(ask);
  await sellTickets(ask, 3, 1);
  await electron.order({ do: 'closeWindow', window: 1 }).catch(() => undefined);
  const code = await electron.ended;
  if (code !== 0) throw new Error(`the preparation ended with ${code}: ${electron.stderr()}`);
  const station = join(made.path, 'station.json');
  const config = JSON.parse(readFileSync(station, 'utf8')) as Record<string, unknown>;
  // The enrolment is at this address; the gateway behind it has ended with the program.
  const { url } = JSON.parse(readFileSync(join(made.path, 'city.json'), 'utf8')) as { url: string };
  writeFileSync(station, JSON.stringify({ ...config, city: { url } }));
  return {
    copy() {
      const folder = newDataFolder();
      cpSync(made.path, folder.path, { recursive: true, preserveTimestamps: true });
      return folder;
    },
    remove: () => made.remove(),
  };
}

/** Signs the first trial clerk in; the shift is open already. */
export async function signIn(ask: Ask): Promise<void> {
  const { trialClerks } = await ask<{ trialClerks: { number: string; pin: string }[] }>('session.info');
  await ask('session.signIn', { number: trialClerks[0]?.number, pin: trialClerks[0]?.pin });
}
