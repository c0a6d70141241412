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
}

export interface PageQuery {
  /** Ids after this one; null from the start. It may have been removed since. */
  readonly after: string | null;
  /** At least 1. */
  readonly limit: number;
  readonly within?: string | undefined;
}

/**
 * Ids, labels and source hashes are compared exactly: case, accents, trailing spaces and Unicode form count.
 * Ids ascend by UTF-16 code unit or by code point, as the engine finds easier (they differ only where
 * characters beyond U+FFFF meet characters from U+E000), never by a language's collation.
 */
export interface GalleryStore {
  /** Version of this contract. */
  readonly contract: 1;
  /** Names the store in error messages. */
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  /**
   * Called first. Binds a new store to `space`; returns the space that the store is bound to, which may
   * be an older one: what it holds is then left as it is, and the gallery closes it.
   */
  open(space: EmbeddingSpace): Promise<EmbeddingSpace>;
  /**
   * Applies the changes durably (for persistent stores) before it resolves. Calls do not overlap within
   * one gallery; other processes may write at the same time.
   *
   * @throws REFERENCE_EXISTS when an inserted id exists, REFERENCE_NOT_FOUND when a relabelled id does not
   */
  commit(changes: StoreChanges): Promise<void>;
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
  /** Called once, when no other call is running. */
  close(): Promise<void>;
}
