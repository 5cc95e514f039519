import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DeviceSettings } from '../../contract/device.ts';
import type { EventMessage } from '../../contract/envelope.ts';
import { pause, Simulators } from '../hardware/rig.ts';
import { closeOffices } from './kit.ts';
import { openLive } from './live.ts';

let folder: string;
let simulators: Simulators;
let devices: DeviceSettings[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'station-office-scanner-'));
  const path = join(folder, 'scanner');
  simulators = new Simulators();
  await simulators.tell({ command: 'start', scannerLink: path });
  devices = [{ id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path }];
});
afterAll(async () => {
  const gone = new Promise((resolve) => simulators.child.once('exit', resolve));
  simulators.child.stdin?.end();
  await gone;
  rmSync(folder, { recursive: true, force: true });
});
afterEach(closeOffices);

const isCode = ({ event }: EventMessage): boolean => event === 'scanner.code';
/** Specimen of ICAO 9303. */
const PASSPORT = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
] as const;

test('a serial scanner brings a code, and a passport line by line, with no page ever seeing the lines', async () => {
  const window = await openLive({ devices });
  await window.device('scanner', 'ready');
  const code = window.heard.next('a code', isCode);
  await simulators.tell({ command: 'scan', text: '33092611210301000017' });
  expect((await code).data).toEqual({ kind: 'text', text: '33092611210301000017' });
  const holder = window.heard.next('a holder', isCode);
  for (const text of PASSPORT) await simulators.tell({ command: 'scan', text, suffix: '\r\n' });
  expect((await holder).data).toMatchObject({
    kind: 'mrz',
    holder: { documentKind: '414', name: 'ERIKSSON ANNA MARIA' },
  });
  const refused = window.heard.next('a refusal', isCode);
  await simulators.tell({ command: 'scan', text: PASSPORT[0].replace('ANNA', 'ANNE') });
  expect((await refused).data).toMatchObject({ kind: 'refused', refusal: { code: 'document.mrzShape' } });
  const everything = JSON.stringify([window.heard.all, window.machine.logged]);
  expect(everything).not.toMatch(/L898902C3|<</);
});

test('what is scanned while nobody is signed in is nobody’s business', async () => {
  const window = await openLive({ devices }, { signedIn: false });
  await window.device('scanner', 'ready');
  await simulators.tell({ command: 'scan', text: 'before anybody came' });
  await pause(300);
  await window.signIn();
  expect(window.heard.all.filter(isCode)).toEqual([]);
});
