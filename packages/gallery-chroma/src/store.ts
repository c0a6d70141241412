/** The store: Chroma's collections, paged, counted and ranked where Chroma does not do it. */
import { DocclfError, type EmbeddingSpace, type Reference } from '@docclf/core';
import {
  firstAfter,
  type GalleryStore,
  type NearestQuery,
  nearestRows,
  type PageQuery,
  type StoreMatch,
  type StoreSession,
} from '@docclf/gallery';
import { readWritten } from './answers.ts';
import { type Client, createClient, type Metadata, type Records, type Where } from './client.ts';
import { bind, raiseVersion } from './collection.ts';
import { commit } from './commit.ts';
import { type ChromaStoreOptions, settingsOf } from './options.ts';
import { pagesOf } from './pages.ts';
import { decodeReference, embeddingOf, isWithinLabel } from './records.ts';
import { createRevisions } from './revisions.ts';

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
  return {
    contract: 2,
    name: 'chroma',
    capabilities: {
      exact: false,
      persistent: true,
      filter: true,
      attachments: true,
      maximumBatch,
      maximumCount,
      distinct: true,
    },
    async open(space) {
      const client = createClient(settings);
      const { id, bound } = await bind(client, settings, space, maximumBatch);
      return createSession(client, id, bound);
    },
  };
}

function createSession(client: Client, collection: string, space: EmbeddingSpace): StoreSession {
  const revisions = createRevisions(client, collection, () => raiseVersion(client, collection, space));
  /** The ids of each walk through the gallery, which Chroma cannot give in order. */
  const listings = new WeakMap<object, Promise<readonly string[]>>();

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

  function listingOf({ walk = {}, within }: PageQuery): Promise<readonly string[]> {
    const listing = listings.get(walk) ?? listIds(within);
    listings.set(walk, listing);
    return listing;
  }

  return {
    space,
    revision: revisions.revision,

    async commit(changes) {
      const { remove = [], relabel = [], insert = [] } = changes;
      const touched = new Set([...remove, ...relabel.map(({ id }) => id), ...insert.map(({ id }) => id)]);
      if (touched.size > maximumBatch) throw unsupported(`commits of more than ${maximumBatch} references`);
      await commit(client, collection, revisions, changes);
    },

    find: (key, values) =>
      values.length === 0
        ? Promise.resolve([])
        : get(key === 'id' ? { ids: values } : { where: { source: { $in: values } } }),

    async page(query) {
      const { after, limit, within } = query;
      const ids = await listingOf(query);
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

    labels: revisions.labels,

    async nearest(query) {
      if (query.count > maximumCount) throw unsupported(`more than ${maximumCount} neighbours`);
      return query.distinct ? nearestLabels(client, collection, query) : nearest(client, collection, query);
    },

    async close() {},
  };
}

const unsupported = (capability: string) =>
  new DocclfError('CAPABILITY_UNSUPPORTED', { store: 'chroma', capability });

/** @param passedOver labels that are left out */
async function nearest(
  client: Client,
  collection: string,
  query: NearestQuery,
  passedOver: readonly string[] = [],
): Promise<StoreMatch[]> {
  const filter = filterOf(query, passedOver);
  const include = ['embeddings', 'metadatas'];
  let limit = query.count + spare;
  while (true) {
    const asked = { query_embeddings: [embeddingOf(query.vector)], n_results: limit, include, ...filter };
    const candidates = firstOf(await client.ask<QueryAnswer>(collection, 'query', asked));
    if (candidates.ids.length < limit) break;
    const found = rank(candidates, query);
    // Of distinct labels one is enough to go on with.
    if (found.length === query.count || (query.distinct && found.length > 0)) return found;
    // Records that are being removed took the places.
    limit *= 2;
  }
  // There are only a few, or the graph has lost the way to some, as it does among many equal vectors.
  const best: StoreMatch[] = [];
  for await (const page of pagesOf(client, collection, { include, ...filter }, maximumBatch)) {
    best.push(...rank(page, query));
  }
  return firstFew(best, query);
}

/** Of the best of each page. */
function firstFew(matches: readonly StoreMatch[], { count, distinct }: NearestQuery): StoreMatch[] {
  const labels = new Set<string>();
  return [...matches]
    .sort(byCosine)
    .filter(({ label }) => !distinct || (!labels.has(label) && labels.add(label)))
    .slice(0, count);
}

function byCosine(a: StoreMatch, b: StoreMatch): number {
  return b.cosine - a.cosine || (a.id < b.id ? -1 : 1);
}

/** The first of each label, and then without these labels again: each search finds one at least. */
async function nearestLabels(client: Client, collection: string, query: NearestQuery): Promise<StoreMatch[]> {
  const found: StoreMatch[] = [];
  while (found.length < query.count) {
    const missing = { ...query, count: query.count - found.length };
    const labels = found.map(({ label }) => label);
    const more = await nearest(client, collection, missing, labels);
    if (more.length === 0) break;
    found.push(...more);
  }
  return found.sort(byCosine);
}

function filterOf({ within, labels }: NearestQuery, passedOver: readonly string[]): { where?: Where } {
  const conditions: Where[] = [];
  if (within !== undefined) conditions.push(isWithinLabel(within));
  if (labels !== undefined) conditions.push({ label: { $in: labels } });
  if (passedOver.length > 0) conditions.push({ label: { $nin: passedOver } });
  if (conditions.length === 0) return {};
  return { where: conditions.length === 1 ? conditions[0]! : { $and: conditions } };
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

function rank(
  { ids, metadatas, embeddings }: Records,
  { vector, count, distinct = false }: NearestQuery,
): StoreMatch[] {
  const dimension = vector.length;
  const values = new Float32Array(ids.length * dimension);
  embeddings?.forEach((embedding, i) => {
    readWritten('a vector', () => {
      if (embedding.length !== dimension) throw new RangeError(`${embedding.length} numbers`);
      values.set(embedding, i * dimension);
    });
  });
  const labelOf = (row: number) => metadatas?.[row]?.label;
  const precedes = (a: number, b: number) => ids[a]! < ids[b]!;
  const isThere = (row: number) => typeof labelOf(row) === 'string';
  const rows = { values, count: ids.length, dimension };
  return nearestRows(rows, vector, count, precedes, isThere, distinct ? labelOf : undefined).map(
    ({ row, cosine }) => ({ id: ids[row]!, label: String(labelOf(row)), cosine }),
  );
}

function isInside(label: string, within: string | undefined): boolean {
  return within === undefined || label === within || label.startsWith(`${within}/`);
}
