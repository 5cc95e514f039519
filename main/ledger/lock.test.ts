import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { HOLDER_FILE, lockDataFolder } from './lock.ts';

const holder = fileURLToPath(new URL('../../tests/support/lock-holder.ts', import.meta.url));
const machines: Machine[] = [];
const children: ChildProcess[] = [];

function newMachine(): Machine {
  const machine = makeMachine();
  machines.push(machine);
  return machine;
}

async function holdElsewhere(
  folder: string,
): Promise<{ child: ChildProcess; said: { held: boolean; refusal?: { message: string } } }> {
  const child = spawn(process.execPath, [holder, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, said: JSON.parse(line.toString()) as { held: boolean } };
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const machine of machines.splice(0)) machine.remove();
});

test('a second office on the folder is refused and told who holds it, since when and where', async () => {
  const machine = newMachine();
  const { child, said } = await holdElsewhere(machine.folder);
  expect(said.held).toBe(true);
  const locked = lockDataFolder(machine.runtime, { pid: process.pid });
  expect(locked.ok).toBe(false);
  if (locked.ok) return;
  expect(locked.refusal.code).toBe('folder.locked');
  expect(locked.refusal.message).toMatch(
    new RegExp(
      `^数据目录正被另一个程序使用:进程 ${child.pid},\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2} 起,地址 http://127\\.0\\.0\\.1:4000$`,
    ),
  );
});

test('a holder that was killed leaves the folder free', async () => {
  const machine = newMachine();
  const { child } = await holdElsewhere(machine.folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(machine.folder, HOLDER_FILE))).toBe(true);
  const locked = lockDataFolder(machine.runtime, { pid: process.pid });
  expect(locked.ok).toBe(true);
  if (!locked.ok) return;
  expect(JSON.parse(readFileSync(join(machine.folder, HOLDER_FILE), 'utf8'))).toMatchObject({
    pid: process.pid,
  });
  locked.value.release();
});

test('this office keeps others out until it lets go, and can say where it is reached', async () => {
  const machine = newMachine();
  const locked = lockDataFolder(machine.runtime, { pid: process.pid });
  if (!locked.ok) throw new Error(locked.refusal.message);
  locked.value.nameAddress('http://127.0.0.1:4321');
  const second = await holdElsewhere(machine.folder);
  expect(second.said).toMatchObject({ held: false, refusal: { code: 'folder.locked' } });
  expect(second.said.refusal?.message).toContain(`进程 ${process.pid}`);
  expect(second.said.refusal?.message).toContain('http://127.0.0.1:4321');
  locked.value.release();
  locked.value.release();
  expect((await holdElsewhere(machine.folder)).said.held).toBe(true);
});

test('the same process cannot take a folder twice either', () => {
  const machine = newMachine();
  const first = lockDataFolder(machine.runtime, { pid: process.pid });
  expect(lockDataFolder(machine.runtime, { pid: process.pid }).ok).toBe(false);
  if (first.ok) first.value.release();
  const again = lockDataFolder(machine.runtime, { pid: process.pid });
  expect(again.ok).toBe(true);
  if (again.ok) again.value.release();
});

test('a folder that is not there is refused, not made', () => {
  const machine = newMachine();
  machine.remove();
  const locked = lockDataFolder(machine.runtime, { pid: process.pid });
  expect(locked).toMatchObject({ ok: false, refusal: { code: 'folder.notWritable' } });
});
