/** Galleries as the commands meet them: there already, and perhaps made by another model. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DocclfError, type EmbeddingSpace, type LabelCount } from '@docclf/core';
import { type GalleryStore, openGallery, parseAddress, type StoreGallery } from '@docclf/gallery';
import { assertFileExists, kindOf } from './gallery-kinds.ts';

/** The store at an address, not yet opened. */
export async function storeOf(address: string): Promise<GalleryStore> {
  return kindOf(address).createStore(address);
}

/**
 * For commands that only read: a store would take a missing gallery for an empty one, and make it.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, and for servers what their store throws
 */
export async function assertGalleryExists(address: string): Promise<void> {
  // Reading a whole file only to see that it is there would take as long as opening it.
  if (parseAddress(address).isFile) await assertFileExists(address);
  else await kindOf(address).readSpace(address);
}

/**
 * Before thousands of images are embedded in vain.
 *
 * @throws FILE_UNWRITABLE
 */
export async function assertGalleryWritable(address: string): Promise<void> {
  if (!parseAddress(address).isFile) return;
  try {
    // The folder, since each commit makes a new file in it.
    await access(dirname(resolve(address)), constants.W_OK);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file: address }, { cause });
  }
}

export interface GallerySummary {
  readonly space: EmbeddingSpace;
  /** Sorted by label. */
  readonly labels: readonly LabelCount[];
  /** Undefined for a server's. */
  readonly bytes: number | undefined;
}

/**
 * What a gallery holds, whatever model made it.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, GALLERY_*
 */
export async function summarise(address: string): Promise<GallerySummary> {
  return withGallery(address, async (gallery) => ({
    space: gallery.space,
    labels: await gallery.labels(),
    bytes: parseAddress(address).isFile ? (await stat(address)).size : undefined,
  }));
}

/** Opens a gallery that is there, in its own embedding space: no model is needed to move labels. */
export async function withGallery<Result>(
  address: string,
  work: (gallery: StoreGallery) => Promise<Result>,
): Promise<Result> {
  const space = await kindOf(address).readSpace(address);
  return withGalleryOf(address, space, work);
}

/** Opens a gallery in a space, made when it is missing. */
export async function withGalleryOf<Result>(
  address: string,
  space: EmbeddingSpace,
  work: (gallery: StoreGallery) => Promise<Result>,
): Promise<Result> {
  const gallery = await openGallery(await storeOf(address), space);
  try {
    return await work(gallery);
  } finally {
    await gallery.close();
  }
}
