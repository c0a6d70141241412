/** A store over plain files: a folder with one JSON file a reference. Nothing is cached, the folder is the truth. */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DocclfError, type EmbeddingSpace, type LabelCount, type Reference } from '@docclf/core';
import { type GalleryStore, nearestRows, type StoreCapabilities, type StoreChanges } from '@docclf/gallery';

const name = 'folder';

/** What it disclaims, the gallery does for it: filtering, and several commits for a rename. */
const capabilities: StoreCapabilities = {
  exact: true,
  persistent: true,
  filter: false,
  attachments: false,
  // A file system replaces one file at once, and no two.
  maximumBatch: 1,
  // Larger answers are read page by page.
  maximumCount: 1000,
};

export function createFolderStore(folder: string): GalleryStore {
  const spaceFile = join(folder, 'space.json');
  // A hash: ids may hold slashes, be longer than file names may be, or differ only in case.
  const fileOf = (id: string) =>
    join(folder, `${createHash('sha256').update(id).digest('hex')}.reference.json`);

  /** A file appears whole or not at all: written under another name first. */
  async function write(file: string, content: unknown, place: typeof rename): Promise<void> {
    const temporary = join(folder, `${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, JSON.stringify(content), { flush: true });
      await place(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async function read(file: string): Promise<Reference | undefined> {
    const text = await readFile(file, 'utf8').catch(absent);
    if (text === undefined) return undefined;
    const { vector, ...rest } = JSON.parse(text);
    return { ...rest, vector: Float32Array.from(vector) };
  }

  /** In ascending order of id. */
  async function readAll(): Promise<Reference[]> {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.reference.json'));
    const references = await Promise.all(files.map((file) => read(join(folder, file))));
    // A file that was listed may be gone by now.
    const present = references.filter((reference) => reference !== undefined);
    return present.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async function commit({ remove = [], relabel = [], insert = [] }: StoreChanges): Promise<void> {
    const [reference] = insert;
    const [move] = relabel;
    const ids = new Set([...remove, ...insert.map(({ id }) => id), ...relabel.map(({ id }) => id)]);
    if (ids.size > capabilities.maximumBatch) throw unsupported(`commits of ${ids.size} references`);
    if (move) {
      const old = await read(fileOf(move.id));
      if (!old) throw new DocclfError('REFERENCE_NOT_FOUND', { id: move.id });
      await write(fileOf(move.id), toJson({ ...old, label: move.label }), rename);
    } else if (reference) {
      if (Object.keys(reference.attachments).length > 0) throw unsupported('attachments');
      const file = fileOf(reference.id);
      if (remove.length > 0) return write(file, toJson(reference), rename);
      // Unlike a rename, a link refuses to replace: of two processes that insert one id, one is told so.
      await write(file, toJson(reference), link).catch(async (error) => {
        if (error.code !== 'EEXIST') throw error;
        const label = (await read(file))?.label ?? reference.label;
        throw new DocclfError('REFERENCE_EXISTS', { id: reference.id, label });
      });
    } else {
      for (const id of remove) await rm(fileOf(id), { force: true });
    }
  }

  return {
    contract: 1,
    name,
    capabilities,
    commit,

    async open(space): Promise<EmbeddingSpace> {
      await mkdir(folder, { recursive: true });
      await write(spaceFile, space, link).catch((error) => {
        if (error.code !== 'EEXIST') throw error;
      });
      return JSON.parse(await readFile(spaceFile, 'utf8'));
    },

    async find(key, values) {
      if (key === 'sourceHash') {
        return (await readAll()).filter(
          ({ sourceHash }) => sourceHash !== null && values.includes(sourceHash),
        );
      }
      const found = await Promise.all(values.map((id) => read(fileOf(id))));
      return found.filter((reference) => reference !== undefined);
    },

    async page({ after, limit, within }) {
      if (within !== undefined) throw unsupported('filters');
      return (await readAll()).filter(({ id }) => after === null || id > after).slice(0, limit);
    },

    async labels() {
      const counts = new Map<string, number>();
      for (const { label } of await readAll()) counts.set(label, (counts.get(label) ?? 0) + 1);
      return [...counts].map(([label, references]): LabelCount => ({ label, references }));
    },

    async nearest({ vector, count, within }) {
      if (within !== undefined) throw unsupported('filters');
      if (count > capabilities.maximumCount) throw unsupported(`${count} matches`);
      const references = await readAll();
      const dimension = vector.length;
      const values = new Float32Array(references.length * dimension);
      references.forEach((reference, row) => {
        values.set(reference.vector, row * dimension);
      });
      const rows = { values, count: references.length, dimension };
      // Rows are in order of id, so that of two equal cosines the first row comes first.
      return nearestRows(rows, vector, count, (a, b) => a < b).map(({ row, cosine }) => {
        const { id, label } = references[row]!;
        return { id, label, cosine };
      });
    },

    async close() {},
  };
}

const toJson = (reference: Reference) => ({ ...reference, vector: [...reference.vector] });

const unsupported = (capability: string) =>
  new DocclfError('CAPABILITY_UNSUPPORTED', { store: name, capability });

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
