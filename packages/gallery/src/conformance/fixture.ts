/** What each test of the suite stands on: stores at a place of its own, closed when it ends. */
import type { LabelCount, Reference } from '@docclf/core';
import { openGallery, type StoreGallery } from '../gallery.ts';
import type { GalleryStore } from '../store.ts';
import { check, same } from './assert.ts';
import type { ConformanceFaults } from './faults.ts';
import { space } from './samples.ts';

export interface Fixture {
  /** Where this test's stores keep their references. */
  readonly place: string;
  /** What a store's own test can break. */
  readonly faults: ConformanceFaults;
  /** References of the test that asks for many. */
  readonly scale: number;
  /** A store at the test's place, not yet opened. */
  create(): Promise<GalleryStore>;
  /** A store at the test's place, opened. */
  openStore(): Promise<GalleryStore>;
  /** A gallery over a store at the test's place. */
  openGallery(): Promise<StoreGallery>;
  /** Closes before the test ends. */
  close(opened: GalleryStore | StoreGallery): Promise<void>;
  /** Tells a measured figure. */
  report(line: string): void;
}

export interface ConformanceCase {
  readonly name: string;
  /** Runs only where the store's own test can break this. */
  readonly needs?: keyof ConformanceFaults;
  run(fixture: Fixture): Promise<void>;
}

export async function withFixture(
  {
    create: createStore,
    ...given
  }: Pick<Fixture, 'place' | 'faults' | 'scale' | 'report'> & {
    readonly create: () => GalleryStore | Promise<GalleryStore>;
  },
  run: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const open = new Set<GalleryStore | StoreGallery>();
  const close = (opened: GalleryStore | StoreGallery) => {
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
        open.add(store);
        same(await store.open(space), space, 'The space of a new store');
        return store;
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

/** Inserts in as many commits as the store needs, at most `atOnce` references in one. */
export async function insertAll(
  store: GalleryStore,
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

export async function everything(store: GalleryStore, limit = 100): Promise<Reference[]> {
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
export async function stateOf(store: GalleryStore) {
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
