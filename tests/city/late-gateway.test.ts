import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectOffice } from '../support/office-client.ts';
import { startOffice } from '../support/running-office.ts';

test('a trial whose gateway does not start at first is enrolled when it does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'so-late-'));
  // The gateway finds its folder in use by a process that lives: this one.
  const lock = join(folder, 'trial', 'city', 'gateway.pid');
  mkdirSync(join(folder, 'trial', 'city'), { recursive: true, mode: 0o700 });
  writeFileSync(lock, `${process.pid}`);
  const office = await startOffice(folder);
  try {
    const client = await connectOffice(office.url, office.token);
    const link = async (): Promise<{ state: string; refusal?: { code: string } }> =>
      (await client.call('status.get')).link;
    await expect
      .poll(async () => (await link()).refusal?.code, { timeout: 20_000 })
      .toMatch(/^city\.(?:notEnrolled|unavailable)$/);
    rmSync(lock);
    await expect.poll(async () => (await link()).state, { timeout: 60_000, interval: 200 }).toBe('up');
    client.close();
  } finally {
    await office.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
