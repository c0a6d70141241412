/** Builds the page into a folder. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** @param {string} folder is emptied first */
export async function buildPage(folder) {
  await build({
    configFile: fileURLToPath(new URL('../vite.config.js', import.meta.url)),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
}
