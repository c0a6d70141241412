/** All references of a scope, page by page. */
import type { Reference } from '@docclf/core';
import { createPace } from './pace.ts';
import type { Scope } from './scope.ts';
import type { PageQuery, StoreCapabilities } from './store.ts';

/** References read from a store at once. */
const pageSize = 500;

export type ReadPage = (query: PageQuery) => Promise<readonly Reference[]>;

/** In order of id. Every walk has a key of its own, for what a store keeps between its pages. */
export async function* walk(
  { filter }: StoreCapabilities,
  { within, includes }: Scope,
  readPage: ReadPage,
): AsyncGenerator<Reference, void, void> {
  const own = {};
  const pace = createPace();
  let after: string | null = null;
  while (true) {
    const query: PageQuery = { after, limit: pageSize, walk: own, ...(filter && { within }) };
    const page: readonly Reference[] = await readPage(query);
    for (const reference of page) if (includes(reference.label)) yield reference;
    const last = page[page.length - 1];
    if (page.length < pageSize || last === undefined) return;
    after = last.id;
    // A store in memory answers at once: without a pause nothing else would run until the end.
    if (pace.isDue) await pace.pause();
  }
}
