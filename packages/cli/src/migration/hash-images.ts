/** Which image was a reference made from? Its hash tells, wherever the file has moved and whatever it is called now. */
import { createHash } from 'node:crypto';
import { throwIfAborted } from '@docclf/core/implementer';
import { openRegular } from '@docclf/node/files';
import { findFiles } from '../files/find-files.ts';
import { type InputImage, imagesOf } from '../pages/inputs.ts';

/**
 * Every readable image of the paths by its source hash, as references have it: SHA-256 of the file's bytes, with
 * `:page` (from 0) behind it after the first page. Files that cannot be read are no reference's image and are passed over.
 *
 * @throws what is wrong with a path itself: FILE_NOT_FOUND, FOLDER_WITHOUT_IMAGES; ABORTED
 */
export async function hashImages(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, InputImage['source']>> {
  const images = new Map<string, InputImage['source']>();
  for (const found of (await findFiles(paths, { signal })).files) {
    if ('error' in found) throw found.error;
    throwIfAborted(signal, 'Hashing the images');
    const hash = await hashOf(found.file).catch(() => undefined);
    if (hash === undefined) continue;
    for await (const image of imagesOf(found, { signal })) {
      if (!('source' in image)) continue;
      const { page = 1, source } = image;
      images.set(page > 1 ? `${hash}:${page - 1}` : hash, source);
    }
  }
  return images;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of (await openRegular(file)).createReadStream()) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
