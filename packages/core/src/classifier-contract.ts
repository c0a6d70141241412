/** What a classifier is asked and what it answers: types alone. `classifier.ts` is how. */
import type { Decision } from './decide.ts';
import type { Embedder, EmbedOptions, ImageQuality } from './embedder.ts';
import type { DocclfError } from './errors.ts';
import type {
  AddOptions,
  Gallery,
  JsonObject,
  LabelCount,
  Reference,
  Selection,
  WithinOptions,
  WithSignal,
} from './gallery.ts';
import type { RegistrationLint } from './lint/registration.ts';
import type { LintWarning } from './lint/warnings.ts';
import type { AsyncDisposal } from './platform.ts';
import type { SecondLook, Sight } from './second-look-contract.ts';
import type { AnyIterable } from './streams.ts';
import type { ResolvedThreshold, Threshold } from './thresholds.ts';
import type { StateFacts } from './told-apart.ts';
import type { Advice, Corners, Part } from './views.ts';

export interface ClassifierOptions<Source> {
  readonly embedder: Embedder<Source>;
  /** Must be of the embedder's embedding space. */
  readonly gallery: Gallery;
  /** Default `{ fpir: 0.01 }`: of unknown documents one in a hundred may be accepted, whatever the gallery's size. */
  readonly threshold?: Threshold | undefined;
  /** Labels with a common ancestor whose scores differ by less are answered with the ancestor. Default 0.01. */
  readonly margin?: number | undefined;
  /** Images under way at once in `registerMany` and `classifyMany`. Default 4. */
  readonly concurrency?: number | undefined;
  /** Keep a thumbnail of each reference, to show and to re-embed from. Default false. */
  readonly thumbnails?: boolean | undefined;
  /**
   * Whole pictures may lie on their side or head: all four quarter turns are embedded and the best one decides. A document
   * that is found in a picture is tried in all four anyway. Default false.
   */
  readonly rotations?: boolean | undefined;
  /**
   * Look for the document in each picture, when the embedder can (`'auto'`), or take pictures as they are (`false`).
   * Default `'auto'`.
   */
  readonly locate?: 'auto' | false | undefined;
  /** Looks at what is registered and warns; `lintRegistration` of `@docclf/core/lint`. Default: nothing is looked at. */
  readonly lint?: RegistrationLint | undefined;
  /**
   * Looks again where the first answer is in doubt; `createSecondLook` of `@docclf/core/second-look`. References keep their
   * local features then. Default: the first answer stands.
   */
  readonly secondLook?: SecondLook | undefined;
  /** Called with each result of `classify`, `classifyAll` and `classifyMany`, e.g. `observe` of a drift monitor. */
  readonly onClassified?: ((result: Classification) => void) | undefined;
}

/** What a reference stands for. */
export type ReferenceMeaning =
  | {
      /**
       * Label path, e.g. `insurance/acme/claim-form`. With `*` before its last segment it names a state of every document of
       * a branch, of which the picture is an example: `insurance`, `*`, `stained`.
       */
      readonly label: string;
      readonly unknown?: false | undefined;
    }
  | {
      readonly label?: undefined;
      /** "This is none of mine": probes that it resembles more than any label come back unknown. */
      readonly unknown: true;
    };

export interface ReferenceDetails {
  /** Default: made from the hash of the image's bytes. */
  readonly id?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  /** Default: the classifier's `thumbnails`. It shows the document straightened, where one was found in the picture. */
  readonly thumbnail?: boolean | undefined;
  /** As in `ClassifyOptions`. Default: the classifier's. */
  readonly locate?: EmbedOptions['locate'];
}

export type RegisterOptions = ReferenceMeaning & ReferenceDetails & AddOptions;

export interface Registration {
  readonly reference: Reference;
  /** Sharpness, glare and contrast of the image, when the runtime measured them. */
  readonly quality: ImageQuality | undefined;
  /** What the classifier's `lint` says of it; empty without one. */
  readonly warnings: readonly LintWarning[];
}

export interface ClassifyOptions extends WithSignal {
  /** Default: the classifier's. */
  readonly threshold?: Threshold | undefined;
  /** How many candidates the result names. Default 5; at least 2 are searched, for the margin. */
  readonly topK?: number | undefined;
  /** Default: the classifier's. */
  readonly margin?: number | undefined;
  /** Only these labels and their sub-labels can be the answer, e.g. `['id', 'passport']`. Default: all. */
  readonly expected?: readonly string[] | undefined;
  /** Default: the classifier's. */
  readonly rotations?: boolean | undefined;
  /** Or the document's corners in the picture; see `EmbedOptions.locate`. Default: the classifier's. */
  readonly locate?: EmbedOptions['locate'];
  /** `false`: the first answer stands, as for the frames of a camera, which come too fast. Default: the classifier's. */
  readonly secondLook?: boolean | undefined;
  /** Also return the probe's vector, e.g. for an inbox of unknown documents. Default false. */
  readonly vector?: boolean | undefined;
  /** Also return a small picture of the probe. Default false. */
  readonly thumbnail?: boolean | undefined;
}

/** What is said of every probe beside the decision. */
export interface ClassificationFacts {
  /**
   * How many unknown documents would match this gallery as well by chance, out of one probe: accepted with
   * `{ fpir: 0.01 }` when it is at most 0.01. Null when the gallery is empty or the model has no cohort.
   */
  readonly evalue: number | null;
  readonly modelId: string;
  /** Pixels of the probe after orientation. */
  readonly image: { readonly width: number; readonly height: number };
  /** What the answer rests on: the whole picture, or a document that was located in it or whose corners were given. */
  readonly found: Part['found'];
  /**
   * Where that document is, in pixels of the probe, clockwise from the corner that is its top left when it stands as its best
   * reference does. They may lie outside of the picture. Null for the whole picture.
   */
  readonly corners: Corners | null;
  /**
   * Where a document was found, or the caller said that it is, whatever the answer rests on: to draw it, or to let a person
   * correct it. As `corners`, but begun at its own top left as far as the embedder can tell. Null where none was found, and
   * where the picture is the document.
   */
  readonly outline: Corners | null;
  /** Clockwise degrees, whole, 0 to 359, by which the probe must be turned for the document to stand as its best reference does. */
  readonly angle: number;
  /** The answer rests on the picture's negative: a dark one is tried both ways. */
  readonly inverted?: true;
  /** What a person with a camera can do better, where the embedder looked for documents; else empty. */
  readonly advice: readonly Advice[];
  /**
   * What the second look saw, where there was one: places that the probe shares with the reference that fits best, and where
   * that reference lies in it.
   */
  readonly sight?: Sight;
  /** When asked for: the one that `register` would store. */
  readonly vector?: Float32Array;
  /** When asked for: an encoded picture (JPEG in Node and browsers), as `register` would store it. */
  readonly thumbnail?: Uint8Array;
  /** Milliseconds: decode and preprocess, network, gallery, and all. */
  readonly timings: {
    readonly prepare: number;
    readonly infer: number;
    readonly search: number;
    readonly total: number;
  };
}

/** The answer to one probe: after `status === 'accepted'` its `label` is a text. */
export type Classification = Decision & ClassificationFacts & StateFacts;

export type VerifyOptions = Pick<ClassifyOptions, 'threshold' | 'rotations' | 'locate' | 'signal'>;

export interface Verification {
  readonly accepted: boolean;
  readonly label: string;
  readonly score: number;
  /** As of a `Classification`, among the references of the label. */
  readonly evalue: number | null;
  readonly threshold: ResolvedThreshold;
  readonly referenceId: string;
  readonly reason: 'above-threshold' | 'below-threshold' | 'negative-reference';
  readonly modelId: string;
}

/** What became of one item of a stream: one bad image does not stop the others. */
export type Outcome<Source, Result> = { readonly index: number; readonly source: Source } & (
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: DocclfError }
);

export interface StreamOptions extends WithSignal {
  /** Default: the classifier's. */
  readonly concurrency?: number | undefined;
}

export type RegisterItem<Source> = ReferenceMeaning & ReferenceDetails & { readonly source: Source };

export interface Classifier<Source> extends AsyncDisposal {
  readonly embedder: Embedder<Source>;
  readonly gallery: Gallery;
  /**
   * Registers one image as a reference of a label, or with `unknown: true` as one of no label.
   *
   * @throws LABEL_*, IMAGE_*, FILE_*, REFERENCE_EXISTS, LABEL_CONFLICT, ABORTED, CLOSED
   */
  register(source: Source, options: RegisterOptions): Promise<Registration>;
  /**
   * Registers a stream in its order: a bad item is an outcome, not an end. Nothing happens before the first outcome is
   * asked for: `for await (const outcome of classifier.registerMany(items)) …`.
   *
   * @throws INVALID_ARGUMENT, ABORTED, CLOSED, and what the stream itself throws
   */
  registerMany(
    items: AnyIterable<RegisterItem<Source>>,
    options?: StreamOptions & AddOptions,
  ): AsyncIterable<Outcome<Source, Registration>>;
  /**
   * Names the deepest label of one image that is certain, or answers unknown.
   *
   * @throws LABEL_* for `expected` (LABEL_NOT_FOUND when one of it has no reference), IMAGE_*, FILE_*, THRESHOLD_UNAVAILABLE, INVALID_ARGUMENT, ABORTED, CLOSED
   */
  classify(source: Source, options?: ClassifyOptions): Promise<Classification>;
  /**
   * Names each document in a picture that shows several (cards on one scan, a pile on a desk), each with its outline and an
   * answer of its own. A picture of one document has one answer, that of `classify`. Where none is found the picture itself is
   * compared, and left out unless it is one of the gallery's: then the list is empty.
   *
   * What lies wholly upon another document is taken for a part of it.
   *
   * @returns the clearest document first
   * @throws as `classify`
   */
  classifyAll(source: Source, options?: ClassifyOptions): Promise<readonly Classification[]>;
  /**
   * Classifies a stream in its order: a bad item is an outcome, not an end. Nothing happens before the first outcome is
   * asked for.
   *
   * @throws INVALID_ARGUMENT, ABORTED, CLOSED, and what the stream itself throws
   */
  classifyMany(
    sources: AnyIterable<Source>,
    options?: ClassifyOptions & StreamOptions,
  ): AsyncIterable<Outcome<Source, Classification>>;
  /**
   * "Is this an X?": compares with the references of one label and its sub-labels only.
   *
   * @throws LABEL_NOT_FOUND when X has no reference; else as `classify`
   */
  verify(source: Source, label: string, options?: VerifyOptions): Promise<Verification>;
  /** Moves a label with its sub-labels; see `Gallery.rename`. */
  rename(from: string, to: string, options?: { readonly merge?: boolean }): Promise<number>;
  /** Removes one reference, or a label with its sub-labels; see `Gallery.remove`. */
  remove(selection: Selection): Promise<number>;
  labels(): Promise<readonly LabelCount[]>;
  /**
   * What a probe typically needs in the gallery as it is now: each probe's own is in its result.
   *
   * @throws THRESHOLD_UNAVAILABLE, INVALID_ARGUMENT, CLOSED
   */
  threshold(options?: VerifyOptions): Promise<ResolvedThreshold>;
  references(options?: WithinOptions): AsyncIterable<Reference>;
  /**
   * Closes the gallery and the embedder once the running calls are done. Streams under way end with CLOSED. `await using`
   * does the same at the end of its block.
   */
  close(): Promise<void>;
}
