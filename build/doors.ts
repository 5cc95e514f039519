/**
 * Checks that the doors between the rooms are shut. `--json` prints the whole report; `--top DIR` looks at another
 * tree (its `node_modules` must be there).
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDoors } from './doors/check.ts';
import { root } from './pieces.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, top: { type: 'string' } } });
const report = await checkDoors(resolve(values.top ?? root));

if (values.json === true) console.log(JSON.stringify(report));
else {
  for (const { rule, path, detail } of report.breaches) console.error(`${path}: ${detail} [${rule}]`);
  for (const path of report.unread) console.error(`${path}: its imports could not be read`);
  console.log(
    `doors: ${report.sources} files, ${report.imports} imports, ${report.breaches.length} open, ${report.unread.length} not read`,
  );
}
if (report.breaches.length + report.unread.length > 0 || report.sources === 0) process.exitCode = 1;
