/** A store over plain files: a folder with one JSON file a reference. Nothing is cached, the folder is the truth. */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DocclfError, type EmbeddingSpace, type LabelCount, type Reference } from '@docclf/core';
import {
  type GalleryStore,
  nearestRows,
  type StoreCapabilities,
  type StoreChanges,
  type StoreSession,
} from '@docclf/gallery';

const name = 'folder';

/** What it disclaims, the gallery does for it: filters, the best of each label, several commits for a rename. */
const capabilities: StoreCapabilities = {
  exact: true,
  persistent: true,
  filter: false,
  attachments: false,
  // A file system replaces one file at once, and no two.
  maximumBatch: 1,
  // Larger answers are read page by page.
  maximumCount: 1000,
  distinct: false,
};

export function createFolderStore(folder: string): GalleryStore {
  return {
    contract: 2,
    name,
    capabilities,
    async open(space) {
      const file = join(folder, 'space.json');
      await mkdir(folder, { recursive: true });
      await write(folder, file, space, link).catch((error) => {
        if (error.code !== 'EEXIST') throw error;
      });
      return createSession(folder, JSON.parse(await readFile(file, 'utf8')));
    },
  };
}

function createSession(folder: string, space: EmbeddingSpace): StoreSession {
  // A hash: ids may hold slashes, be longer than file names may be, or differ only in case.
  const fileOf = (id: string) => join(folder, `${createHash('sha256').update(id).digest('hex')}${ending}`);

  /** In ascending order of id. */
  async function readAll(): Promise<Reference[]> {
    const references = (await readTexts(folder)).map(parse);
    return references.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async function find(id: string): Promise<Reference | undefined> {
    const text = await readFile(fileOf(id), 'utf8').catch(absent);
    return text === undefined ? undefined : parse(text);
  }

  async function insert(reference: Reference, replaces: boolean): Promise<void> {
    if (Object.keys(reference.attachments).length > 0) throw unsupported('attachments');
    const file = fileOf(reference.id);
    if (replaces) return write(folder, file, toJson(reference), rename);
    // Unlike a rename, a link refuses to replace: of two processes that insert one id, one is told so.
    await write(folder, file, toJson(reference), link).catch(async (error) => {
      if (error.code !== 'EEXIST') throw error;
      const label = (await find(reference.id))?.label ?? reference.label;
      throw new DocclfError('REFERENCE_EXISTS', { id: reference.id, label });
    });
  }

  async function commit({ remove = [], relabel = [], insert: inserted = [] }: StoreChanges): Promise<void> {
    const [reference] = inserted;
    const [move] = relabel;
    const ids = new Set([...remove, ...inserted.map(({ id }) => id), ...relabel.map(({ id }) => id)]);
    if (ids.size > capabilities.maximumBatch) throw unsupported(`commits of ${ids.size} references`);
    if (move) {
      const old = await find(move.id);
      if (!old) throw new DocclfError('REFERENCE_NOT_FOUND', { id: move.id });
      await write(folder, fileOf(move.id), toJson({ ...old, label: move.label }), rename);
    } else if (reference) await insert(reference, remove.length > 0);
    else for (const id of remove) await rm(fileOf(id), { force: true });
  }

  return {
    space,
    commit,

    // As dear as every other question here. Where there is a number or a time that each write changes, take that.
    async revision() {
      const hash = createHash('sha256');
      for (const text of (await readTexts(folder)).sort()) hash.update(text);
      return hash.digest('hex');
    },

    async find(key, values) {
      if (key === 'sourceHash') {
        return (await readAll()).filter(
          ({ sourceHash }) => sourceHash !== null && values.includes(sourceHash),
        );
      }
      const found = await Promise.all(values.map(find));
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

    async nearest({ vector, count, within, labels, distinct }) {
      if (within !== undefined || labels !== undefined) throw unsupported('filters');
      if (distinct) throw unsupported('distinct labels');
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

const ending = '.reference.json';

async function readTexts(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(absent)));
  // A file that was listed may be gone by now.
  return texts.filter((text) => text !== undefined);
}

/** A file appears whole or not at all: written under another name first. */
async function write(folder: string, file: string, content: unknown, place: typeof rename): Promise<void> {
  const temporary = join(folder, `${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, JSON.stringify(content), { flush: true });
    await place(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

function parse(text: string): Reference {
  const { vector, ...rest } = JSON.parse(text);
  return { ...rest, vector: Float32Array.from(vector) };
}

const toJson = (reference: Reference) => ({ ...reference, vector: [...reference.vector] });

const unsupported = (capability: string) =>
  new DocclfError('CAPABILITY_UNSUPPORTED', { store: name, capability });

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
