/** An opened store whose every error has a code, and whose every answer could have been registered. */
import { DocclfError, type LabelCount, type Reference } from '@docclf/core';
import { assertReference, assertStoredLabel, isStorable } from './check-reference.ts';
import type { GalleryStore, StoreMatch, StoreSession } from './store.ts';

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
  const ask = <Result>(operation: string, call: () => Promise<Result>) => guarded(name, operation, call);
  return {
    space: session.space,
    revision: () => ask('read the revision', async () => assertRevision(name, await session.revision())),
    commit: (changes) => ask('write references', () => session.commit(changes)),
    find: (key, values) => ask('find references', async () => references(await session.find(key, values))),
    page: (query) => ask('read references', async () => references(await session.page(query))),
    labels: () => ask('list labels', async () => sound(name, await session.labels(), assertCount)),
    nearest: (query) => ask('search', async () => sound(name, await session.nearest(query), assertMatch)),
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

function assertCount({ label, references }: LabelCount): void {
  assertStoredLabel(label);
  if (!Number.isSafeInteger(references) || references < 0)
    throw new TypeError('The number of references of a label is none');
}

/** Beyond 1 by what rounding does, in single precision. */
function assertMatch({ id, label, cosine }: StoreMatch): void {
  assertStoredLabel(label);
  if (!isStorable(id)) throw new TypeError('The id of a neighbour is none');
  if (typeof cosine !== 'number' || !(Math.abs(cosine) <= 1.01))
    throw new TypeError('The cosine of a neighbour is none');
}

/** @throws GALLERY_FILE_CORRUPT */
function assertRevision(store: string, revision: unknown): string {
  if (typeof revision === 'string') return revision;
  throw new DocclfError('GALLERY_FILE_CORRUPT', {
    gallery: `The ${store} store`,
    problem: 'its revision is no text',
  });
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
  // Not of an array: no loop knows what to do with it, or when it would end.
  const all: readonly Item[] = Array.isArray(items) ? items : [undefined];
  for (const item of all) {
    try {
      assertSound(item);
    } catch (cause) {
      const problem = problemOf(cause);
      throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery: `The ${store} store`, problem }, { cause });
    }
  }
  return items;
}
