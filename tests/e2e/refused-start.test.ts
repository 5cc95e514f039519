import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Refusal } from '../../contract/refusals.ts';
import { refusalPage, refusalStyle } from '../../main/shells/refusal-page.ts';
import { axeFindings, overflow, startBrowser, startHost } from './host.ts';

const base = mkdtempSync(join(tmpdir(), 'station-no-keys-'));
const folder = join(base, 'window');
let browser: Browser;
let server: Server | undefined;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(base, { recursive: true, force: true });
});

/** What a host says on stdout before it gives up, and its exit code. */
function startRefused(): Promise<{ code: number | null; refusals: Refusal[]; said: string }> {
  const child = spawn(process.execPath, ['main/host.mjs', '--data', folder, '--with-parent'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      const line = JSON.parse(out.split('\n').find((one) => one.startsWith('{')) ?? '{}') as {
        refusals?: Refusal[];
      };
      resolve({ code, refusals: line.refusals ?? [], said });
    }),
  );
}

describe('a window whose keys are gone', () => {
  it('does not start, makes no new keys in silence, and says what to do on a page of its own', async () => {
    const host = await startHost({ folder, inBrowser: 'a host that refuses and ends' });
    await expect(host.restart((at) => unlinkSync(join(at, 'keys.json')))).rejects.toThrow('找不到本机密钥');
    const { code, refusals, said } = await startRefused();
    expect(code).toBe(2);
    expect(refusals.map((one) => one.code)).toEqual(['keys.missing']);
    expect(said).toContain('找不到本机密钥');

    server = createServer((request, response) => {
      const answer = refusalStyle(request.url ?? '') ?? refusalPage(refusals);
      void answer.text().then((text) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(text);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/refused`);
    for (const width of [1024, 1366]) {
      await page.setViewportSize({ width, height: 768 });
      expect(await overflow(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    }
    const text = await page.locator('body').innerText();
    expect(text).toContain('站务窗口不能启动');
    expect(text).toContain('找不到本机密钥');
    expect(text).toContain('请联系技术员从恢复密钥找回');
  });
});
