/**
 * What Chroma does not have: a name for the state of a collection, and counts of its labels that need not be counted
 * again. Both come from a small collection beside it, which belongs to it by its id.
 *
 * Each commit is a record there, added before anything is written and told to be done afterwards. It names the labels
 * that may have changed; whoever knew the counts before counts these labels again, and no others. So nothing is computed
 * from what a writer believed that it would find, and writers who meet need no lock. Every few commits a record of all
 * counts is added, which names the commits that are in it, and those are removed.
 *
 * A commit that is not done, because its process runs or has died, makes every revision a new one: slower, and right.
 */
import { DocclfError, type LabelCount } from '@docclf/core';
import type { Client, CollectionInfo, Metadata, Records } from './client.ts';

/** Milliseconds after which nobody is expected to finish a commit. */
const abandonedAfter = 3_600_000;

/** Commits after which the counts are written down. */
const commitsKept = 32;

/** The vector of each record: one has to be there. */
const anywhere = [1];

export interface Revisions {
  revision(): Promise<string>;
  labels(): Promise<readonly LabelCount[]>;
  /** Call it before a commit looks at what is there, and run the commit by what it returns. */
  begin(): Promise<RecordedCommit>;
}

/**
 * @param labels those that the commit takes references from or gives them to, as far as it has seen
 * @throws what `write` throws, STORE_* when nothing was written
 */
export type RecordedCommit = (labels: Iterable<string>, write: () => Promise<void>) => Promise<void>;

/** A record of the small collection. */
interface Entry {
  readonly id: string;
  readonly isCounts: boolean;
  /** Done or given up. */
  readonly isOver: boolean;
  /** Another one when it becomes known after all how a commit ended. */
  readonly key: string;
}

/** Counts, and the keys of all entries that are in them. */
interface Known {
  readonly counts: Map<string, number>;
  readonly includes: Set<string>;
}

interface StoredCounts {
  readonly includes: readonly string[];
  readonly counts: readonly (readonly [string, number])[];
}

/**
 * @param collection the id of that of the references
 * @param onFirst called before the first commit that is recorded
 */
export function createRevisions(client: Client, collection: string, onFirst: () => Promise<void>): Revisions {
  const name = `docclf-revisions-${collection}`;
  let own: CollectionInfo | undefined;
  let known: Known | undefined;
  let turn: Promise<unknown> = Promise.resolve();

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

  async function list(): Promise<Entry[]> {
    const id = await find();
    if (id === undefined) return [];
    const { ids, metadatas } = await client.ask<Records>(id, 'get', { include: ['metadatas'] });
    return ids.map((id, i) => entryOf(id, metadatas?.[i] ?? {}));
  }

  /** What is stored under these, in no order; what is gone by now is left out. */
  async function read<Content>(entries: readonly Entry[]): Promise<[id: string, content: Content][]> {
    if (entries.length === 0) return [];
    const ids = entries.map(({ id }) => id);
    const records = await client.ask<Records>((await find())!, 'get', { ids, include: ['documents'] });
    return records.ids.map((id, i) => [id, JSON.parse(records.documents?.[i] ?? '[]') as Content]);
  }

  async function add(id: string, metadata: Metadata, content: unknown): Promise<void> {
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
  }

  /**
   * The counts as of now, or a little later; what is known of them is brought up to it. Labels are counted in one
   * request, and again when a commit was begun meanwhile, so that each is in the counts whole or not at all.
   */
  async function refresh() {
    let entries = await list();
    for (let tries = 0; ; tries++) {
      const state = await countChanges(entries);
      if (!state.hasCounted || tries === 5) return state;
      const now = await list();
      const before = new Set(entries.map(({ id }) => id));
      if (now.every(({ id }) => before.has(id))) return state;
      entries = now;
    }
  }

  async function countChanges(entries: readonly Entry[]) {
    const stored = entries.filter(({ isCounts }) => isCounts);
    // Before the first record of a commit nothing tells what others wrote.
    if (!known || entries.length === 0 || stored.some(({ key }) => !known!.includes.has(key))) {
      known = (await readCounts(stored)) ?? {
        counts: await countAll(client, collection),
        includes: new Set(entries.filter(({ isOver }) => isOver).map(({ key }) => key)),
      };
      for (const { key } of stored) known.includes.add(key);
    }
    const news = entries.filter(({ isOver, key }) => !isOver || !known!.includes.has(key));
    const labels = new Set((await read<string[]>(news)).flatMap(([, labels]) => labels));
    for (const [label, references] of await countOnly(client, collection, [...labels])) {
      if (references > 0) known.counts.set(label, references);
      else known.counts.delete(label);
    }
    for (const { isOver, key } of news) if (isOver) known.includes.add(key);
    const present = new Set(entries.map(({ key }) => key));
    for (const key of known.includes) if (!present.has(key)) known.includes.delete(key);
    return { known, entries, hasCounted: labels.size > 0 };
  }

  /** The one record that has all others in it; undefined where there is none, as when two wrote one at once. */
  async function readCounts(stored: readonly Entry[]): Promise<Known | undefined> {
    const contents = await read<StoredCounts>(stored);
    const inOthers = new Set(contents.flatMap(([, { includes }]) => includes));
    const [first, second] = contents.filter(([id]) => !inOthers.has(id));
    if (!first || second) return undefined;
    return { counts: new Map(first[1].counts), includes: new Set(first[1].includes) };
  }

  async function writeCounts(): Promise<void> {
    const { known, entries } = await refresh();
    const covered = entries.filter(({ key }) => known.includes.has(key));
    const id = crypto.randomUUID();
    const content: StoredCounts = { includes: covered.map(({ key }) => key), counts: [...known.counts] };
    await add(id, { counts: true }, content);
    known.includes.add(id);
    if (covered.length > 0)
      await client.write((await find())!, 'delete', { ids: covered.map(({ id }) => id) });
  }

  /** One after another: what is known is half right meanwhile. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work).catch((error) => {
      known = undefined;
      throw error;
    });
    turn = result.catch(() => {});
    return result;
  }

  /** Also the labels of those who wrote meanwhile: what they found, or left, may be what this one changed. */
  async function finish(id: string, labels: ReadonlySet<string>, before: ReadonlySet<string>): Promise<void> {
    const entries = await list();
    const meanwhile = entries.filter((one) => !one.isCounts && one.id !== id && !before.has(one.key));
    const all = new Set([...labels, ...(await read<string[]>(meanwhile)).flatMap(([, theirs]) => theirs)]);
    const documents = [JSON.stringify([...all])];
    await client.write(await make(), 'update', { ids: [id], metadatas: [{ done: true }], documents });
    const commits = entries.filter(({ isCounts }) => !isCounts);
    if (commits.length > commitsKept || commits.length === entries.length) await inTurn(writeCounts);
  }

  return {
    async revision() {
      const entries = await list();
      if (entries.length === 0 || entries.some(({ isOver }) => !isOver)) return crypto.randomUUID();
      return entries
        .map(({ key }) => key)
        .sort()
        .join(' ');
    },

    labels: () =>
      inTurn(async () =>
        [...(await refresh()).known.counts].map(([label, references]) => ({ label, references })),
      ),

    async begin() {
      const before = new Set((await list()).filter(({ isOver }) => isOver).map(({ key }) => key));
      return async (names, write) => {
        const id = crypto.randomUUID();
        const labels = new Set(names);
        await add(id, { done: false, at: Date.now() }, [...labels]);
        try {
          await write();
        } catch (error) {
          // Where the connection broke it may still be written; nobody says that it is over.
          if (!DocclfError.is(error, 'STORE_UNREACHABLE')) await finish(id, labels, before).catch(() => {});
          throw error;
        }
        // It is written, and stays slow to be known when this fails.
        await finish(id, labels, before).catch(() => {});
      };
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

/** By reading the label of each record: as dear as the collection is large. */
async function countAll(client: Client, collection: string, where?: object): Promise<Map<string, number>> {
  const { metadatas } = await client.ask<Records>(collection, 'get', {
    include: ['metadatas'],
    ...(where && { where }),
  });
  const counts = new Map<string, number>();
  for (const metadata of metadatas ?? []) {
    if (typeof metadata?.label !== 'string') continue;
    counts.set(metadata.label, (counts.get(metadata.label) ?? 0) + 1);
  }
  return counts;
}

/** In one request, so that all are of one moment; those without references are 0. */
async function countOnly(
  client: Client,
  collection: string,
  labels: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const [only] = labels;
  if (only === undefined) return new Map();
  if (labels.length === 1) {
    const { ids } = await client.ask<Records>(collection, 'get', { where: { label: only }, include: [] });
    return new Map([[only, ids.length]]);
  }
  const found = await countAll(client, collection, { label: { $in: labels } });
  return new Map(labels.map((label) => [label, found.get(label) ?? 0]));
}
