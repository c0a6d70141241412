/** An opened store whose every error has a code. */
import { DocclfError } from '@docclf/core';
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

/** @throws from `purge`: CAPABILITY_UNSUPPORTED where the store cannot */
export function guardSession({ name }: GalleryStore, session: StoreSession): Required<StoreSession> {
  const ask = <Result>(operation: string, call: () => Promise<Result>) => guarded(name, operation, call);
  return {
    space: session.space,
    revision: () => ask('read the revision', () => session.revision()),
    commit: (changes) => ask('write references', () => session.commit(changes)),
    find: (key, values) => ask('find references', () => session.find(key, values)),
    page: (query) => ask('read references', () => session.page(query)),
    labels: () => ask('list labels', () => session.labels()),
    nearest: (query) => ask('search', () => session.nearest(query)),
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
