import { trialFeed } from '../../city/shell/files.ts';
import type { TableName } from '../../contract/basic-data/tables.ts';
import type { Feed } from '../../contract/feed.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import type { ImportReport } from '../../contract/office/basic-data.ts';
import type { StationConfig } from '../../contract/station.ts';
import { dataFromFeed } from '../../domain/basic-data/from-feed.ts';
import { hashPin } from '../../main/access/pin.ts';
import { pinyinOf } from '../../main/basic-data/pinyin.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { newId, openOffice, type OpenOptions, type TestOffice } from './kit.ts';

/** The trial's timetable as a station's own data, with made-up certificates. */
export const ownData = () =>
  dataFromFeed(trialFeed(), {
    pinyinOf,
    licenceOf: (name) => `样证-${name}`,
    validFrom: '2026-01-01' as BusinessDate,
  });

/** A feed that has nothing: the station's own data stand alone. */
export const emptyFeed = (): Feed => {
  const { version, issuedAt, station, settings } = trialFeed();
  return {
    version,
    issuedAt,
    station,
    settings,
    places: [],
    lines: [],
    departures: [],
    fares: [],
    rules: [],
  };
};

let staff: Promise<StationConfig['staff']> | undefined;
/** Everybody of a trial; their PINs are hashed once. */
export function everybody(): Promise<StationConfig['staff']> {
  const salt = new Uint8Array(16);
  staff ??= Promise.all(
    trialStaff.map(async ({ number, name, pin, roles: [role] }) => ({
      number,
      name,
      role,
      pin: await hashPin(pin, salt),
    })),
  );
  return staff;
}

/** An office with everybody of a trial; the manager is signed in on the session `manager`. */
export async function openStation(options: OpenOptions = {}): Promise<TestOffice> {
  const station = await openOffice({
    feed: emptyFeed(),
    ...options,
    config: { staff: await everybody(), ...options.config },
  });
  await signInAs(station, 'manager');
  return station;
}

/** Signs somebody of a role in on a session of that name. */
export async function signInAs(station: TestOffice, role: 'manager' | 'auditor' | 'clerk'): Promise<void> {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`nobody is ${role}`);
  await station.ok('session.signIn', { number: person.number, pin: person.pin }, undefined, role);
}

/** Sends a file up as the page does, in parts, and has it read. */
export async function uploadFile(
  station: TestOffice,
  bytes: Uint8Array,
  more: { table?: TableName; mode?: 'merge' | 'replace'; effectiveAt?: number | null } = {},
): Promise<{ importId: string; report: ImportReport }> {
  const importId = await sendFile(station, bytes);
  const report = await station.ok(
    'data.importRead',
    { importId, mode: 'merge', effectiveAt: null, ...more },
    undefined,
    'manager',
  );
  return { importId, report };
}

export async function sendFile(station: TestOffice, bytes: Uint8Array): Promise<string> {
  const ask = { bytes: bytes.length };
  const { importId, partBytes } = await station.ok('data.importBegin', ask, undefined, 'manager');
  for (let n = 0; n * partBytes < bytes.length; n += 1) {
    const base64 = Buffer.from(bytes.subarray(n * partBytes, (n + 1) * partBytes)).toString('base64');
    await station.ok('data.importPart', { importId, n, base64 }, undefined, 'manager');
  }
  return importId;
}

export async function confirmFile(
  station: TestOffice,
  { importId, report }: { importId: string; report: ImportReport },
  effectiveAt: number | null = null,
) {
  const params = { importId, digest: report.digest, effectiveAt, note: '导入' };
  return station.ok('data.importConfirm', params, newId(), 'manager');
}

/** The bytes that an export gives. */
export async function exportFile(station: TestOffice, params: Record<string, unknown>): Promise<Uint8Array> {
  const { exportId, parts, bytes } = await station.ok('data.export', params, undefined, 'manager');
  const all: Buffer[] = [];
  for (let n = 0; n < parts; n += 1) {
    const { base64 } = await station.ok('data.exportPart', { exportId, n }, undefined, 'manager');
    all.push(Buffer.from(base64, 'base64'));
  }
  const whole = Buffer.concat(all);
  if (whole.length !== bytes) throw new Error('the export is not whole');
  return whole;
}
