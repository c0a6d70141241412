/** The store: Chroma's collections, paged, counted and ranked where Chroma does not do it. */
import { DocclfError, type EmbeddingSpace, type Reference } from '@docclf/core';
import { type GalleryStore, nearestRows, type StoreMatch } from '@docclf/gallery';
import { type Client, createClient, type Metadata, type Records, type Where } from './client.ts';
import { bind } from './collection.ts';
import { commit } from './commit.ts';
import { type ChromaStoreOptions, settingsOf } from './options.ts';
import { decodeReference, embeddingOf, isWithinLabel } from './records.ts';

/** One commit is one request; the smallest limit of Chroma's servers is a few thousand records. */
const maximumBatch = 1000;
/** Few enough for the graph to find so many; for more the gallery compares with all. */
const maximumCount = 100;
/** Candidates beyond those that were asked for: equal cosines are put in order here. */
const spare = 16;

/**
 * A store in a collection of a Chroma server, for any number of machines. Searches are approximate, by Chroma's
 * graph index; the scores of what is found are exact.
 *
 * @example
 * const store = createChromaStore({ url: 'http://db.example:8000/documents' });
 * const classifier = await createDocClassifier({ gallery: store });
 *
 * @throws INVALID_ARGUMENT for the options; from `open`: STORE_REQUIREMENT_MISSING, GALLERY_FILE_FOREIGN,
 *   GALLERY_FILE_VERSION; from all: STORE_UNREACHABLE, STORE_ACCESS_DENIED
 */
export function createChromaStore(options: ChromaStoreOptions): GalleryStore {
  const settings = settingsOf(options);
  const client: Client = createClient(settings);
  let collection: string;
  /** The ids of a walk through the gallery, which Chroma cannot give in order. */
  let listing: { readonly within: string | undefined; readonly ids: readonly string[] } | undefined;

  async function get(selection: { ids?: readonly string[]; where?: Where }): Promise<Reference[]> {
    const include = ['metadatas', 'documents', 'embeddings'];
    const records = await client.ask<Records>(collection, 'get', { ...selection, include });
    return records.ids.flatMap((id, i) => {
      const metadata = records.metadatas?.[i];
      if (!metadata || metadata.removed === true) return [];
      return [decodeReference(id, metadata, records.documents?.[i] ?? '{}', records.embeddings?.[i] ?? [])];
    });
  }

  async function listIds(within: string | undefined): Promise<readonly string[]> {
    const where = within === undefined ? {} : { where: isWithinLabel(within) };
    const { ids } = await client.ask<Records>(collection, 'get', { ...where, include: [] });
    return [...ids].sort();
  }

  return {
    contract: 1,
    name: 'chroma',
    capabilities: {
      exact: false,
      persistent: true,
      filter: true,
      attachments: true,
      maximumBatch,
      maximumCount,
    },

    async open(space: EmbeddingSpace) {
      const { id, bound } = await bind(client, settings, space, maximumBatch);
      collection = id;
      return bound;
    },

    async commit(changes) {
      const { remove = [], relabel = [], insert = [] } = changes;
      const touched = new Set([...remove, ...relabel.map(({ id }) => id), ...insert.map(({ id }) => id)]);
      if (touched.size > maximumBatch) {
        const capability = `commits of more than ${maximumBatch} references`;
        throw new DocclfError('CAPABILITY_UNSUPPORTED', { store: 'chroma', capability });
      }
      listing = undefined;
      await commit(client, collection, changes);
    },

    find: (key, values) =>
      values.length === 0
        ? Promise.resolve([])
        : get(key === 'id' ? { ids: values } : { where: { source: { $in: values } } }),

    async page({ after, limit, within }) {
      if (after === null || listing === undefined || listing.within !== within) {
        listing = { within, ids: await listIds(within) };
      }
      const { ids } = listing;
      const page: Reference[] = [];
      let next = after === null ? 0 : firstAfter(ids, after);
      // What was removed since the ids were listed leaves room for more.
      while (page.length < limit && next < ids.length) {
        const part = ids.slice(next, next + Math.min(limit - page.length, maximumBatch));
        next += part.length;
        page.push(...(await get({ ids: part })).filter(({ label }) => isInside(label, within)));
      }
      return page.sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    async labels() {
      const { metadatas } = await client.ask<Records>(collection, 'get', { include: ['metadatas'] });
      const counts = new Map<string, number>();
      for (const metadata of metadatas ?? []) {
        if (typeof metadata?.label !== 'string') continue;
        counts.set(metadata.label, (counts.get(metadata.label) ?? 0) + 1);
      }
      return [...counts].map(([label, references]) => ({ label, references }));
    },

    async nearest({ vector, count, within }) {
      if (count > maximumCount) {
        const capability = `more than ${maximumCount} neighbours`;
        throw new DocclfError('CAPABILITY_UNSUPPORTED', { store: 'chroma', capability });
      }
      const filter = within === undefined ? {} : { where: isWithinLabel(within) };
      const include = ['embeddings', 'metadatas'];
      let limit = count + spare;
      while (true) {
        const query = { query_embeddings: [embeddingOf(vector)], n_results: limit, include, ...filter };
        const candidates = firstOf(await client.ask<QueryAnswer>(collection, 'query', query));
        if (candidates.ids.length < limit) break;
        const found = rank(candidates, vector, count);
        if (found.length === count) return found;
        // Records that are being removed took the places.
        limit *= 2;
      }
      // There are only a few, or the graph has lost the way to some, as it does among many equal vectors.
      return rank(await client.ask<Records>(collection, 'get', { include, ...filter }), vector, count);
    },

    async close() {},
  };
}

/** One list a query; there is one query. */
interface QueryAnswer {
  readonly ids: readonly (readonly string[])[];
  readonly metadatas?: readonly (readonly (Metadata | null)[])[] | null;
  readonly embeddings?: readonly (readonly (readonly number[])[])[] | null;
}

function firstOf({ ids, metadatas, embeddings }: QueryAnswer): Records {
  return {
    ids: ids[0] ?? [],
    metadatas: metadatas?.[0] ?? null,
    embeddings: embeddings?.[0] ?? null,
  };
}

function rank({ ids, metadatas, embeddings }: Records, query: Float32Array, count: number): StoreMatch[] {
  const dimension = query.length;
  const values = new Float32Array(ids.length * dimension);
  embeddings?.forEach((embedding, i) => {
    values.set(embedding, i * dimension);
  });
  const labelOf = (row: number) => metadatas?.[row]?.label;
  const precedes = (a: number, b: number) => ids[a]! < ids[b]!;
  const isThere = (row: number) => typeof labelOf(row) === 'string';
  return nearestRows({ values, count: ids.length, dimension }, query, count, precedes, isThere).map(
    ({ row, cosine }) => ({ id: ids[row]!, label: String(labelOf(row)), cosine }),
  );
}

function isInside(label: string, within: string | undefined): boolean {
  return within === undefined || label === within || label.startsWith(`${within}/`);
}

/** Index of the first of the sorted `ids` that is greater than `id`. */
function firstAfter(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
