import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { outFolder } from './bundle-digest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The processes that are started by path in a packaged program: each entry of `native/`, `city/` and `main/shells/`
 * becomes `out/` and its own path, and the host becomes `out/host/index.mjs`. Packages stay outside: they are shipped as they are.
 */
const entries = Object.fromEntries(
  globSync(['native/**/*.mjs', 'city/**/*.mjs', 'main/shells/*.mjs'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => [path.replace(/\.mjs$/, ''), `${root}${path}`]),
);
const host = ['main/host.mjs', 'main/host.ts'].find((path) => existsSync(`${root}${path}`));
if (host === undefined) throw new Error('main/host.mjs is missing');

export default defineConfig({
  root,
  publicDir: false,
  ssr: { target: 'node', external: true },
  build: {
    ssr: true,
    outDir: outFolder,
    emptyOutDir: false,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: { 'host/index': `${root}${host}`, ...entries },
      external: ['electron'],
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: 'host/chunks/[name]-[hash].mjs',
      },
    },
  },
});
