import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cityApiYaml } from './city-api.ts';
import { officeApiPage } from './office-api.ts';

/** Pages that are made from the contract. `--check` says which are stale and writes nothing. */
const pages: [file: string, make: () => string][] = [
  ['office-api.md', officeApiPage],
  ['city-api.yaml', cityApiYaml],
];

const check = process.argv.includes('--check');
let stale = 0;
for (const [file, make] of pages) {
  const url = new URL(`../${file}`, import.meta.url);
  const text = make();
  if (existsSync(url) && readFileSync(url, 'utf8') === text) continue;
  if (check) {
    stale += 1;
    process.stderr.write(`docs/${file} is not what the contract says: run "npm run docs"\n`);
  } else {
    writeFileSync(url, text);
    process.stderr.write(`docs/${file} written\n`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
