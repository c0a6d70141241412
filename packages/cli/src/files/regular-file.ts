/** Files that end: a pipe or a device given in place of one would be waited for, or read, for ever. */
import { statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

/** @throws TypeError for what is no regular file, and what the system says */
export async function readRegular(
  file: string | Buffer,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Buffer> {
  assertRegular((await stat(file)).isFile());
  return readFile(file, options);
}

/** @throws as `readRegular` */
export function assertRegularFile(file: string): void {
  assertRegular(statSync(file).isFile());
}

function assertRegular(isFile: boolean): void {
  if (!isFile) throw new TypeError('It is a folder, a pipe, a socket or a device, and not a regular file.');
}
