/** From an image to a unit vector: the contract, and what is true of every runtime. */
import type { Cohort } from './cohort.ts';
import { DocclfError, describe, positiveInteger, throwIfAborted } from './errors.ts';
import type { WithSignal } from './gallery.ts';
import { createLifetime } from './lifetime.ts';
import type { ModelManifest } from './model-manifest.ts';
import { createNetwork, type Inferred, type NetworkParts } from './network.ts';
import { abortSignal, checkOptions, flag, type OptionTable, place } from './options.ts';
import { type AsyncDisposal, disposal, type Signal } from './platform.ts';
import { mayBeNegative, type Variation, vary } from './variations.ts';
import { cosine, toUnit } from './vector.ts';
import {
  type Advice,
  type Corners,
  type PreparedView,
  type View,
  type ViewVariations,
  viewVariations,
} from './views.ts';

/** Measures of the image itself, see `measureQuality` of `@docclf/preprocess`. */
export interface ImageQuality {
  readonly width: number;
  readonly height: number;
  readonly sharpness: number;
  readonly glare: number;
  readonly contrast: number;
}

export interface EmbedOptions extends WithSignal {
  /**
   * Also compute what only a reference needs: source hash and quality. Default false, since hashing
   * a photo's bytes takes longer than the network.
   */
  readonly asReference?: boolean | undefined;
  /** With `asReference`: measure the picture. Default true; false saves its time where nobody asks. */
  readonly quality?: boolean | undefined;
  /** Also make a thumbnail. Default false. */
  readonly thumbnail?: boolean | undefined;
  /**
   * Where the document is in each picture: `'auto'` looks for it, when the embedder has a localiser; `false` takes the picture
   * as it is; corners say where, in pixels of the source. A source's own corners count unless this names some. Default `'auto'`.
   */
  readonly locate?: 'auto' | false | Corners | undefined;
  /**
   * Local features for a second look, where the runtime can: with `asReference` those of the document at once, else when
   * `Embedding.featuresOf` is asked for them. Default false.
   */
  readonly features?: boolean | undefined;
  /** Also embed these altered copies of each view, in the same runs of the network. Default none. */
  readonly variations?: ViewVariations | undefined;
}

/** Of `embed` and `embedAll`, for who takes them in another thread. */
export const embedOptions: OptionTable<EmbedOptions> = {
  asReference: flag,
  quality: flag,
  thumbnail: flag,
  features: flag,
  locate: place,
  variations: viewVariations,
  signal: abortSignal,
};

/** What a runtime's decoder makes of a source, ready for the network. */
export interface PreparedImage {
  /** The whole picture first, where it is a view; of what was cut out of it the best first. */
  readonly views: readonly [PreparedView, ...PreparedView[]];
  /** Index of the view that stands for the picture, as it is registered: the whole, or a document cut out beyond doubt. Default 0. */
  readonly principal?: number | undefined;
  /** What a person with a camera can do better. Default nothing. */
  readonly advice?: readonly Advice[] | undefined;
  /** Pixels of the source after orientation. */
  readonly width: number;
  readonly height: number;
  readonly sourceHash?: string | undefined;
  /** Of the view that stands for the picture. */
  readonly quality?: ImageQuality | undefined;
  /** Of the view that stands for the picture, straightened. */
  readonly thumbnail?: Uint8Array | undefined;
  /** Of the same, as bytes that only who made them can read. */
  readonly features?: Uint8Array | undefined;
  /**
   * Of a part of the picture, or of all of it (null). Ask soon, and once or twice: the pixels are kept for it. Undefined where
   * they are not kept any more.
   */
  readonly featuresOf?: ((part: Corners | null) => Promise<Uint8Array | undefined>) | undefined;
}

export interface Embedding extends Omit<PreparedImage, 'views' | 'principal'> {
  /** Of the view that stands for the picture, as it is registered. The same array as in that view. */
  readonly vector: Float32Array;
  /** Of the same view; see `View.state`. */
  readonly state?: Float32Array;
  /** In the order of the parts, each followed by its variations. */
  readonly views: readonly View[];
  /** Milliseconds: decoding and preprocessing; the network, shared by its batch. */
  readonly timings: { readonly prepare: number; readonly infer: number };
}

/** Turns sources of one kind (a path, a File, …) into embeddings of one space. */
export interface Embedder<Source> extends Partial<AsyncDisposal> {
  readonly manifest: ModelManifest;
  /** The model's strangers, for decisions that hold for any probe; without them scores alone decide. */
  readonly cohort?: Cohort | undefined;
  /** One embedding a source, in order. One bad source fails the call: pass sources singly to keep the others. */
  embed(sources: readonly Source[], options?: EmbedOptions): Promise<readonly Embedding[]>;
  /**
   * One embedding for each document in a picture; one of the whole where there is one document or none, as of `embed`.
   * An embedder without it takes every picture for one document.
   */
  embedAll?(source: Source, options?: EmbedOptions): Promise<readonly Embedding[]>;
  /** Throws MODEL_SELF_TEST_FAILED unless this runtime reproduces the manifest's golden vector. */
  selfTest(): Promise<{ readonly cosine: number }>;
  /** Releases the session once the running calls are done. */
  close(): Promise<void>;
}

export interface EmbedderParts<Source> extends NetworkParts {
  /** See `readCohort`. Default none. */
  readonly cohort?: Cohort | undefined;
  /** Decode and preprocess: the only part that differs between runtimes. */
  readonly prepare: (source: Source, options: EmbedOptions) => Promise<PreparedImage>;
  /** The same of each document in a picture, at least one. Default: every picture is one document. */
  readonly prepareAll?: (source: Source, options: EmbedOptions) => Promise<readonly PreparedImage[]>;
  /** The manifest's golden image, preprocessed. */
  readonly goldenTensor: Float32Array;
  /** Images a run of the network. Default 16: larger gains nothing on a CPU and costs memory. */
  readonly maximumBatch?: number;
}

/**
 * An embedder over an ONNX session.
 *
 * @throws INVALID_ARGUMENT; from `embed`: what `prepare` throws, RUNTIME_FAILED, VECTOR_*, ABORTED, CLOSED
 */
export function createEmbedder<Source>(parts: EmbedderParts<Source>): Embedder<Source> {
  const { manifest, session, prepare, goldenTensor } = parts;
  const { prepareAll = async (source, options) => [await prepare(source, options)] } = parts;
  const maximumBatch = positiveInteger('maximumBatch', parts.maximumBatch ?? 16);
  const { input, preprocessing } = manifest;
  const infer = createNetwork(parts);
  // The session must outlive the runs on it: releasing it under them crashes the native runtime.
  const lifetime = createLifetime('embedder', () => session.release());

  async function inferAll(planned: readonly Planned[], signal: Signal | undefined): Promise<Inferred[]> {
    const inferred: Inferred[] = [];
    for (let i = 0; i < planned.length; i += maximumBatch) {
      throwIfAborted(signal, 'Embedding');
      const batch = planned.slice(i, i + maximumBatch);
      const tensors = batch.map(({ part: { tensor }, variation }) =>
        variation ? vary(tensor, input, preprocessing, variation) : tensor,
      );
      inferred.push(...(await infer(tensors)));
    }
    return inferred;
  }

  async function embedPrepared(
    prepareThem: () => Promise<readonly PreparedImage[]>,
    options: EmbedOptions,
  ): Promise<Embedding[]> {
    const start = performance.now();
    const prepared = await prepareThem().finally(() => {
      // Also when `prepare` rejects: platform calls that were given the signal have abort errors of their own.
      throwIfAborted(options.signal, 'Embedding');
    });
    const middle = performance.now();
    const isDark = ({ tensor }: PreparedView) => mayBeNegative(tensor, input, preprocessing);
    const plans = prepared.map(({ views }) => planOf(views, options.variations, isDark));
    const inferred = await inferAll(plans.flat(), options.signal);
    const timings = { prepare: middle - start, infer: performance.now() - middle };
    let next = 0;
    return prepared.map(({ views: parts, principal = 0, ...image }, i) => {
      const views = plans[i]!.map(({ part: { tensor: _, ...part }, variation }): View => {
        const { hide, invert, turn = 0 } = variation ?? {};
        const done = { ...(hide && { hidden: hide }), ...(invert && { inverted: invert }) };
        return { ...part, angle: turn, ...done, ...inferred[next++]! };
      });
      const standing = plans[i]!.findIndex(({ part }) => part === parts[principal]);
      const { vector, state } = views[standing]!;
      return { ...image, vector, ...(state && { state }), views, timings };
    });
  }

  return {
    manifest,
    cohort: parts.cohort,
    embed: (sources, given) =>
      lifetime.run(async () => {
        assertImageList(sources);
        const options = checkOptions('embed', given, embedOptions);
        const embeddings: Embedding[] = [];
        for (let i = 0; i < sources.length; i += maximumBatch) {
          throwIfAborted(options.signal, 'Embedding');
          const batch = sources.slice(i, i + maximumBatch);
          const prepareThem = () => Promise.all(Array.from(batch, (source) => prepare(source, options)));
          embeddings.push(...(await embedPrepared(prepareThem, options)));
        }
        return embeddings;
      }),
    embedAll: (source, given) =>
      lifetime.run(() => {
        const options = checkOptions('embedAll', given, embedOptions);
        return embedPrepared(() => prepareAll(source, options), options);
      }),
    selfTest: () =>
      lifetime.run(async () => {
        const [found] = await infer([goldenTensor]);
        return { cosine: assertGolden(found!, manifest) };
      }),
    close: lifetime.close,
    ...disposal(lifetime.close),
  };
}

/**
 * The lesser cosine of what a runtime found for the golden image with what is recorded.
 *
 * @throws MODEL_SELF_TEST_FAILED
 */
function assertGolden({ vector, state }: Inferred, manifest: ModelManifest): number {
  const likeness = (one: Float32Array, golden: readonly number[]) =>
    cosine(toUnit(one), toUnit(Float32Array.from(golden)));
  const least = Math.min(
    likeness(vector, manifest.golden.vector),
    manifest.state ? likeness(everyEighth(state!), manifest.state.golden) : 1,
  );
  const { minimumCosine } = manifest.golden;
  if (least < minimumCosine)
    throw new DocclfError('MODEL_SELF_TEST_FAILED', { model: manifest.id, cosine: least, minimumCosine });
  return least;
}

/**
 * An image in place of a list would be taken for a list of its bytes.
 *
 * @throws INVALID_ARGUMENT
 */
export function assertImageList(sources: unknown): void {
  if (Array.isArray(sources)) return;
  const details = { argument: 'sources', expected: 'a list of images', received: describe(sources) };
  throw new DocclfError('INVALID_ARGUMENT', details);
}

const everyEighth = (values: Float32Array) => values.filter((_, i) => i % 8 === 0);

/** A run of the network over a part of a picture, as it is or varied. */
interface Planned {
  readonly part: PreparedView;
  readonly variation?: Variation;
}

function planOf(
  parts: readonly PreparedView[],
  { whole = [], cut = [], negatives = false }: ViewVariations = {},
  isDark: (part: PreparedView) => boolean,
): Planned[] {
  return parts.flatMap((part) => {
    const asked = part.found === 'whole' ? whole : cut;
    const variations = negatives && isDark(part) ? [...asked, { invert: true } as const] : asked;
    return [{ part }, ...variations.map((variation) => ({ part, variation }))];
  });
}

/** Of each document in a picture. @throws as `embed` */
export async function embedEach<Source>(
  embedder: Embedder<Source>,
  source: Source,
  options: EmbedOptions,
): Promise<readonly Embedding[]> {
  throwIfAborted(options.signal, 'Embedding');
  return embedder.embedAll?.(source, options) ?? embedder.embed([source], options);
}

/** @throws as `embed` */
export async function embedOne<Source>(
  embedder: Embedder<Source>,
  source: Source,
  options: EmbedOptions,
): Promise<Embedding> {
  throwIfAborted(options.signal, 'Embedding');
  const [embedding] = await embedder.embed([source], options);
  return embedding!;
}
