/** What each test of the suite stands on: stores at a place of its own, closed when it ends. */
import type { LabelCount, Reference } from '@docclf/core';
import { openGallery, type StoreGallery } from '../gallery.ts';
import type { GalleryStore, StoreSession } from '../store.ts';
import { check, same } from './assert.ts';
import { space } from './samples.ts';
import type { Closeable, Fixture, OpenStore } from './types.ts';

export async function withFixture(
  {
    create: createStore,
    ...given
  }: Pick<Fixture, 'place' | 'faults' | 'scale' | 'report'> & {
    readonly create: () => GalleryStore | Promise<GalleryStore>;
  },
  run: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const open = new Set<Closeable>();
  const close = (opened: Closeable) => {
    open.delete(opened);
    return opened.close();
  };
  const create = async () => createStore();
  try {
    await run({
      ...given,
      create,
      async openStore() {
        const store = await create();
        const opened = withItsStore(store, await store.open(space));
        open.add(opened);
        same(opened.space, space, 'The space of a new store');
        return opened;
      },
      async openGallery() {
        const gallery = await openGallery(await create(), space);
        open.add(gallery);
        return gallery;
      },
      close,
    });
  } catch (error) {
    // What went wrong first is the news.
    await Promise.allSettled([...open].map(close));
    throw error;
  }
  for (const opened of open) await close(opened);
}

/** Methods stay those of the session, which may be an object of any kind. */
function withItsStore({ contract, name, capabilities }: GalleryStore, session: StoreSession): OpenStore {
  return {
    contract,
    name,
    capabilities,
    space: session.space,
    revision: () => session.revision(),
    commit: (changes) => session.commit(changes),
    find: (key, values) => session.find(key, values),
    page: (query) => session.page(query),
    labels: () => session.labels(),
    nearest: (query) => session.nearest(query),
    purge: async () => session.purge?.(),
    close: () => session.close(),
  };
}

/** Inserts in as many commits as the store needs, at most `atOnce` references in one. */
export async function insertAll(
  store: OpenStore,
  references: readonly Reference[],
  atOnce = 250,
): Promise<void> {
  const batch = Math.min(store.capabilities.maximumBatch, atOnce);
  for (let i = 0; i < references.length; i += batch) {
    await store.commit({ insert: references.slice(i, i + batch).map(copyOf) });
  }
}

/** Adds in as many calls as the store needs. */
export async function addAll(gallery: StoreGallery, references: readonly Reference[]): Promise<void> {
  const batch = Math.min(gallery.store.capabilities.maximumBatch, 250);
  for (let i = 0; i < references.length; i += batch) await gallery.add(references.slice(i, i + batch));
}

/** A store owns what it is given, and the test goes on using its own. */
export function copyOf(reference: Reference): Reference {
  const attachments = Object.entries(reference.attachments);
  return {
    ...reference,
    vector: reference.vector.slice(),
    metadata: JSON.parse(JSON.stringify(reference.metadata)),
    attachments: Object.fromEntries(attachments.map(([name, bytes]) => [name, bytes.slice()])),
  };
}

export async function everything(store: OpenStore, limit = 100): Promise<Reference[]> {
  const references: Reference[] = [];
  let after: string | null = null;
  while (true) {
    const page: readonly Reference[] = await store.page({ after, limit });
    check(page.length <= limit, `A page of at most ${limit} references has ${page.length}.`);
    references.push(...page);
    if (page.length < limit) return references;
    after = page[page.length - 1]!.id;
  }
}

/** All that a store says about its content, in one value to compare. */
export async function stateOf(store: OpenStore) {
  return { references: await everything(store), labels: sortedLabels(await store.labels()) };
}

export async function allOf(gallery: StoreGallery, within?: string): Promise<Reference[]> {
  const references: Reference[] = [];
  for await (const reference of gallery.references({ within })) references.push(reference);
  return references;
}

export function sortedById(references: readonly Reference[]): Reference[] {
  return [...references].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function sortedLabels(counts: readonly LabelCount[]): LabelCount[] {
  return [...counts].sort((a, b) => (a.label < b.label ? -1 : 1));
}

export function countLabels(references: readonly Reference[]): LabelCount[] {
  const counts = new Map<string, number>();
  for (const { label } of references) counts.set(label, (counts.get(label) ?? 0) + 1);
  return sortedLabels([...counts].map(([label, number]) => ({ label, references: number })));
}

/** Compares references one by one; stores that are not exact may round their vectors. */
export function sameReferences(
  actual: readonly Reference[],
  expected: readonly Reference[],
  exact: boolean,
  what: string,
): void {
  same(idsOf(actual), idsOf(expected), `${what}, ids`);
  actual.forEach((reference, i) => {
    const wanted = expected[i]!;
    const near = reference.vector.every((value, j) => Math.abs(value - wanted.vector[j]!) < 1e-3);
    const vector = !exact && near ? wanted.vector : reference.vector;
    same({ ...reference, vector }, wanted, what);
  });
}

export function idsOf(found: readonly { readonly id: string }[]): string[] {
  return found.map(({ id }) => id);
}
