/** Checks the types of every room. The page and the browser tests have their own projects, because only they see a DOM. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pieces.mjs';
import { runNode } from './program.ts';

const projects = ['tsconfig.json', 'renderer/tsconfig.json', 'tests/e2e/tsconfig.json'];

let red = false;
for (const project of projects) {
  const folder = join(root, project, '..');
  const hasFiles = readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
    (path) => /\.tsx?$/.test(path) && !path.includes('node_modules'),
  );
  if (!hasFiles) {
    console.error(`${project}: there are no files to check`);
    red = true;
    continue;
  }
  const { code } = await runNode('node_modules/typescript/bin/tsc', ['-p', project]);
  if (code !== 0) red = true;
}
process.exitCode = red ? 1 : 0;
