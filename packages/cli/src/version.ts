import { readFileSync } from 'node:fs';

/** Of this package; read where it lies, which is a folder up from `src` and from `dist`. */
export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;
