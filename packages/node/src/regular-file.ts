/** Files that end: a pipe or a device given in place of one would be waited for, or read, for ever. */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/**
 * Only to open a pipe or a device may block for ever, or do something: looked at before and, since it may have been
 * exchanged, after.
 *
 * @throws TypeError for what is no regular file, and what the system says
 */
export async function openRegular(file: string | Buffer | URL): Promise<FileHandle> {
  assertRegular((await stat(file)).isFile());
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    assertRegular((await handle.stat()).isFile());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @throws as `openRegular` */
export async function readRegular(
  file: string | Buffer | URL,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Buffer> {
  const handle = await openRegular(file);
  try {
    return await handle.readFile(options);
  } finally {
    await handle.close();
  }
}

/**
 * The first bytes of a file, fewer when it is shorter.
 *
 * @throws as `openRegular`
 */
export async function readHead(file: string | Buffer | URL, length: number): Promise<Buffer> {
  const handle = await openRegular(file);
  try {
    const head = Buffer.alloc(length);
    const { bytesRead } = await handle.read(head, 0, length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function assertRegular(isFile: boolean): void {
  if (!isFile) throw new TypeError('It is a folder, a pipe, a socket or a device, and not a regular file.');
}
