import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  familyOf,
  newFolder,
  openPage,
  removeFolder,
  resultOf,
  run,
  survivors,
  type Run,
} from './processes.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

async function trialHost(): Promise<Run> {
  const host = await run('host', ['--data', folder]);
  if (host.first?.['ready'] !== true) throw new Error(JSON.stringify(host.output()));
  return host;
}

test('after a SIGKILL of the office not one of its processes is left', async () => {
  const host = await trialHost();
  const family = familyOf(host.pid);
  const commands = family.map(({ command }) => command).join('\n');
  for (const part of [
    'supervisor.mjs',
    'native/index.mjs',
    'native/simulators/index.mjs',
    'city/index.mjs',
    'socat',
  ])
    expect(commands).toContain(part);
  host.child.kill('SIGKILL');
  expect(await host.ended).toBe('SIGKILL');
  expect(await survivors(family, 10_000)).toEqual([]);
}, 60_000);

test('a SIGKILL while everything still starts leaves nothing either', async () => {
  // Neither the gateway nor the office is ready yet: whatever there is by then has to go.
  const starting = run('host', ['--data', folder]);
  let family: ReturnType<typeof familyOf> = [];
  await expect
    .poll(
      () => {
        family = familyOf(process.pid).filter(
          ({ command }) => command.includes(folder) || /supervisor\.mjs/.test(command),
        );
        return family.some(({ command }) => command.includes('city/index.mjs'));
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBe(true);
  const host = family.find(({ command }) => command.includes('main/host.mjs'));
  process.kill(host?.pid ?? 0, 'SIGKILL');
  expect((await starting).first).toBeUndefined();
  expect(await survivors(family, 15_000)).toEqual([]);
}, 60_000);

test('the office starts again on the same folder right after a SIGKILL, with its shift still open', async () => {
  const first = await trialHost();
  const page = await openPage(String(first.first?.['url']), String(first.first?.['token']));
  await resultOf(page.call('session.signIn', { number: '0107', pin: '246810' }));
  await resultOf(page.call('shifts.open', { floatFen: 20_000 }, 'open-the-first-shift'));
  first.child.kill('SIGKILL');
  const second = await trialHost();
  const again = await openPage(String(second.first?.['url']), String(second.first?.['token']));
  await resultOf(again.call('session.signIn', { number: '0107', pin: '246810' }));
  expect(await resultOf(again.call('shifts.current'))).toMatchObject({ shift: { floatFen: 20_000 } });
  again.close();
  const family = familyOf(second.pid);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(await survivors(family, 3000)).toEqual([]);
}, 90_000);

test('a browser that npm start opened ends with a killed office, with all its helpers', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // A browser that ignores polite requests and has helpers of its own.
  const browser = join(bin, 'chromium');
  writeFileSync(
    browser,
    `#!/bin/sh\ntrap '' TERM HUP\necho "$@" > "${folder}/opened"\nsleep 600 &\nsleep 601\n`,
  );
  chmodSync(browser, 0o755);
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DISPLAY: ':99' };
  const start = await run('start', ['--data', join(folder, 'data')], env);
  expect(start.output().stdout).toContain('站务窗口已打开');
  await expect.poll(() => existsSync(join(folder, 'opened'))).toBe(true);
  expect(readFileSync(join(folder, 'opened'), 'utf8')).toMatch(/--app=http:\/\/127\.0\.0\.1:\d+\/\?token=/);
  const sleepers = (): number =>
    familyOf(start.pid).filter(({ command }) => command.startsWith('sleep 60')).length;
  await expect.poll(sleepers, { timeout: 10_000 }).toBe(2);
  const family = familyOf(start.pid);
  start.child.kill('SIGKILL');
  expect(await survivors(family, 15_000)).toEqual([]);
}, 60_000);

test('without a display npm start prints the address and serves', async () => {
  const start = await run('start', ['--data', folder], { DISPLAY: '', WAYLAND_DISPLAY: '' });
  const [line] = start.output().stdout.split('\n');
  expect(line).toMatch(/^没有图形界面,请在本机浏览器打开: http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  const address = new URL(line?.split(': ')[1] ?? '');
  const page = await openPage(`${address.origin}/`, address.searchParams.get('token') ?? '');
  expect(await page.call('session.info')).toMatchObject({ ok: true });
  page.close();
  const family = familyOf(start.pid);
  start.child.kill('SIGINT');
  expect(await start.ended).toBe(0);
  expect(await survivors(family, 3000)).toEqual([]);
}, 60_000);
