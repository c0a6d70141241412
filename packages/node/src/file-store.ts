/** References in one gallery file: held in memory, written whole at each commit. */
import { assertSameSpace, DocclfError, type EmbeddingSpace } from '@docclf/core';
import { describe } from '@docclf/core/implementer';
import {
  createMemorySession,
  type GalleryStore,
  memoryCapabilities,
  type StoreSession,
} from '@docclf/gallery';
import { decodeSnapshot, encodeSnapshot } from '@docclf/gallery/snapshot';
import { writeAtomically } from './atomic-write.ts';
import { withFileLock } from './file-lock.ts';
import { openRegular, readRegular } from './regular-file.ts';

/** Of the SHA-256 that ends a gallery file, enough to tell two of them apart. */
const checksumBytes = 12;

/** What was read from the file, and which version of it that was. */
interface Held {
  /** Undefined when there was no file. */
  readonly version: string | undefined;
  /** The space of the references, which may be another model's. */
  readonly bound: EmbeddingSpace;
  readonly memory: StoreSession;
}

/**
 * A store over a gallery file, made at the first commit when it does not exist.
 *
 * Each commit replaces the file by a rename, so that a crash leaves the old one or the new one whole.
 * Several processes may use one file: a commit first reads what others wrote, a read notices it too.
 * A commit rewrites the file, about 13 kB a reference (7.5 without local features): beyond some ten thousand references a
 * database is better.
 *
 * @throws from `open`: GALLERY_FILE_*, FILE_UNREADABLE; from `commit`: FILE_UNWRITABLE, GALLERY_LOCKED
 */
export function createFileStore(file: string): GalleryStore {
  if (typeof file !== 'string' || file === '') {
    const details = { argument: 'file', expected: 'the path of a gallery file', received: describe(file) };
    throw new DocclfError('INVALID_ARGUMENT', details);
  }
  return {
    contract: 2,
    name: 'file',
    capabilities: { ...memoryCapabilities, persistent: true },
    open: async (space) => createSession(file, space, await load(file, space)),
  };
}

function createSession(file: string, space: EmbeddingSpace, opened: Held): StoreSession {
  /** Undefined after a write that failed, of which nobody knows how far it came. */
  let held: Held | undefined = opened;

  /** The references as they are now. Another process may have replaced the file, even by another model's. */
  async function current(): Promise<Held> {
    held = await load(file, space, held);
    assertSameSpace(held.bound, space);
    return held;
  }

  const memory = async () => (await current()).memory;

  return {
    space: opened.bound,
    revision: async () => revisionOf(await versionOf(file)),
    commit: (changes) =>
      withFileLock(file, async (assertHeld) => {
        const { version, memory } = await current();
        await memory.commit(changes);
        try {
          await save(file, space, memory, assertHeld);
        } catch (error) {
          // What could not be written must not be answered from memory either.
          held = undefined;
          throw error;
        }
        held = { version: await versionOf(file), bound: space, memory };
        return { before: revisionOf(version), after: revisionOf(held.version) };
      }),
    find: async (key, values) => (await memory()).find(key, values),
    page: async (query) => (await memory()).page(query),
    labels: async () => (await memory()).labels(),
    nearest: async (query) => (await memory()).nearest(query),
    // Each commit writes a file of nothing but what is there.
    purge: async () => {},
    close: async () => {},
  };
}

/**
 * The content of the file as it is now. What was read and which version that was come together: a
 * slow read that ends during a write is then only out of date, and the next call reads again.
 */
async function load(file: string, space: EmbeddingSpace, held?: Held): Promise<Held> {
  const version = await versionOf(file);
  if (held !== undefined && held.version === version) return held;
  const { space: bound, references } =
    version === undefined ? { space, references: [] } : await decodeSnapshot(await readGallery(file), file);
  const memory = createMemorySession(bound);
  await memory.commit({ insert: references });
  return { version, bound, memory };
}

async function save(
  file: string,
  space: EmbeddingSpace,
  memory: StoreSession,
  assertHeld: () => Promise<void>,
): Promise<void> {
  const references = await memory.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
  const bytes = await encodeSnapshot({ space, references });
  await assertHeld();
  try {
    await writeAtomically(file, bytes);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
  }
}

const revisionOf = (version: string | undefined) => version ?? 'no file';

/**
 * Changes with every replacement of the file. A rename gives it another inode and time; since inodes are given again
 * and clocks have steps, the end of the file is looked at too, its checksum.
 */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const handle = await openRegular(file);
    try {
      const { ino, mtimeNs, size } = await handle.stat({ bigint: true });
      const end = Buffer.alloc(checksumBytes);
      const { bytesRead } = await handle.read(
        end,
        0,
        checksumBytes,
        Math.max(0, Number(size) - checksumBytes),
      );
      return `${ino}:${mtimeNs}:${size}:${end.toString('base64', 0, bytesRead)}`;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
}

async function readGallery(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readRegular(file));
  } catch (cause) {
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
}
