import { join } from 'node:path';
import { defineConfig } from 'electron-vite';
import { outFolder } from './build/bundle-digest.ts';
import renderer from './build/vite.renderer.ts';

/**
 * The bundles that Electron starts from: `out/main/index.js`, `out/preload/preload.cjs` and `out/renderer`. A sandboxed
 * preload has no module loader, so it is one CommonJS file. Packages stay outside: they are shipped as they are.
 */
export default defineConfig({
  main: {
    build: {
      outDir: join(outFolder, 'main'),
      rolldownOptions: {
        input: { index: 'main/index.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: join(outFolder, 'preload'),
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: 'main/shells/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer,
});
