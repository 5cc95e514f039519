import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calls, DoubleError, Events, onlyKnown, strict } from './double/strict.ts';
import { newDataFolder, startElectron } from './electron-process.ts';

// What is planted here is what the double is for: a use of Electron that nobody has told it of must end the test that made it.

interface Lamp {
  isOn: boolean;
  turnOn(why: string): string;
  turnOff(): void;
}
const lamp = (): Lamp => strict<Lamp>('lamp', { isOn: false, turnOn: (why) => `on ${why}` });

test('a known member is answered and its use kept', () => {
  calls.length = 0;
  expect(lamp().isOn).toBe(false);
  expect(lamp().turnOn('at dusk')).toBe('on at dusk');
  expect(calls).toEqual([{ member: 'lamp.turnOn', args: ['at dusk'] }]);
});

test('an unknown member throws: read, called, or asked for by a name that every object has', () => {
  const read = (key: string) => (): unknown => (lamp() as unknown as Record<string, unknown>)[key];
  expect(() => lamp().turnOff()).toThrow(new DoubleError('the double of Electron knows no lamp.turnOff'));
  expect(read('colour')).toThrow(new DoubleError('the double of Electron knows no lamp.colour'));
  expect(read('constructor')).toThrow(new DoubleError('the double of Electron knows no lamp.constructor'));
  expect(read('toString')).toThrow(DoubleError);
});

test('nothing is written, known or not', () => {
  const one = lamp();
  expect(() => {
    one.isOn = true;
  }).toThrow(new DoubleError('lamp.isOn is not for writing'));
  expect(() => Object.assign(one, { colour: 'red' })).toThrow(DoubleError);
  expect(one.isOn).toBe(false);
});

test('an option that the double was not told of throws', () => {
  expect(() => onlyKnown('BrowserWindow option', { width: 1 }, ['width', 'height'])).not.toThrow();
  expect(() => onlyKnown('BrowserWindow option', { width: 1, nodeIntegration: true }, ['width'])).toThrow(
    new DoubleError('the double of Electron knows no BrowserWindow option.nodeIntegration'),
  );
});

test('an unknown event throws, listened to or told; a known one arrives', () => {
  const events = new Events('lamp', ['dusk']);
  const on = events.listen<(event: string, listener: () => void) => void>('on');
  let heard = 0;
  on('dusk', () => (heard += 1));
  events.emit('dusk');
  expect([heard, events.count('dusk')]).toEqual([1, 1]);
  const unknown = new DoubleError("the double of Electron knows no event 'dawn' of lamp");
  expect(() => on('dawn', () => undefined)).toThrow(unknown);
  expect(() => events.emit('dawn')).toThrow(unknown);
  expect(() => events.ask('dawn')).toThrow(unknown);
});

test.each([
  ['app.setBadgeCount(1)', 'app.setBadgeCount'],
  ['BrowserWindow.getAllWindows()', 'BrowserWindow.getAllWindows'],
  ["app.on('activate', () => undefined)", "event 'activate' of app"],
  ['new BrowserWindow({ kiosk: true })', 'BrowserWindow options.kiosk'],
  ['new BrowserWindow({ webPreferences: { devTools: false, plugins: true } })', 'webPreferences.plugins'],
])('a program in which %s is planted ends at once and says so', async (planted, words) => {
  const folder = newDataFolder();
  try {
    mkdirSync(join(folder.path, 'out', 'main'), { recursive: true });
    const program = `import { app, BrowserWindow } from 'electron';\nawait app.whenReady();\n${planted};\n`;
    writeFileSync(join(folder.path, 'out', 'main', 'index.js'), `${program}setInterval(() => app, 1_000);\n`);
    writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
    const layout = { root: folder.path, remove: () => undefined };
    const electron = startElectron(layout, 'bundled', { data: folder.path });
    expect(await electron.ended).toBe(1);
    expect(electron.stderr()).toContain(`the double of Electron knows no ${words}`);
  } finally {
    folder.remove();
  }
});
