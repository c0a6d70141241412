/** A gallery over any store: every check that is true of all stores, once. */
import {
  type AddOptions,
  type AsyncDisposal,
  assertSameSpace,
  DocclfError,
  type EmbeddingSpace,
  type Gallery,
  type Reference,
  type Signal,
  type WithinOptions,
} from '@docclf/core';
import {
  abortSignal,
  anything,
  checkOptions,
  createLifetime,
  describe,
  disposal,
  flag,
  type OptionTable,
  oneOf,
  throwIfAborted,
} from '@docclf/core/implementer';
import { whenAborted } from './abort.ts';
import { createLabelCounts } from './counts.ts';
import { guarded, guardSession } from './guard.ts';
import { createMemoryStore } from './memory.ts';
import { createQueue } from './queue.ts';
import { scopeOf } from './scope.ts';
import { createSearch, reading } from './search.ts';
import type { GalleryStore, StoreCapabilities } from './store.ts';
import { walk } from './walk.ts';
import { createWrites } from './writes.ts';

const withinOptions: OptionTable<WithinOptions> = { within: anything, signal: abortSignal };
const addOptions: OptionTable<AddOptions> = {
  existing: oneOf('error', 'keep', 'replace'),
  signal: abortSignal,
};
const renameOptions: OptionTable<{ readonly merge?: boolean }> = { merge: flag };

export interface StoreGallery extends Gallery, AsyncDisposal {
  /** The store behind the gallery: its name and what it can do. */
  readonly store: { readonly name: string; readonly capabilities: StoreCapabilities };
  /**
   * Rewrites what is stored, so that no byte is left of what was removed. Takes as long as copying everything; others
   * that use the gallery may have to wait.
   *
   * @throws CAPABILITY_UNSUPPORTED where the store cannot, GALLERY_LOCKED, GALLERY_FULL, FILE_UNWRITABLE, STORE_*
   */
  purge(): Promise<void>;
}

/**
 * Opens a gallery over a store and binds it to an embedding space.
 *
 * Writes of one gallery run one after another; reads run beside them and see each commit whole.
 * Closing waits for the calls that are running.
 *
 * @throws GALLERY_SPACE_MISMATCH when the store holds vectors of another space, STORE_FAILED,
 *   INVALID_ARGUMENT when the store was written for another release
 */
export async function openGallery(store: GalleryStore, space: EmbeddingSpace): Promise<StoreGallery> {
  const { capabilities, contract, name } = store ?? {};
  if (contract !== 2) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'store',
      expected: 'a store of contract 2',
      received: describe(contract),
    });
  }
  const session = guardSession(store, await guarded(name, 'open', () => store.open(space)));
  const lifetime = createLifetime('gallery', session.close);
  try {
    assertSameSpace(session.space, space);
  } catch (error) {
    await lifetime.close();
    throw error;
  }
  const counts = createLabelCounts(session);
  const inTurn = createQueue((signal) => throwIfAborted(signal, 'Writing to the gallery'));
  const writes = createWrites(store, session, counts, inTurn);
  const search = createSearch(session, capabilities, counts);

  /** A read may be abandoned at any moment; it ends unheard, and closing waits for it all the same. */
  function read<Result>(signal: Signal | undefined, work: () => Promise<Result>): Promise<Result> {
    throwIfAborted(signal, reading);
    return untilAborted(signal, lifetime.run(work));
  }

  async function* references(options?: WithinOptions): AsyncGenerator<Reference, void, void> {
    const { within, signal } = checkOptions('references', options, withinOptions);
    yield* walk(capabilities, scopeOf(within), (query) => read(signal, () => session.page(query)));
  }

  return {
    space,
    keepsAttachments: capabilities.attachments,
    store: { name, capabilities },
    add: (inputs, options) =>
      lifetime.run(async () => {
        assertList('references', inputs, 'a list of references');
        return writes.add(inputs, checkOptions('add', options, addOptions));
      }),
    nearest: async (vector, count, given) => {
      const options = checkOptions('nearest', given, withinOptions);
      return read(options.signal, () => search(vector, count, options, false));
    },
    nearestLabels: async (vector, count, given) => {
      const options = checkOptions('nearestLabels', given, withinOptions);
      return read(options.signal, () => search(vector, count, options, true));
    },
    get: (id) => lifetime.run(async () => (await writes.findById([id]))[0]),
    getMany: (ids) =>
      lifetime.run(async () => {
        assertList('ids', ids, 'a list of ids');
        return inOrder(ids, await writes.findById(ids));
      }),
    references,
    revision: () => lifetime.run(session.revision),
    labels: () => lifetime.run(async () => (await counts.current()).labels),
    rename: (from, to, options) =>
      lifetime.run(async () => writes.rename(from, to, checkOptions('rename', options, renameOptions))),
    remove: (selection) => lifetime.run(() => writes.remove(selection)),
    size: () => lifetime.run(async () => (await counts.current()).total),
    purge: () => lifetime.run(() => inTurn(undefined, session.purge)),
    close: lifetime.close,
    ...disposal(lifetime.close),
  };
}

/** A gallery in memory. */
export function createMemoryGallery(space: EmbeddingSpace): Promise<StoreGallery> {
  return openGallery(createMemoryStore(), space);
}

async function untilAborted<Result>(signal: Signal | undefined, result: Promise<Result>): Promise<Result> {
  if (signal === undefined) return result;
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => {
    end = whenAborted(signal, () =>
      reject(new DocclfError('ABORTED', { operation: reading }, { cause: signal.reason })),
    );
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    end();
  }
}

/** @throws INVALID_ARGUMENT */
function assertList(argument: string, value: unknown, expected: string): void {
  if (!Array.isArray(value))
    throw new DocclfError('INVALID_ARGUMENT', { argument, expected, received: describe(value) });
}

/** Of each id its reference, once for each time that it is asked for. */
function inOrder(ids: readonly string[], found: readonly Reference[]): readonly Reference[] {
  const byId = new Map(found.map((reference) => [reference.id, reference]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
