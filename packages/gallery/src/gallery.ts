/** A gallery over any store: every check that is true of all stores, once. */
import {
  type AddOptions,
  assertSameSpace,
  assertUnitVector,
  cosine,
  DocclfError,
  type EmbeddingSpace,
  type Gallery,
  isWithin,
  type LabelCount,
  type Match,
  type NewReference,
  negativeLabel,
  parseLabel,
  type Reference,
  type Selection,
  scoreOfCosine,
  type WithinOptions,
} from '@docclf/core';
import {
  createLifetime,
  describe,
  parseStoredLabel,
  positiveInteger,
  throwIfAborted,
} from '@docclf/core/implementer';
import { checkReference, isStorable } from './check-reference.ts';
import { createMemoryStore } from './memory.ts';
import type { GalleryStore, PageQuery, StoreCapabilities, StoreMatch } from './store.ts';

/** References read from a store at once while walking through it. */
const pageSize = 500;

/** Names the operation in ABORTED. */
const reading = 'Reading the gallery';

export interface StoreGallery extends Gallery {
  /** The store behind the gallery: its name and what it can do. */
  readonly store: { readonly name: string; readonly capabilities: StoreCapabilities };
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
  const { capabilities, contract, name } = store;
  if (contract !== 1) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'store',
      expected: 'a store of contract 1',
      received: describe(contract),
    });
  }
  const lifetime = createLifetime('gallery', () => ask('close', () => store.close()));
  let lastWrite: Promise<unknown> = Promise.resolve();

  async function ask<Result>(operation: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (cause) {
      if (DocclfError.is(cause)) throw cause;
      throw new DocclfError('STORE_FAILED', { store: name, operation }, { cause });
    }
  }

  /** A read may be abandoned at any moment; it ends unheard, and closing waits for it all the same. */
  async function read<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    throwIfAborted(signal, reading);
    const result = lifetime.run(work);
    if (signal === undefined) return result;
    let onAbort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(new DocclfError('ABORTED', { operation: reading }, { cause: signal.reason }));
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([result, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** A write waits for those before it, then runs to its end: what it did must be known. */
  function write<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    const turn = lastWrite.then(() => {
      throwIfAborted(signal, 'Writing to the gallery');
      return work();
    });
    lastWrite = turn.catch(() => {});
    return turn;
  }

  async function add(inputs: readonly NewReference[], { replace = false, signal }: AddOptions = {}) {
    if (inputs.length > capabilities.maximumBatch) {
      throw new DocclfError('INVALID_ARGUMENT', {
        argument: 'references',
        expected: `at most ${capabilities.maximumBatch} at once`,
        received: String(inputs.length),
      });
    }
    const added = inputs.map((input) => checkReference(input, space.dimension));
    assertNoConflict(added, []);
    assertDistinct(added);
    if (!capabilities.attachments && added.some(({ attachments }) => Object.keys(attachments).length > 0)) {
      throw new DocclfError('CAPABILITY_UNSUPPORTED', { store: name, capability: 'attachments' });
    }
    if (added.length === 0) return added;
    // The store keeps what it is given, so the caller gets copies.
    const answer = added.map((reference) => checkReference(reference, space.dimension));
    return write(signal, async () => {
      const ids = added.map(({ id }) => id);
      const hashes = new Set(added.flatMap(({ sourceHash }) => sourceHash ?? []));
      const [sameId, sameSource] = await ask('find references', () =>
        Promise.all([
          store.find('id', ids),
          hashes.size > 0 ? store.find('sourceHash', [...hashes]) : ([] as Reference[]),
        ]),
      );
      const replaced = new Set(replace ? ids : []);
      assertNoConflict(
        added,
        sameSource.filter(({ id }) => !replaced.has(id)),
      );
      const existing = sameId[0];
      if (existing && !replace) {
        throw new DocclfError('REFERENCE_EXISTS', { id: existing.id, label: existing.label });
      }
      const remove = sameId.map(({ id }) => id);
      await ask('write references', () => store.commit({ remove, insert: added }));
      return answer;
    });
  }

  /**
   * The `wanted` nearest references, with `distinct` at most one of each label. Where the store cannot
   * choose them itself, ever more are asked of it until there are enough: exact stores all answer alike.
   */
  async function collect(
    vector: Float32Array,
    wanted: number,
    { within: text, signal }: WithinOptions,
    distinct: boolean,
  ): Promise<Match[]> {
    assertUnitVector(vector, space.dimension);
    positiveInteger('count', wanted);
    const within = parseWithin(text);
    const { filter, maximumCount } = capabilities;
    let count = wanted;
    let available: number | undefined;
    while (true) {
      throwIfAborted(signal, reading);
      const query = { vector, count, ...(filter && { within }) };
      const all = count > maximumCount;
      const found = all
        ? await compareAll(vector, within, signal)
        : await ask('search', () => store.nearest(query));
      const kept = choose(found, wanted, within, distinct);
      const complete = all || kept.length === wanted || found.length < count;
      if (!complete) available ??= await countAvailable(within, distinct);
      if (complete || kept.length === available) {
        return kept.map(({ id, label, cosine }) => ({ id, label, score: scoreOfCosine(cosine) }));
      }
      count = count < maximumCount ? Math.min(4 * count, maximumCount) : Number.POSITIVE_INFINITY;
    }
  }

  /** Most matches that there can be: without it a gallery of one label would be searched to its last reference. */
  async function countAvailable(within: string | undefined, distinct: boolean): Promise<number> {
    const counts = await ask('list labels', () => store.labels());
    const inside = counts.filter(({ label }) => within === undefined || isWithin(label, within));
    return distinct ? inside.length : total(inside);
  }

  /** Every reference compared here, for more neighbours than the store can name: slower, and the same answer. */
  async function compareAll(
    vector: Float32Array,
    within: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StoreMatch[]> {
    const matches: StoreMatch[] = [];
    for await (const reference of walk(within)) {
      throwIfAborted(signal, reading);
      matches.push({ id: reference.id, label: reference.label, cosine: cosine(vector, reference.vector) });
    }
    return matches.sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1));
  }

  const readPage = (query: PageQuery) => ask('read references', () => store.page(query));

  async function* walk(
    within: string | undefined,
    nextPage: (query: PageQuery) => Promise<readonly Reference[]> = readPage,
  ): AsyncGenerator<Reference, void, void> {
    let after: string | null = null;
    while (true) {
      const query: PageQuery = { after, limit: pageSize, ...(capabilities.filter && { within }) };
      const page: readonly Reference[] = await nextPage(query);
      for (const reference of page) {
        if (within === undefined || isWithin(reference.label, within)) yield reference;
      }
      const last = page[page.length - 1];
      if (page.length < pageSize || last === undefined) return;
      after = last.id;
    }
  }

  async function* references({ within, signal }: WithinOptions = {}): AsyncGenerator<Reference, void, void> {
    yield* walk(parseWithin(within), (query) => read(signal, () => readPage(query)));
  }

  /** All of the changes in as few commits as the store's batch limit allows: one, for most. */
  async function commitInBatches<Change>(
    changes: readonly Change[],
    key: 'remove' | 'relabel',
  ): Promise<number> {
    for (let i = 0; i < changes.length; i += capabilities.maximumBatch) {
      const batch = changes.slice(i, i + capabilities.maximumBatch);
      await ask('write references', () => store.commit({ [key]: batch }));
    }
    return changes.length;
  }

  async function rename(fromText: string, toText: string, { merge = false } = {}): Promise<number> {
    const from = parseLabel(fromText);
    const to = parseLabel(toText);
    return write(undefined, async () => {
      const moves: { id: string; label: string }[] = [];
      for await (const { id, label } of walk(from)) {
        moves.push({ id, label: parseLabel(to + label.slice(from.length)) });
      }
      if (moves.length === 0) throw new DocclfError('LABEL_NOT_FOUND', { label: from });
      const targets = new Set(moves.map(({ label }) => label));
      const counts = await ask('list labels', () => store.labels());
      // Sub-labels that move themselves make room for what comes.
      const occupied = counts.find(({ label }) => targets.has(label) && !isWithin(label, from));
      if (occupied && !merge) throw new DocclfError('LABEL_EXISTS', occupied);
      return commitInBatches(moves, 'relabel');
    });
  }

  async function remove(selection: Selection): Promise<number> {
    const label = 'id' in selection ? undefined : parseLabel(selection.label);
    return write(undefined, async () => {
      const ids: string[] = [];
      if ('id' in selection) {
        const found = await findById(selection.id);
        if (!found) throw new DocclfError('REFERENCE_NOT_FOUND', { id: selection.id });
        ids.push(found.id);
      } else {
        for await (const { id } of walk(label)) ids.push(id);
        if (ids.length === 0) throw new DocclfError('LABEL_NOT_FOUND', { label: label! });
      }
      return commitInBatches(ids, 'remove');
    });
  }

  /** An id that no reference can have is not sent to a store, which may choke on it. */
  async function findById(id: string): Promise<Reference | undefined> {
    if (!isStorable(id)) return undefined;
    return (await ask('find references', () => store.find('id', [id])))[0];
  }

  async function labels(): Promise<LabelCount[]> {
    const counts = await ask('list labels', () => store.labels());
    return counts.filter(({ label }) => label !== negativeLabel).sort((a, b) => (a.label < b.label ? -1 : 1));
  }

  const bound = await ask('open', () => store.open(space));
  try {
    assertSameSpace(bound, space);
  } catch (error) {
    await lifetime.close();
    throw error;
  }

  return {
    space,
    store: { name, capabilities },
    add: (inputs, options) => lifetime.run(() => add(inputs, options)),
    nearest: (vector, count, options = {}) =>
      read(options.signal, () => collect(vector, count, options, false)),
    nearestLabels: (vector, count, options = {}) =>
      read(options.signal, () => collect(vector, count, options, true)),
    get: (id) => lifetime.run(() => findById(id)),
    references,
    labels: () => lifetime.run(labels),
    rename: (from, to, options) => lifetime.run(() => rename(from, to, options)),
    remove: (selection) => lifetime.run(() => remove(selection)),
    size: () => lifetime.run(async () => total(await ask('list labels', () => store.labels()))),
    close: lifetime.close,
  };
}

/** A gallery in memory. */
export function createMemoryGallery(space: EmbeddingSpace): Promise<StoreGallery> {
  return openGallery(createMemoryStore(), space);
}

/** The same image under two labels would make the answer arbitrary. */
function assertNoConflict(added: readonly Reference[], stored: readonly Reference[]): void {
  const known = new Map(stored.map((reference) => [reference.sourceHash, reference]));
  for (const reference of added) {
    const { label, sourceHash } = reference;
    if (sourceHash === null) continue;
    const other = known.get(sourceHash) ?? reference;
    if (other.label !== label) {
      throw new DocclfError('LABEL_CONFLICT', { id: other.id, existing: other.label, requested: label });
    }
    known.set(sourceHash, other);
  }
}

function assertDistinct(references: readonly Reference[]): void {
  const seen = new Map<string, string>();
  for (const { id, label } of references) {
    const first = seen.get(id);
    if (first !== undefined) throw new DocclfError('REFERENCE_EXISTS', { id, label: first });
    seen.set(id, label);
  }
}

/** The first `wanted` of the matches that lie within the label, with `distinct` one of each label. */
function choose(
  found: readonly StoreMatch[],
  wanted: number,
  within: string | undefined,
  distinct: boolean,
): StoreMatch[] {
  const kept: StoreMatch[] = [];
  const labels = new Set<string>();
  for (const match of found) {
    if (kept.length === wanted) break;
    if (within !== undefined && !isWithin(match.label, within)) continue;
    if (distinct && labels.has(match.label)) continue;
    labels.add(match.label);
    kept.push(match);
  }
  return kept;
}

function parseWithin(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseStoredLabel(text);
}

function total(counts: readonly LabelCount[]): number {
  return counts.reduce((sum, { references }) => sum + references, 0);
}
