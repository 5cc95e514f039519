/**
 * Makes the blank database that the tests' many cities copy: `node build/blank-database.ts FOLDER`. One that is there already is kept;
 * the folder's name says for which version of the embedded database it is.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeBlank } from '../city/store/pglite.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say where to');
if (!existsSync(folder)) {
  const making = `${folder}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await makeBlank(making);
  renameSync(making, folder);
}
