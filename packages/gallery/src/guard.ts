/** An opened store whose every error has a code, and whose every answer could have been registered. */
import { DocclfError, type Reference } from '@docclf/core';
import { assertReference, assertStoredLabel } from './check-reference.ts';
import type { GalleryStore, StoreSession } from './store.ts';

/** Errors of the store without a code become STORE_FAILED, with the store's own as the cause. */
export async function guarded<Result>(
  store: string,
  operation: string,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    if (DocclfError.is(cause)) throw cause;
    throw new DocclfError('STORE_FAILED', { store, operation }, { cause });
  }
}

/**
 * What is read is checked as what is written: others may have written to a database, or made the file.
 *
 * @throws GALLERY_FILE_CORRUPT from what reads; from `purge`: CAPABILITY_UNSUPPORTED where the store cannot
 */
export function guardSession({ name }: GalleryStore, session: StoreSession): Required<StoreSession> {
  const { dimension } = session.space;
  const references = (found: readonly Reference[]) =>
    sound(name, found, (reference) => assertReference(reference, dimension));
  const labelled = <Labelled extends { readonly label: string }>(found: readonly Labelled[]) =>
    sound(name, found, ({ label }) => assertStoredLabel(label));
  const ask = <Result>(operation: string, call: () => Promise<Result>) => guarded(name, operation, call);
  return {
    space: session.space,
    revision: () => ask('read the revision', () => session.revision()),
    commit: (changes) => ask('write references', () => session.commit(changes)),
    find: (key, values) => ask('find references', async () => references(await session.find(key, values))),
    page: (query) => ask('read references', async () => references(await session.page(query))),
    labels: () => ask('list labels', async () => labelled(await session.labels())),
    nearest: (query) => ask('search', async () => labelled(await session.nearest(query))),
    purge: () =>
      ask('purge', async () => {
        if (!session.purge) {
          throw new DocclfError('CAPABILITY_UNSUPPORTED', { store: name, capability: 'purging' });
        }
        await session.purge();
      }),
    close: () => ask('close', () => session.close()),
  };
}

/** As a part of a sentence. */
export function problemOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
}

/** @throws GALLERY_FILE_CORRUPT with the first fault as its cause */
function sound<Item>(
  store: string,
  items: readonly Item[],
  assertSound: (item: Item) => void,
): readonly Item[] {
  for (const item of items) {
    try {
      assertSound(item);
    } catch (cause) {
      const problem = problemOf(cause);
      throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery: `The ${store} store`, problem }, { cause });
    }
  }
  return items;
}
