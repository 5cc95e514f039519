import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tableNames } from '../../contract/basic-data/tables.ts';
import { sampleData } from '../../domain/basic-data/sample-data.ts';
import { csvOf, workbookOf } from '../../main/basic-data/files/write-file.ts';

/** `node docs/generate/basic-data.ts`: example files of basic data, one CSV a table and one workbook of all. */
const folder = fileURLToPath(new URL('../basic-data/', import.meta.url));
mkdirSync(folder, { recursive: true });
const data = sampleData();
for (const table of tableNames) writeFileSync(`${folder}${table}.csv`, csvOf(data, table));
writeFileSync(`${folder}station.xlsx`, workbookOf(data, tableNames, true));
