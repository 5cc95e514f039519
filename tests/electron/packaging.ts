import type { flipFuses } from '@electron/fuses';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../build/pieces.mjs';

/** What packs the program reads its configuration with; the tests read it with the same. */
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));

export interface Packaging {
  asar: boolean;
  files: string[];
  electronFuses: Record<string, boolean>;
  publish: unknown;
}

export function packaging(): Packaging {
  const yaml = builder('js-yaml') as { load(text: string): unknown };
  return yaml.load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Packaging;
}

/** The fuses as electron-builder hands them to `@electron/fuses`. */
export async function fusesAsFlipped(): Promise<Parameters<typeof flipFuses>[1]> {
  // Its modules lean on each other; whole, they are loaded in the right order.
  builder('app-builder-lib');
  const { PlatformPackager } = builder('app-builder-lib/out/platformPackager.js') as {
    PlatformPackager: {
      prototype: {
        generateFuseConfig(fuses: object): Promise<Parameters<typeof flipFuses>[1]>;
      };
    };
  };
  return PlatformPackager.prototype.generateFuseConfig(packaging().electronFuses);
}
