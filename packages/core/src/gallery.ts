/** What the classifier asks of a gallery. `@docclf/gallery` implements it over any store. */
import type { EmbeddingSpace } from './manifest.ts';
import type { Signal } from './platform.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** One registered image. */
export interface Reference {
  readonly id: string;
  /** Canonical label path, see `parseLabel`; `negativeLabel` of a negative reference. */
  readonly label: string;
  /** Unit vector of the gallery's dimension. */
  readonly vector: Float32Array;
  /** The user's own facts; stored, never interpreted. */
  readonly metadata: JsonObject;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** SHA-256 (hex) of the image's bytes, `:page` behind it after the first page; null when registered as a vector. */
  readonly sourceHash: string | null;
  /** Named binary companions, such as `thumbnail`. */
  readonly attachments: Readonly<Record<string, Uint8Array>>;
}

/** A reference to be registered: what is left out gets a default. */
export interface NewReference {
  readonly label: string;
  readonly vector: Float32Array;
  /** Default: from `sourceHash`, so that the same image always gets the same id; else a random UUID. */
  readonly id?: string;
  readonly metadata?: JsonObject;
  readonly createdAt?: string;
  readonly sourceHash?: string | null;
  readonly attachments?: Readonly<Record<string, Uint8Array>>;
}

/** A neighbour of a probe. */
export interface Match {
  readonly id: string;
  readonly label: string;
  /** (cosine + 1) / 2, in [0, 1]. */
  readonly score: number;
}

export interface LabelCount {
  readonly label: string;
  /** References of exactly this label, those of its sub-labels not counted. */
  readonly references: number;
}

/** One reference, or every reference of a label and its sub-labels. */
export type Selection = { readonly id: string } | { readonly label: string };

export interface WithSignal {
  readonly signal?: Signal | undefined;
}

export interface WithinOptions extends WithSignal {
  /** Only references of this label, or of one of these, and of their sub-labels. Default: all. */
  readonly within?: string | readonly string[] | undefined;
}

export type Existing = 'error' | 'keep' | 'replace';

export interface AddOptions extends WithSignal {
  /**
   * What to do where a reference of the same id is stored: refuse (default) with REFERENCE_EXISTS, keep what is stored
   * and answer with it, or replace it.
   */
  readonly existing?: Existing | undefined;
}

export interface Gallery {
  readonly space: EmbeddingSpace;
  /** False where the store keeps no attachments, and references without any are all that it takes. Default true. */
  readonly keepsAttachments?: boolean | undefined;
  /** Stores all of the references or none. Throws REFERENCE_EXISTS, LABEL_CONFLICT, VECTOR_*, LABEL_*. */
  add(references: readonly NewReference[], options?: AddOptions): Promise<readonly Reference[]>;
  /** The `count` nearest references, best first, ties by id. */
  nearest(vector: Float32Array, count: number, options?: WithinOptions): Promise<readonly Match[]>;
  /** The best reference of each of the `count` best labels, best first, ties by id. */
  nearestLabels(vector: Float32Array, count: number, options?: WithinOptions): Promise<readonly Match[]>;
  get(id: string): Promise<Reference | undefined>;
  /** The references of these ids, in their order; those that nothing has are left out. */
  getMany(ids: readonly string[]): Promise<readonly Reference[]>;
  /** References in the order of their ids, read page by page. */
  references(options?: WithinOptions): AsyncIterable<Reference>;
  /**
   * Names the state of the references: another text after every write, whoever made it. Cheap, so that what is
   * computed from references can be kept for as long as it stays the same. Read it before them.
   */
  revision(): Promise<string>;
  /**
   * Sorted by label, without `negativeLabel`. Counted once a revision: the same list, frozen, until something is
   * written by whoever, and another one afterwards. So what is computed from references can be kept under it.
   */
  labels(): Promise<readonly LabelCount[]>;
  /**
   * Moves a label and its sub-labels; returns how many references moved. Where the new label or a sub-label of it has
   * references of its own, only `merge: true` joins the two branches. Throws LABEL_NOT_FOUND, LABEL_EXISTS.
   */
  rename(from: string, to: string, options?: { readonly merge?: boolean }): Promise<number>;
  /** Removes and returns how many. Throws REFERENCE_NOT_FOUND, LABEL_NOT_FOUND. */
  remove(selection: Selection): Promise<number>;
  /** How many references there are, negative ones too. Counted once a revision. */
  size(): Promise<number>;
  close(): Promise<void>;
}
