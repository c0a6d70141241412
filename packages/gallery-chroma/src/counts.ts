/** How many references each label has: brought up to date by counting the labels again that a commit named. */
import { readWritten } from './answers.ts';
import type { Client, Records, Where } from './client.ts';
import type { Entry, Journal } from './journal.ts';
import { pagesOf } from './pages.ts';

/** Labels of a request. */
const pageSize = 10_000;

/** Counts, and the keys of all entries that are in them. */
interface Known {
  readonly counts: Map<string, number>;
  readonly includes: Set<string>;
}

interface StoredCounts {
  readonly includes: readonly string[];
  readonly counts: readonly (readonly [string, number])[];
}

export interface Counts {
  /** As of now, or a little later. */
  current(): Promise<ReadonlyMap<string, number>>;
  /** Writes them down, in place of the commits that are in them. */
  write(): Promise<void>;
}

const what = 'a record of counts';

const knownOf = ({ counts, includes }: StoredCounts): Known =>
  readWritten(what, () => ({ counts: new Map(counts), includes: new Set(includes) }));

/** @param collection the id of that of the references */
export function createCounts(client: Client, collection: string, journal: Journal): Counts {
  let known: Known | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /**
   * The counts as of now, or a little later; what is known of them is brought up to it. Labels are counted again when a
   * commit was begun meanwhile, so that each is in the counts whole or not at all.
   */
  async function refresh() {
    let entries = await journal.list();
    for (let tries = 0; ; tries++) {
      const state = await countChanges(entries);
      if (!state.hasCounted || tries === 5) return state;
      const now = await journal.list();
      const before = new Set(entries.map(({ id }) => id));
      if (now.every(({ id }) => before.has(id))) return state;
      entries = now;
    }
  }

  async function countChanges(entries: readonly Entry[]) {
    const stored = entries.filter(({ isCounts }) => isCounts);
    // Before the first record of a commit nothing tells what others wrote.
    let hasCounted = false;
    if (!known || entries.length === 0 || stored.some(({ key }) => !known!.includes.has(key))) {
      known = await readCounts(stored);
      hasCounted = known === undefined;
      known ??= {
        counts: await countAll(client, collection),
        includes: new Set(entries.filter(({ isOver }) => isOver).map(({ key }) => key)),
      };
      for (const { key } of stored) known.includes.add(key);
    }
    const news = entries.filter(({ isOver, key }) => !isOver || !known!.includes.has(key));
    const labels = new Set((await journal.read<string[]>(news)).flatMap(([, labels]) => labels));
    for (const [label, references] of await countOnly(client, collection, [...labels])) {
      if (references > 0) known.counts.set(label, references);
      else known.counts.delete(label);
    }
    for (const { isOver, key } of news) if (isOver) known.includes.add(key);
    const present = new Set(entries.map(({ key }) => key));
    for (const key of known.includes) if (!present.has(key)) known.includes.delete(key);
    return { known, entries, hasCounted: hasCounted || labels.size > 0 };
  }

  /** The one record that has all others in it; undefined where there is none, as when two wrote one at once. */
  async function readCounts(stored: readonly Entry[]): Promise<Known | undefined> {
    const contents = await journal.read<StoredCounts>(stored);
    const inOthers = readWritten(what, () => new Set(contents.flatMap(([, { includes }]) => includes)));
    const [first, second] = contents.filter(([id]) => !inOthers.has(id));
    if (!first || second) return undefined;
    return knownOf(first[1]);
  }

  /** Of what is in it the records are removed. */
  async function write(): Promise<void> {
    const { known, entries } = await refresh();
    const covered = entries.filter(({ key }) => known.includes.has(key));
    const id = crypto.randomUUID();
    const content: StoredCounts = { includes: covered.map(({ key }) => key), counts: [...known.counts] };
    await journal.add(id, { counts: true }, content);
    known.includes.add(id);
    await journal.remove(covered);
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

  return {
    current: () => inTurn(async () => new Map((await refresh()).known.counts)),
    write: () => inTurn(write),
  };
}

/** By reading the label of each record: as dear as the collection is large. */
async function countAll(client: Client, collection: string, where?: Where): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const question = { include: ['metadatas'], ...(where && { where }) };
  for await (const { metadatas } of pagesOf(client, collection, question, pageSize)) {
    for (const metadata of metadatas ?? []) {
      if (typeof metadata?.label !== 'string') continue;
      counts.set(metadata.label, (counts.get(metadata.label) ?? 0) + 1);
    }
  }
  return counts;
}

/** Those without references are 0. */
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
