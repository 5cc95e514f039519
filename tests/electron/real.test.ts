import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../build/pieces.mjs';
import { launchElectron, NO_ELECTRON, realElectron } from '../support/electron-app.ts';
import { newDataFolder } from './electron-process.ts';
import { layOutProgram } from './program-layout.ts';

test('the real Electron, where there is one, opens the window and answers its page', async () => {
  const found = realElectron();
  if (!('binary' in found)) {
    // Not to be taken for a pass of the real thing: this says exactly what is missing.
    console.log(NO_ELECTRON);
    const isThere = existsSync(join(root, 'node_modules', 'electron', 'dist', 'version'));
    expect(found.missing).toBe(isThere ? 'screen' : 'binary');
    return;
  }
  const layout = await layOutProgram('bundled');
  const data = newDataFolder();
  const app = await launchElectron(data.path, { programRoot: layout.root });
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState('domcontentloaded');
    expect(page.url()).toBe('app://office/');
    const exposed: unknown = await page.evaluate('Object.keys(window.stationOffice).sort()');
    expect(exposed).toEqual(['call', 'onEvent']);
    const info: unknown = await page.evaluate(
      "window.stationOffice.call({ id: 1, method: 'session.info', params: {} })",
    );
    expect(info).toMatchObject({ ok: true, result: { trial: true } });
    expect(await page.evaluate('typeof require')).toBe('undefined');
  } finally {
    await app.close();
    data.remove();
    layout.remove();
  }
});
