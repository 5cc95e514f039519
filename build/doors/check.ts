import { cruise } from 'dependency-cruiser';
import type { ICruiseOptions, ICruiseResult } from 'dependency-cruiser';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAmbientUses, tierOf } from './ambient.ts';
import { importRules, rooms } from './imports.ts';

/** A door found open: `rule` is the name of an import rule, or `ambient`. */
export interface Breach {
  rule: string;
  path: string;
  detail: string;
}

/** What was read and what was found. The check is worth nothing when `unread` is not empty. */
export interface DoorReport {
  sources: number;
  modules: number;
  imports: number;
  unread: string[];
  breaches: Breach[];
}

const sourceFile = /\.(?:[cm]?[jt]s|[jt]sx)$/;
/** Folders whose imports are checked: the rooms, and what stands outside them. */
const folders = [...rooms, 'build', 'docs', 'tests'];

/** Every source file of the rooms, the tools and the tests, as paths from the top with forward slashes. */
export function listSources(top: string): string[] {
  return folders
    .filter((folder) => existsSync(join(top, folder)))
    .flatMap((folder) =>
      readdirSync(join(top, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile() && sourceFile.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name))
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(top.length + 1)
            .replaceAll('\\', '/'),
        ),
    )
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

/** A static import, at the beginning of a statement: enough to notice a parser that saw none. */
const staticImport = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]|^\s*import\s*['"]/m;

/**
 * Checks every door of the tree at `top`: who imports what, and who takes time, chance or the outside by itself.
 * dependency-cruiser exits happily having read nothing, so what it read is compared with what is there.
 */
export async function checkDoors(top: string): Promise<DoorReport> {
  const sources = listSources(top);
  const result = await cruiseImports(top);
  const read = new Map(result.modules.map((module) => [module.source, module.dependencies.length]));
  const unread: string[] = [];
  const breaches: Breach[] = result.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    path: from,
    detail: `imports ${to}`,
  }));
  for (const path of sources) {
    const source = readFileSync(join(top, path), 'utf8');
    const imports = read.get(path);
    if (imports === undefined || (imports === 0 && staticImport.test(source))) unread.push(path);
    const tier = tierOf(path);
    if (tier === undefined) continue;
    for (const use of findAmbientUses(source, tier, path.endsWith('x'))) {
      breaches.push({ rule: 'ambient', path, detail: `line ${use.line}: ${use.what} must be injected` });
    }
  }
  return {
    sources: sources.length,
    modules: sources.filter((path) => read.has(path)).length,
    imports: [...read.values()].reduce((sum, count) => sum + count, 0),
    unread,
    breaches,
  };
}

async function cruiseImports(top: string): Promise<ICruiseResult> {
  const options: ICruiseOptions = {
    baseDir: top,
    validate: true,
    ruleSet: { forbidden: importRules },
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: `^(?:${folders.join('|')})/.*\\.d\\.[cm]?ts$` },
    extraExtensionsToScan: [],
    combinedDependencies: false,
    skipAnalysisNotInRules: true,
  };
  const { output } = await cruise(
    folders.filter((folder) => existsSync(join(top, folder))),
    options,
    {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'default'],
    },
  );
  return output as ICruiseResult;
}
