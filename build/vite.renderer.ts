import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const folder = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * The page: one bundle for both shells, with relative addresses, so that it opens from a file and from the host. Nothing
 * is put into the page as a data address, so its content security policy can forbid them.
 */
export default defineConfig({
  root: folder('renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: folder('out/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    sourcemap: false,
    // electron-vite leaves pages unminified unless told.
    minify: true,
    assetsInlineLimit: 0,
    rolldownOptions: { input: folder('renderer/index.html') },
  },
});
