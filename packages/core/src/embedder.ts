/** From an image to a unit vector: the contract, and the one piece of code that runs an ONNX session. */
import type { Cohort } from './cohort.ts';
import { DocclfError, describe, positiveInteger, throwIfAborted } from './errors.ts';
import type { WithSignal } from './gallery.ts';
import { createLifetime } from './lifetime.ts';
import type { ModelManifest } from './manifest.ts';
import { type AsyncDisposal, disposal, type Signal } from './platform.ts';
import { type Variation, vary } from './variations.ts';
import { cosine, toUnit } from './vector.ts';
import { type Corners, type PreparedView, principalOf, type View, type ViewVariations } from './views.ts';

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
  /** Also embed these altered copies of each view, in the same runs of the network. Default none. */
  readonly variations?: ViewVariations | undefined;
}

/** What a runtime's decoder makes of a source, ready for the network. */
export interface PreparedImage {
  /** The whole picture first, where it is a view; of what was cut out of it the best first. */
  readonly views: readonly [PreparedView, ...PreparedView[]];
  /** Pixels of the source after orientation. */
  readonly width: number;
  readonly height: number;
  readonly sourceHash?: string | undefined;
  /** Of the part that stands for the picture; see `Embedding.vector`. */
  readonly quality?: ImageQuality | undefined;
  /** Of the part that stands for the picture, straightened. */
  readonly thumbnail?: Uint8Array | undefined;
}

export interface Embedding extends Omit<PreparedImage, 'views'> {
  /**
   * Of the part that stands for the picture, as it is registered: the best document that was cut out of it, else the whole.
   * The same array as in its view.
   */
  readonly vector: Float32Array;
  /** Of the same part; see `View.state`. */
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
  /** Throws MODEL_SELF_TEST_FAILED unless this runtime reproduces the manifest's golden vector. */
  selfTest(): Promise<{ readonly cosine: number }>;
  /** Releases the session once the running calls are done. */
  close(): Promise<void>;
}

/** What is used of a tensor, as every ONNX runtime has it. */
export interface SessionTensor {
  readonly type: string;
  /** A `Float32Array` when the type is `float32`. */
  readonly data: unknown;
}

/**
 * What is used of an open session. Those of onnxruntime-node and onnxruntime-web fit, and so does whatever has these
 * two calls.
 */
export interface Session {
  run(feeds: Record<string, SessionTensor>): Promise<Readonly<Record<string, SessionTensor>>>;
  release(): Promise<void>;
}

/** The runtime's own `Tensor`. */
export type SessionTensorConstructor = new (
  type: 'float32',
  data: Float32Array,
  shape: readonly number[],
) => SessionTensor;

export interface EmbedderParts<Source> {
  readonly manifest: ModelManifest;
  /** See `readCohort`. Default none. */
  readonly cohort?: Cohort | undefined;
  /** An open session of onnxruntime-node or onnxruntime-web. */
  readonly session: Session;
  readonly Tensor: SessionTensorConstructor;
  /** Decode and preprocess: the only part that differs between runtimes. */
  readonly prepare: (source: Source, options: EmbedOptions) => Promise<PreparedImage>;
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
  const { manifest, session, Tensor, prepare, goldenTensor } = parts;
  const maximumBatch = positiveInteger('maximumBatch', parts.maximumBatch ?? 16);
  const { input, output, state } = manifest;
  const valuesPerImage = input.channels * input.height * input.width;
  // The session must outlive the runs on it: releasing it under them crashes the native runtime.
  const lifetime = createLifetime('embedder', () => session.release());

  async function infer(tensors: readonly Float32Array[]): Promise<Inferred[]> {
    const values = new Float32Array(tensors.length * valuesPerImage);
    tensors.forEach((tensor, i) => {
      if (tensor.length !== valuesPerImage) {
        const expected = `${valuesPerImage} values`;
        const received = String(tensor.length);
        throw new DocclfError('INVALID_ARGUMENT', { argument: 'tensor', expected, received });
      }
      values.set(tensor, i * valuesPerImage);
    });
    const shape = [tensors.length, input.channels, input.height, input.width];
    const feeds = { [input.name]: new Tensor('float32', values, shape) };
    let answers: Awaited<ReturnType<Session['run']>>;
    try {
      answers = await session.run(feeds);
    } catch (cause) {
      throw runFailed(cause);
    }
    const vectors = rows(answers, output.name, output.dimension, tensors.length).map(toUnit);
    const states = state && rows(answers, state.output, state.channels * state.places, tensors.length);
    return vectors.map((vector, i) => ({ vector, ...(states && { state: states[i]! }) }));
  }

  async function inferAll(planned: readonly Planned[], signal: Signal | undefined): Promise<Inferred[]> {
    const inferred: Inferred[] = [];
    for (let i = 0; i < planned.length; i += maximumBatch) {
      throwIfAborted(signal, 'Embedding');
      const batch = planned.slice(i, i + maximumBatch);
      const tensors = batch.map(({ part: { tensor }, variation }) =>
        variation ? vary(tensor, input, variation) : tensor,
      );
      inferred.push(...(await infer(tensors)));
    }
    return inferred;
  }

  async function embedBatch(sources: readonly Source[], options: EmbedOptions): Promise<Embedding[]> {
    const start = performance.now();
    const prepared = await Promise.all(sources.map((source) => prepare(source, options))).finally(() => {
      // Also when `prepare` rejects: platform calls that were given the signal have abort errors of their own.
      throwIfAborted(options.signal, 'Embedding');
    });
    const middle = performance.now();
    const plans = prepared.map(({ views }) => planOf(views, options.variations));
    const inferred = await inferAll(plans.flat(), options.signal);
    const timings = { prepare: middle - start, infer: performance.now() - middle };
    let next = 0;
    return prepared.map(({ views: parts, ...image }, i) => {
      const views = plans[i]!.map(({ part: { tensor: _, ...part }, variation }): View => {
        const { hide, turn = 0 } = variation ?? {};
        return { ...part, angle: turn, ...(hide && { hidden: hide }), ...inferred[next++]! };
      });
      const { vector, state } = views[plans[i]!.findIndex(({ part }) => part === principalOf(parts))]!;
      return { ...image, vector, ...(state && { state }), views, timings };
    });
  }

  return {
    manifest,
    cohort: parts.cohort,
    embed: (sources, options = {}) =>
      lifetime.run(async () => {
        // An image in place of a list would be taken for a list of its bytes.
        if (!Array.isArray(sources)) {
          const details = { argument: 'sources', expected: 'a list of images', received: describe(sources) };
          throw new DocclfError('INVALID_ARGUMENT', details);
        }
        const embeddings: Embedding[] = [];
        for (let i = 0; i < sources.length; i += maximumBatch) {
          throwIfAborted(options.signal, 'Embedding');
          embeddings.push(...(await embedBatch(sources.slice(i, i + maximumBatch), options)));
        }
        return embeddings;
      }),
    selfTest: () =>
      lifetime.run(async () => {
        const [golden] = await infer([goldenTensor]);
        const pairs = [
          [golden!.vector, manifest.golden.vector],
          ...(state ? [[everyEighth(golden!.state!), state.golden] as const] : []),
        ] as const;
        const similarity = Math.min(
          ...pairs.map(([found, expected]) => cosine(toUnit(found), toUnit(Float32Array.from(expected)))),
        );
        const { minimumCosine } = manifest.golden;
        if (similarity < minimumCosine) {
          throw new DocclfError('MODEL_SELF_TEST_FAILED', {
            model: manifest.id,
            cosine: similarity,
            minimumCosine,
          });
        }
        return { cosine: similarity };
      }),
    close: lifetime.close,
    ...disposal(lifetime.close),
  };
}

/** What the network says of one tensor. */
type Inferred = Pick<View, 'vector' | 'state'>;

const everyEighth = (values: Float32Array) => values.filter((_, i) => i % 8 === 0);

const runFailed = (cause: unknown) =>
  new DocclfError('RUNTIME_FAILED', { operation: 'run the model' }, { cause });

/** An output's rows, one an image. */
function rows(
  answers: Readonly<Record<string, SessionTensor>>,
  name: string,
  dimension: number,
  images: number,
): Float32Array[] {
  const answer = answers[name];
  if (answer?.type !== 'float32') {
    throw runFailed(new TypeError(`Expected output ${name} of type float32 but received ${answer?.type}.`));
  }
  const data = answer.data as Float32Array;
  const received = data.length / images;
  if (received !== dimension) throw new DocclfError('VECTOR_DIMENSION', { expected: dimension, received });
  return Array.from({ length: images }, (_, i) => data.slice(i * dimension, (i + 1) * dimension));
}

/** A run of the network over a part of a picture, as it is or varied. */
interface Planned {
  readonly part: PreparedView;
  readonly variation?: Variation;
}

function planOf(parts: readonly PreparedView[], { whole = [], cut = [] }: ViewVariations = {}): Planned[] {
  return parts.flatMap((part) => {
    const variations = part.found === 'whole' ? whole : cut;
    return [{ part }, ...variations.map((variation) => ({ part, variation }))];
  });
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
