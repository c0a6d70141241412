/** Where galleries live, told by the look of their address. A new kind of store is one entry here. */
import { readFile, stat } from 'node:fs/promises';
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import type { GalleryStore } from '@docclf/gallery';
import { decodeSnapshot } from '@docclf/gallery/snapshot';

/** Each loads its own package when it is used. */
export interface GalleryKind {
  readonly name: string;
  /** Whether its galleries are files of this machine. */
  readonly isFile: boolean;
  owns(address: string): boolean;
  /** The store, not yet opened. */
  createStore(address: string): Promise<GalleryStore>;
  /**
   * The embedding space of a gallery that is there already.
   *
   * @throws FILE_NOT_FOUND, FILE_UNREADABLE, GALLERY_*
   */
  readSpace(address: string): Promise<EmbeddingSpace>;
}

const sqlite: GalleryKind = {
  name: 'SQLite database',
  isFile: true,
  owns: (address) => /\.(db|sqlite3?)$/i.test(address),
  createStore: async (file) => (await import('@docclf/gallery-sqlite')).createSqliteStore({ file }),
  readSpace: async (file) => (await import('@docclf/gallery-sqlite')).readSqliteSpace(file),
};

const galleryFile: GalleryKind = {
  name: 'gallery file',
  isFile: true,
  owns: () => true,
  createStore: async (file) => (await import('@docclf/node')).createFileStore(file),
  readSpace: async (file) => (await readGalleryFile(file)).space,
};

const postgres: GalleryKind = {
  name: 'PostgreSQL',
  isFile: false,
  owns: (address) => /^postgres(ql)?:\/\//i.test(address),
  createStore: async (url) => (await loadPgvector()).createPgvectorStore({ url }),
  readSpace: async (url) => (await loadPgvector()).readPgvectorSpace({ url }),
};

const loadPgvector = () =>
  loadOptional('pgvector', '@docclf/gallery-pgvector', () => import('@docclf/gallery-pgvector'));

const chroma: GalleryKind = {
  name: 'Chroma',
  isFile: false,
  owns: (address) => /^chromas?:\/\//i.test(address),
  createStore: async (url) => (await loadChroma()).createChromaStore({ url }),
  readSpace: async (url) => (await loadChroma()).readChromaSpace({ url }),
};

const loadChroma = () =>
  loadOptional('chroma', '@docclf/gallery-chroma', () => import('@docclf/gallery-chroma'));

/** The first that owns an address keeps it. */
const kinds: readonly GalleryKind[] = [postgres, chroma, sqlite, galleryFile];

/**
 * Stores behind a network are installed by those who use them.
 *
 * @throws STORE_REQUIREMENT_MISSING
 */
export async function loadOptional<Module>(
  store: string,
  name: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const requirement = `the package ${name}, which \`npm install ${name}\` installs`;
    throw new DocclfError('STORE_REQUIREMENT_MISSING', { store, requirement }, { cause });
  }
}

export function kindOf(address: string): GalleryKind {
  return kinds.find((kind) => kind.owns(address))!;
}

/** The address as it may be shown: without a password. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z][a-z\d+.-]*:\/\/[^/?#@]*?):[^/?#]*@/i, '$1:***@');
}

/**
 * For commands that only read: a store would take a missing file for an empty gallery.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function assertFileExists(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function readGalleryFile(file: string) {
  try {
    return await decodeSnapshot(new Uint8Array(await readFile(file)), file);
  } catch (cause) {
    throw DocclfError.is(cause) ? cause : unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): DocclfError {
  const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
  return new DocclfError(code, { file }, { cause });
}
