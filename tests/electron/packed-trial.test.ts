import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { familyOf, survivors } from '../shells/processes.ts';
import type { Call } from './double/strict.ts';
import { newDataFolder, pageShown, startElectron, until, type ElectronProcess } from './electron-process.ts';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';
import { beginShift, type Ask } from './selling.ts';

/** A packed Electron has no Node beside it, and its own is burnt out: everything must be a utility process. */
describe('a trial of the packed program', () => {
  let layout: ProgramLayout;
  let electron: ElectronProcess;
  const data = newDataFolder();
  const ask: Ask = (method, params, commandId) => electron.result(1, method, params, commandId);
  const linkState = async (): Promise<string> =>
    (await ask<{ link: { state: string } }>('status.get')).link.state;

  beforeAll(async () => {
    layout = await layOutProgram('bundled');
    electron = startElectron(layout, 'bundled', { data: data.path });
    await pageShown(electron);
  });
  afterAll(async () => {
    await electron.kill();
    data.remove();
    layout.remove();
  });

  test('starts devices, simulators and gateway as utility processes, and no Node', async () => {
    const forks = (await electron.calls()).filter(({ member }) => member === 'utilityProcess.fork');
    const programs = forks.map(({ args }: Call) => {
      const [path, given] = args as [string, string[]];
      return (given[1] ?? path).slice(layout.root.length);
    });
    expect(programs.sort()).toEqual([
      '/out/city/index.mjs',
      '/out/native/index.mjs',
      '/out/native/simulators/index.mjs',
    ]);
    for (const { args } of forks)
      expect(args[2]).toMatchObject({ stdio: ['ignore', expect.any(String), 'pipe'] });
    const others = familyOf(electron.pid).filter(
      ({ command }) => !/parent-port\.mjs|double\/run\.ts/.test(command),
    );
    for (const { command } of others) expect(command).toMatch(/^(?:\S*\/)?socat /);
  });

  test('a card laid on the simulated reader comes to the page through all of them', async () => {
    await beginShift(ask);
    const { people } = await ask<{ people: { id: string }[] }>('trial.people');
    await until('the reader is ready', async () => {
      const { devices } = await ask<{ devices: { kind: string; state: string }[] }>('status.get');
      return devices.every(({ state }) => state === 'ready');
    });
    await ask('trial.layCard', { person: people[0]?.id });
    const [event] = await until('the card is told', async () => {
      const events = await electron.events(1, 'reader.card');
      return events.length > 0 && events;
    });
    expect(event?.data).toMatchObject({ capture: 'chip', documentKind: '111' });
    await ask('trial.removeCard');
  });

  test('the gateway is stopped and started by the trial panel', async () => {
    await until('the link is up', async () => (await linkState()) === 'up');
    await ask('trial.link', { up: false });
    await until('the link is down', async () => (await linkState()) === 'down');
    await ask('trial.link', { up: true });
    await until('the link is up again', async () => (await linkState()) === 'up');
    expect(await linkState()).toBe('up');
  });

  test('a gateway that is killed is started again', async () => {
    const gateway = familyOf(electron.pid).find(({ command }) => command.includes('/out/city/index.mjs'));
    process.kill(gateway?.pid ?? 0, 'SIGKILL');
    await until('another gateway runs', async () => {
      const found = familyOf(electron.pid).find(({ command }) => command.includes('/out/city/index.mjs'));
      return found !== undefined && found.pid !== gateway?.pid;
    });
    await until('the link is up', async () => (await linkState()) === 'up');
    expect(familyOf(electron.pid).map(({ pid }) => pid)).not.toContain(gateway?.pid);
  });

  test('the program killed leaves none of them', async () => {
    const family = familyOf(electron.pid);
    expect(family.length).toBeGreaterThanOrEqual(4);
    await electron.kill();
    expect(await survivors(family, 5000)).toEqual([]);
  });
});
