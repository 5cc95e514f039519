import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { outFolder } from './bundle-digest.ts';
import { pagePolicy } from '../main/shells/page-policy.ts';

const folder = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The policy is a header of every answer; it is in the page as well, should that ever be opened in another way. */
function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    transformIndexHtml: (html) => ({
      html,
      tags: [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy },
          injectTo: 'head-prepend',
        },
      ],
    }),
  };
}

/**
 * The page: one bundle for both shells, with relative addresses, so that it opens from a file and from the host. Nothing
 * is put into the page as a data address, so its content security policy can forbid them.
 */
export default defineConfig({
  root: folder('renderer'),
  base: './',
  plugins: [react(), policyInPage()],
  build: {
    outDir: join(outFolder, 'renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    sourcemap: false,
    // electron-vite leaves pages unminified unless told.
    minify: true,
    assetsInlineLimit: 0,
    // The clerk's page, the passengers' one and the hall's board.
    rolldownOptions: {
      input: {
        index: folder('renderer/index.html'),
        display: folder('renderer/display.html'),
        board: folder('renderer/board.html'),
      },
    },
  },
});
