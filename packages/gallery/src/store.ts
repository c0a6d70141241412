/**
 * The contract that a store author writes. Everything that is true of all stores (vectors, labels, ids,
 * limits, abort, closing, merging) is checked before a store is called: a store only stores and searches.
 */
import type { EmbeddingSpace, LabelCount, Reference } from '@docclf/core';

/** What a store can do. What it disclaims it refuses with CAPABILITY_UNSUPPORTED, and never skips in silence. */
export interface StoreCapabilities {
  /** True: `nearest` returns the true neighbours. False: an index that may miss some; recall is then measured. */
  readonly exact: boolean;
  /** True: what was committed is there after close and reopen. False: a new store is empty. */
  readonly persistent: boolean;
  /** True: `nearest` and `page` honour `within` themselves. False: the gallery reads more and filters. */
  readonly filter: boolean;
  /** True: attachments are kept. False: the gallery refuses references that have any. */
  readonly attachments: boolean;
  /**
   * Most references that one commit may touch, at least 1; one that is replaced (its id in `remove` and
   * in `insert`) counts once. The gallery refuses to add more at once, and renames and removes in several commits.
   */
  readonly maximumBatch: number;
  /** Largest `count` of `nearest`, at least 1. For more, the gallery reads every reference and compares. */
  readonly maximumCount: number;
  /**
   * True: `nearest` honours `distinct` itself. False: the gallery asks for ever more references until it has seen
   * enough labels, which takes long where one label has thousands of them near the probe.
   */
  readonly distinct: boolean;
}

/**
 * One atomic write, applied in this order: `remove`, `relabel`, `insert`. All of it happens or nothing.
 *
 * No list names an id twice. Removing an id that is not there is no error: somebody else removed it first.
 * The references are the store's to keep, nobody else holds them.
 */
export interface StoreChanges {
  readonly remove?: readonly string[];
  readonly relabel?: readonly { readonly id: string; readonly label: string }[];
  readonly insert?: readonly Reference[];
}

export interface StoreMatch {
  readonly id: string;
  readonly label: string;
  /** Of the query and the reference's vector, in [-1, 1] up to rounding. */
  readonly cosine: number;
}

export interface NearestQuery {
  /** Unit vector of the space's dimension. */
  readonly vector: Float32Array;
  /** 1 to `maximumCount`. */
  readonly count: number;
  /** Only this label and its sub-labels (see `isWithin` of core); sent only to stores with the `filter` capability. */
  readonly within?: string | undefined;
  /**
   * Only references of exactly one of these labels, at least one, no sub-labels; never beside `within`, and sent only
   * to stores with the `filter` capability.
   */
  readonly labels?: readonly string[] | undefined;
  /** True: only the first reference of each label; sent only to stores with the `distinct` capability. */
  readonly distinct?: boolean | undefined;
}

export interface PageQuery {
  /** Ids after this one; null from the start. It may have been removed since. */
  readonly after: string | null;
  /** At least 1. */
  readonly limit: number;
  readonly within?: string | undefined;
  /**
   * The same object for all pages of one walk, and for no other's: the key of whatever a store keeps between the pages,
   * in a WeakMap. A page without one, or with one that is new to the store, is complete by itself.
   */
  readonly walk?: object | undefined;
}

/** Two revisions between which there is one commit and nothing else. */
export interface Committed {
  readonly before: string;
  readonly after: string;
}

/** Where references may live: knows how to get there, and holds nothing before it is opened. */
export interface GalleryStore {
  /** Version of this contract. */
  readonly contract: 2;
  /** Names the store in error messages. */
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  /**
   * Binds what is new to `space`. What is bound to another space already is left as it is: the session says so by its
   * own `space`, and the gallery closes it.
   */
  open(space: EmbeddingSpace): Promise<StoreSession>;
}

/**
 * An opened store.
 *
 * Ids, labels and source hashes are compared exactly: case, accents, trailing spaces and Unicode form count.
 * Ids ascend by UTF-16 code unit or by code point, as the engine finds easier (they differ only where
 * characters beyond U+FFFF meet characters from U+E000), never by a language's collation.
 */
export interface StoreSession {
  /** What the references are bound to. */
  readonly space: EmbeddingSpace;
  /**
   * Names the state of the references, as cheaply as can be: the gallery asks for each classification, and reads again
   * what it knows (how many references each label has) when the answer is another.
   *
   * Every commit changes it, whoever made it, and never to one that other references had. Who has read a revision and
   * then reads references or labels sees at least what was committed up to it; so it never changes ahead of them.
   */
  revision(): Promise<string>;
  /**
   * Applies the changes durably (for persistent stores) before it resolves. Calls do not overlap within
   * one gallery; other processes may write at the same time.
   *
   * @returns the revisions on its two sides where it is certain that nobody wrote between them: the gallery then need
   *   not read labels again. Nothing is always right
   * @throws REFERENCE_EXISTS when an inserted id exists, REFERENCE_NOT_FOUND when a relabelled id does not
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns nothing is a promise of void
  commit(changes: StoreChanges): Promise<Committed | void>;
  /**
   * The references whose id or source hash is one of `values` (distinct, at most `maximumBatch`), in any
   * order; values that nothing has are no error. The caller owns the copies.
   */
  find(key: 'id' | 'sourceHash', values: readonly string[]): Promise<readonly Reference[]>;
  /** References in ascending order of id, at most `limit`; fewer only at the end. The caller owns the copies. */
  page(query: PageQuery): Promise<readonly Reference[]>;
  /** How many references each label has, in any order; labels without one are absent. */
  labels(): Promise<readonly LabelCount[]>;
  /** The `count` references of largest cosine, best first, equal cosines by ascending id; fewer only when there are fewer. */
  nearest(query: NearestQuery): Promise<readonly StoreMatch[]>;
  /**
   * Rewrites what is stored without the bytes of what was removed. Left out by a store that cannot: the gallery then
   * refuses with CAPABILITY_UNSUPPORTED. A store where nothing of them stays does nothing.
   */
  purge?(): Promise<void>;
  /** Called once, when no other call is running. */
  close(): Promise<void>;
}
