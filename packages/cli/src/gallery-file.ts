/** Gallery files as the commands meet them: there already, and perhaps made by another model. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DocclfError, type EmbeddingSpace, type Gallery, type LabelCount, negativeLabel } from '@docclf/core';
import { decodeSnapshot, type GalleryStore, openGallery } from '@docclf/gallery';

/** Files that end so are SQLite databases; all others are gallery files. */
const databaseEnding = /\.(db|sqlite3?)$/i;

/** The store over a file, not yet opened. */
export async function storeOf(file: string): Promise<GalleryStore> {
  if (databaseEnding.test(file)) return (await import('@docclf/gallery-sqlite')).createSqliteStore({ file });
  return (await import('@docclf/node')).createFileStore(file);
}

/**
 * For commands that only read: a store would take a missing file for an empty gallery.
 *
 * @throws FILE_NOT_FOUND
 */
export async function assertGalleryExists(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/**
 * Before thousands of images are embedded in vain.
 *
 * @throws FILE_UNWRITABLE
 */
export async function assertGalleryWritable(file: string): Promise<void> {
  try {
    // The folder, since each commit makes a new file in it.
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
  }
}

export interface GallerySummary {
  readonly space: EmbeddingSpace;
  /** Sorted by label. */
  readonly labels: readonly LabelCount[];
  readonly bytes: number;
}

/**
 * What a gallery file holds, whatever model made it.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, GALLERY_*
 */
export async function summarise(file: string): Promise<GallerySummary> {
  if (databaseEnding.test(file)) {
    return withGalleryFile(file, async (gallery) => {
      const labels = await gallery.labels();
      return { space: gallery.space, labels, bytes: (await stat(file)).size };
    });
  }
  const { space, references, bytes } = await readGalleryFile(file);
  const counts = new Map<string, number>();
  for (const { label } of references) {
    if (label !== negativeLabel) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { space, labels: sorted.map(([label, number]) => ({ label, references: number })), bytes };
}

/** Opens a gallery file to change it, in its own embedding space: no model is needed to move labels. */
export async function withGalleryFile<Result>(
  file: string,
  work: (gallery: Gallery) => Promise<Result>,
): Promise<Result> {
  const space = databaseEnding.test(file)
    ? await (await import('@docclf/gallery-sqlite')).readSqliteSpace(file)
    : (await readGalleryFile(file)).space;
  const gallery = await openGallery(await storeOf(file), space);
  try {
    return await work(gallery);
  } finally {
    await gallery.close();
  }
}

/** The content of a gallery file that is no database. */
async function readGalleryFile(file: string) {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(file));
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return { ...(await decodeSnapshot(bytes, file)), bytes: bytes.length };
}

function unreadable(file: string, cause: unknown): DocclfError {
  const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
  return new DocclfError(code, { file }, { cause });
}
