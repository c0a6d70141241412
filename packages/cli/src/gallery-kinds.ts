/** What opens a gallery, told by the look of its address. */
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { type GalleryStore, parseAddress } from '@docclf/gallery';
import { decodeSnapshot } from '@docclf/gallery/snapshot';
import { readRegular } from '@docclf/node/files';

/** What opens galleries of one kind. Each loads its own package when it is used. */
export interface GalleryKind {
  /** The store, not yet opened. */
  createStore(address: string): Promise<GalleryStore>;
  /**
   * The embedding space of a gallery that is there already.
   *
   * @throws FILE_NOT_FOUND, FILE_UNREADABLE, GALLERY_*
   */
  readSpace(address: string): Promise<EmbeddingSpace>;
}

const galleryFile: GalleryKind = {
  createStore: async (file) => (await import('@docclf/node')).createFileStore(file),
  readSpace: async (file) => (await readGalleryFile(file)).space,
};

const sqlite: GalleryKind = {
  createStore: async (file) => (await import('@docclf/gallery-sqlite')).createSqliteStore({ file }),
  readSpace: async (file) => (await import('@docclf/gallery-sqlite')).readSqliteSpace(file),
};

const pgvector: GalleryKind = {
  createStore: async (url) => (await loadPgvector()).createPgvectorStore({ url }),
  readSpace: async (url) => (await loadPgvector()).readPgvectorSpace({ url }),
};

const loadPgvector = () =>
  loadOptional('pgvector', '@docclf/gallery-pgvector', () => import('@docclf/gallery-pgvector'));

const chroma: GalleryKind = {
  createStore: async (url) => (await loadChroma()).createChromaStore({ url }),
  readSpace: async (url) => (await loadChroma()).readChromaSpace({ url }),
};

const loadChroma = () =>
  loadOptional('chroma', '@docclf/gallery-chroma', () => import('@docclf/gallery-chroma'));

/** By the package whose store they open. A new kind of our own is one entry here and one in `parseAddress`. */
const kinds: Readonly<Record<string, GalleryKind>> = {
  '@docclf/node': galleryFile,
  '@docclf/gallery-sqlite': sqlite,
  '@docclf/gallery-pgvector': pgvector,
  '@docclf/gallery-chroma': chroma,
};

/** What opens an address: a store of ours, or of the installed package that is named after its scheme, or of the module before it. */
export function kindOf(address: string): GalleryKind {
  const [, module, own] = /^(file:[^#]+)#(.*)$/.exec(address) ?? [];
  if (module !== undefined) return ofModule(module, own!);
  const { package: name } = parseAddress(address);
  const orByPath = '; or say by --store which module opens it';
  return kinds[name] ?? pluginOf(name, () => loadOptional(name, name, () => importInstalled(name), orByPath));
}

/** Before an address: the module that opens it, as a `file:` URL. */
export function addressOfModule(module: string, address: string): string {
  return `${module}#${address}`;
}

function ofModule(module: string, address: string): GalleryKind {
  const kind = pluginOf(module, () => import(module));
  return { createStore: () => kind.createStore(address), readSpace: () => kind.readSpace(address) };
}

/** A module that exports what a kind is made of: `createStore(address)` and `readSpace(address)`. */
function pluginOf(name: string, importPlugin: () => Promise<Record<string, unknown>>): GalleryKind {
  const load = async () => {
    const plugin = await importPlugin();
    const missing = ['createStore', 'readSpace'].find((member) => typeof plugin[member] !== 'function');
    if (missing === undefined) return plugin as unknown as GalleryKind;
    const requirement = `a function ${missing}(address) among the exports of ${name}`;
    throw new DocclfError('STORE_REQUIREMENT_MISSING', { store: name, requirement });
  };
  return {
    createStore: async (address) => (await load()).createStore(address),
    readSpace: async (address) => (await load()).readSpace(address),
  };
}

/** Beside this program, as global packages are, or in the project where it is called. */
async function importInstalled(name: string): Promise<Record<string, unknown>> {
  try {
    return await import(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    let file: string;
    try {
      file = createRequire(join(process.cwd(), 'program.js')).resolve(name);
    } catch {
      throw error;
    }
    return import(pathToFileURL(file).href);
  }
}

/**
 * Stores behind a network are installed by those who use them.
 *
 * @throws STORE_REQUIREMENT_MISSING
 */
export async function loadOptional<Module>(
  store: string,
  name: string,
  load: () => Promise<Module>,
  otherwise = '',
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const requirement = `the package ${name}, which \`npm install ${name}\` installs${otherwise}`;
    throw new DocclfError('STORE_REQUIREMENT_MISSING', { store, requirement }, { cause });
  }
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
    return await decodeSnapshot(new Uint8Array(await readRegular(file)), file);
  } catch (cause) {
    throw DocclfError.is(cause) ? cause : unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): DocclfError {
  const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
  return new DocclfError(code, { file }, { cause });
}
