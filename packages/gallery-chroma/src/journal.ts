/** The small collection beside a gallery's: a record a commit, and now and then one of all counts. */
import { DocclfError } from '@docclf/core';
import { readWritten } from './answers.ts';
import type { Client, CollectionInfo, Metadata, Records } from './client.ts';

/** Milliseconds after which nobody is expected to finish a commit. */
const abandonedAfter = 3_600_000;

/** The vector of each record: one has to be there. */
const anywhere = [1];

/** A record. */
export interface Entry {
  readonly id: string;
  readonly isCounts: boolean;
  /** Done or given up. */
  readonly isOver: boolean;
  /** Another one when it becomes known after all how a commit ended. */
  readonly key: string;
}

export interface Journal {
  list(): Promise<Entry[]>;
  /** What is stored under these, in no order; what is gone by now is left out. */
  read<Content>(entries: readonly Entry[]): Promise<[id: string, content: Content][]>;
  /** Makes the collection when it is missing. */
  add(id: string, metadata: Metadata, content: unknown): Promise<void>;
  update(id: string, metadata: Metadata, content: unknown): Promise<void>;
  remove(entries: readonly Entry[]): Promise<void>;
}

/**
 * @param collection the id of that of the references
 * @param onFirst called before the first commit that is recorded
 */
export function createJournal(client: Client, collection: string, onFirst: () => Promise<void>): Journal {
  const name = `docclf-revisions-${collection}`;
  let own: CollectionInfo | undefined;

  /** Undefined as long as nobody has written: whoever may only read makes none. */
  async function find(): Promise<string | undefined> {
    own ??= await client.findCollection(name);
    return own?.id;
  }

  async function make(): Promise<string> {
    const found = await find();
    if (found !== undefined) return found;
    await onFirst();
    own =
      (await client.createCollection({ of: collection }, {}, name)) ?? (await client.findCollection(name));
    if (!own) throw new Error(`The collection ${name} vanished while it was made.`);
    return own.id;
  }

  return {
    async list() {
      const id = await find();
      if (id === undefined) return [];
      const { ids, metadatas } = await client.ask<Records>(id, 'get', { include: ['metadatas'] });
      return ids.map((id, i) => entryOf(id, metadatas?.[i] ?? {}));
    },

    async read<Content>(entries: readonly Entry[]) {
      if (entries.length === 0) return [];
      const ids = entries.map(({ id }) => id);
      const records = await client.ask<Records>((await find())!, 'get', { ids, include: ['documents'] });
      return records.ids.map((id, i) => {
        const text = records.documents?.[i] ?? '[]';
        return [id, readWritten('what a commit touched', () => JSON.parse(text) as Content)];
      });
    },

    async add(id, metadata, content) {
      const documents = [JSON.stringify(content)];
      const body = { ids: [id], metadatas: [metadata], embeddings: [anywhere], documents };
      const own = await make();
      try {
        await client.write(own, 'add', body);
      } catch (error) {
        // Whether it arrived or not, the same again adds what is missing.
        if (!DocclfError.is(error, 'STORE_UNREACHABLE')) throw error;
        await client.write(own, 'add', body);
      }
    },

    async update(id, metadata, content) {
      const documents = [JSON.stringify(content)];
      await client.write(await make(), 'update', { ids: [id], metadatas: [metadata], documents });
    },

    async remove(entries) {
      if (entries.length === 0) return;
      await client.write((await find())!, 'delete', { ids: entries.map(({ id }) => id) });
    },
  };
}

function entryOf(id: string, { counts, done, at }: Readonly<Record<string, unknown>>): Entry {
  const isDone = counts === true || done === true;
  const isAbandoned = !isDone && Date.now() - Number(at) > abandonedAfter;
  return {
    id,
    isCounts: counts === true,
    isOver: isDone || isAbandoned,
    key: isAbandoned ? `${id} abandoned` : id,
  };
}
