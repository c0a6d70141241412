/** References in one gallery file: held in memory, written whole at each commit. */
import { readFile, stat } from 'node:fs/promises';
import { assertSameSpace, DocclfError, type EmbeddingSpace } from '@docclf/core';
import { createMemoryStore, type GalleryStore } from '@docclf/gallery';
import { decodeSnapshot, encodeSnapshot } from '@docclf/gallery/snapshot';
import { writeAtomically } from './atomic-write.ts';
import { withFileLock } from './file-lock.ts';

/** What was read from the file, and which version of it that was. */
interface Held {
  /** Undefined when there was no file. */
  readonly version: string | undefined;
  /** The space of the references, which may be another model's. */
  readonly bound: EmbeddingSpace;
  readonly memory: GalleryStore;
}

/**
 * A store over a gallery file, made at the first commit when it does not exist.
 *
 * Each commit replaces the file by a rename, so that a crash leaves the old one or the new one whole.
 * Several processes may use one file: a commit first reads what others wrote, a read notices it too.
 * A commit rewrites the file, about 1 kB a reference: beyond some ten thousand references a database is better.
 *
 * @throws from `open`: GALLERY_FILE_*, FILE_UNREADABLE; from `commit`: FILE_UNWRITABLE, GALLERY_LOCKED
 */
export function createFileStore(file: string): GalleryStore {
  let space: EmbeddingSpace;
  let held: Held | undefined;

  /**
   * The content of the file as it is now. What was read and which version that was change together: a
   * slow read that ends during a write is then only out of date, and the next call reads again.
   */
  async function load(): Promise<Held> {
    const version = await versionOf(file);
    if (held !== undefined && held.version === version) return held;
    const memory = createMemoryStore();
    const { space: bound, references } =
      version === undefined ? { space, references: [] } : await decodeSnapshot(await readGallery(file), file);
    await memory.open(bound);
    await memory.commit({ insert: references });
    held = { version, bound, memory };
    return held;
  }

  async function save(memory: GalleryStore, assertHeld: () => Promise<void>): Promise<void> {
    const references = await memory.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
    const bytes = await encodeSnapshot({ space, references });
    await assertHeld();
    try {
      await writeAtomically(file, bytes);
    } catch (cause) {
      throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
    }
    held = { version: await versionOf(file), bound: space, memory };
  }

  /** The references as they are now. Another process may have replaced the file, even by another model's. */
  const current = async () => {
    const { bound, memory } = await load();
    assertSameSpace(bound, space);
    return memory;
  };

  return {
    contract: 1,
    name: 'file',
    capabilities: { ...createMemoryStore().capabilities, persistent: true },
    async open(wanted) {
      space = wanted;
      return (await load()).bound;
    },
    commit: (changes) =>
      withFileLock(file, async (assertHeld) => {
        const memory = await current();
        await memory.commit(changes);
        try {
          await save(memory, assertHeld);
        } catch (error) {
          // What could not be written must not be answered from memory either.
          held = undefined;
          throw error;
        }
      }),
    find: async (key, values) => (await current()).find(key, values),
    page: async (query) => (await current()).page(query),
    labels: async () => (await current()).labels(),
    nearest: async (query) => (await current()).nearest(query),
    close: async () => {},
  };
}

/** Changes with every replacement of the file: a rename gives it another inode and time. */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs, size } = await stat(file, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
}

async function readGallery(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
}
