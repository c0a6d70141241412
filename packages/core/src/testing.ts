/**
 * @docclf/core/testing: for the tests of who writes a runtime, a gallery or an application. Promises settled by hand, a
 * tiny manifest, an embedder and a gallery without a network or a store.
 */
import type { Embedder, Embedding, EmbedOptions, ImageQuality } from './embedder.ts';
import { DocclfError, throwIfAborted } from './errors.ts';
import { createRandom } from './evaluation/random.ts';
import type { Gallery, LabelCount, Match, NewReference, Reference } from './gallery.ts';
import { isWithin, negativeLabel, parseStoredLabel } from './labels.ts';
import { parseManifest, spaceOf } from './manifest.ts';
import type { ModelManifest } from './model-manifest.ts';
import { cosine, scoreOfCosine, toUnit } from './vector.ts';
import type { Advice, View } from './views.ts';

export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve!: (value: Value) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Lets everything happen that can happen without outside help: all pending promise jobs run before it returns. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

/** The code of the DocclfError that `promise` rejects with, or what happened instead. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return DocclfError.is(error) ? error.code : `other error: ${error}`;
  }
  return 'no error';
}

/** The code of the DocclfError that `call` throws, or what happened instead. */
export function thrownCode(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return DocclfError.is(error) ? error.code : `other error: ${error}`;
  }
  return 'no error';
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A valid manifest as read from JSON: 2 x 1 pixels in, 2 numbers out. */
export function manifestJson() {
  return {
    format: 'docclf-model/1',
    id: 'tiny',
    version: '1.0.0',
    file: 'tiny.onnx',
    sha256: '0123456789abcdef'.repeat(4),
    bytes: 10,
    embeddingSpace: 'tiny@1',
    input: { name: 'image', width: 2, height: 1, channels: 3, layout: 'nchw', colour: 'rgb' },
    preprocessing: {
      fit: 'stretch',
      downscale: 'area',
      upscale: 'bilinear',
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
    },
    output: { name: 'embedding', dimension: 2 },
    golden: { image: 'docclf-golden-1', vector: [0.6, 0.8], minimumCosine: 0.999 },
    impostorScores: {
      pairs: 1000,
      images: 50,
      source: 'made up',
      table: [
        { fpr: 0.5, score: 0.5 },
        { fpr: 0.2, score: 0.53 },
        { fpr: 0.1, score: 0.55 },
        { fpr: 0.01, score: 0.62 },
        { fpr: 0.001, score: 0.7 },
      ],
    },
    licence: 'Apache-2.0',
    origin: ['made up'],
  };
}

export const tinyManifest: ModelManifest = parseManifest(manifestJson());

/** A unit vector of two dimensions whose score against `direction(0)` is `score`. */
export function direction(score: number): Float32Array {
  const x = 2 * score - 1;
  return Float32Array.of(x, Math.sqrt(1 - x * x));
}

/** The image that a source of the fake embedder stands for. */
export interface FakeImage {
  readonly vector?: Float32Array;
  readonly error?: unknown;
  /** Embedding waits for this. */
  readonly until?: Promise<unknown>;
  readonly sourceHash?: string;
  /** Vectors of its three quarter turns; by default none resembles anything. */
  readonly turned?: readonly Float32Array[];
  /** Views of documents in it, as the embedder would give them for these options. */
  readonly located?: readonly View[];
  /** Sources that are the documents in it. Default: it is one itself. */
  readonly documents?: readonly string[];
  readonly quality?: Partial<ImageQuality>;
  readonly advice?: readonly Advice[];
}

export interface FakeEmbedder extends Embedder<string> {
  /** Options of each call, in order. */
  readonly calls: { readonly source: string; readonly options: EmbedOptions }[];
  underWay: number;
  mostUnderWay: number;
  closed: boolean;
}

/** Looks sources up in `images`; a source that is not there is embedded as (1, 0) at once. */
export function createFakeEmbedder(images: Readonly<Record<string, FakeImage>> = {}): FakeEmbedder {
  const fake: FakeEmbedder = {
    manifest: tinyManifest,
    calls: [],
    underWay: 0,
    mostUnderWay: 0,
    closed: false,
    async embed(sources, options = {}) {
      const embeddings: Embedding[] = [];
      for (const source of sources) {
        throwIfAborted(options.signal, 'Embedding');
        fake.calls.push({ source, options });
        fake.mostUnderWay = Math.max(fake.mostUnderWay, ++fake.underWay);
        const image = images[source] ?? {};
        try {
          await image.until;
          if (image.error) throw image.error;
        } finally {
          fake.underWay--;
        }
        const vector = image.vector ?? direction(1);
        const { whole = [] } = options.variations ?? {};
        embeddings.push({
          vector,
          views: [
            { found: 'whole', angle: 0, vector },
            ...whole.map(({ turn, hide }, i): View => {
              const varied = image.turned?.[i] ?? direction(0);
              return { found: 'whole', angle: turn ?? 0, ...(hide && { hidden: hide }), vector: varied };
            }),
            ...(image.located ?? []),
          ],
          width: 30,
          height: 40,
          ...(image.advice && { advice: image.advice }),
          timings: { prepare: 3, infer: 4 },
          ...(options.asReference && {
            sourceHash: image.sourceHash ?? `hash of ${source}`,
            quality: { width: 30, height: 40, sharpness: 1, glare: 0, contrast: 1, ...image.quality },
          }),
          ...(options.thumbnail && { thumbnail: Uint8Array.of(1, 2, 3) }),
        });
      }
      return embeddings;
    },
    embedAll: (source, options) => fake.embed(images[source]?.documents ?? [source], options),
    selfTest: async () => ({ cosine: 1 }),
    async close() {
      fake.closed = true;
    },
  };
  return fake;
}

export interface FakeGallery extends Gallery {
  readonly stored: Map<string, Reference>;
  /** Ids of each call of `add`, refused ones too. */
  readonly writes: string[][];
  /** Counts asked of `nearestLabels`. */
  readonly counts: number[];
  /** Each write waits for this. */
  until: Promise<unknown> | undefined;
  closed: boolean;
}

/** Just enough of a gallery for the classifier: all-or-nothing adds and exact search. */
export function createFakeGallery(initial: readonly NewReference[] = []): FakeGallery {
  const stored = new Map<string, Reference>();
  const complete = (input: NewReference): Reference => ({
    id: input.id ?? `id of ${input.sourceHash}`,
    label: parseStoredLabel(input.label),
    vector: input.vector,
    metadata: input.metadata ?? {},
    createdAt: '2024-01-01T00:00:00.000Z',
    sourceHash: input.sourceHash ?? null,
    attachments: input.attachments ?? {},
  });
  for (const input of initial) stored.set(complete(input).id, complete(input));

  function search(vector: Float32Array, within: string | readonly string[] | undefined): Match[] {
    return [...stored.values()]
      .filter(({ label }) => within === undefined || [within].flat().some((one) => isWithin(label, one)))
      .map((reference) => ({
        id: reference.id,
        label: reference.label,
        score: scoreOfCosine(cosine(vector, reference.vector)),
      }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  }
  const unused = async (): Promise<never> => {
    throw new Error('not part of the fake');
  };

  let counted: { readonly writes: number; readonly labels: readonly LabelCount[] } | undefined;
  const fake: FakeGallery = {
    space: spaceOf(tinyManifest),
    stored,
    writes: [],
    counts: [],
    until: undefined,
    closed: false,
    async add(inputs, { existing = 'error', signal } = {}) {
      const references = inputs.map(complete);
      if (references.length > 0) fake.writes.push(references.map(({ id }) => id));
      await fake.until;
      throwIfAborted(signal, 'Writing');
      for (const { id, label } of references) {
        if (stored.has(id) && existing === 'error') throw new DocclfError('REFERENCE_EXISTS', { id, label });
      }
      const kept = (id: string) => (existing === 'keep' ? stored.get(id) : undefined);
      const answer = references.map((reference) => kept(reference.id) ?? reference);
      for (const reference of answer) stored.set(reference.id, reference);
      return answer;
    },
    nearest: async (vector, count, { within } = {}) => search(vector, within).slice(0, count),
    async nearestLabels(vector, count, { within } = {}) {
      fake.counts.push(count);
      const best = new Map<string, Match>();
      for (const match of search(vector, within)) if (!best.has(match.label)) best.set(match.label, match);
      return [...best.values()].slice(0, count);
    },
    get: async (id) => stored.get(id),
    getMany: async (ids) => ids.flatMap((id) => stored.get(id) ?? []),
    revision: async () => String(fake.writes.length),
    async *references({ within } = {}) {
      for (const reference of [...stored.values()]) {
        if (within === undefined || [within].flat().some((one) => isWithin(reference.label, one)))
          yield reference;
      }
    },
    async labels() {
      if (counted?.writes !== fake.writes.length) {
        counted = { writes: fake.writes.length, labels: countLabels(stored.values()) };
      }
      return counted.labels;
    },
    rename: unused,
    remove: unused,
    size: async () => stored.size,
    async close() {
      fake.closed = true;
    },
  };
  return fake;
}

function countLabels(references: Iterable<Reference>): readonly LabelCount[] {
  const counts = new Map<string, number>();
  for (const { label } of references) {
    if (label !== negativeLabel) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, references]) => ({ label, references }));
}

/** Unit vectors of directions drawn evenly, always the same for a seed. */
export function randomUnit(seed: number): (dimension: number) => Float32Array {
  const random = createRandom(seed);
  // Twelve uniform numbers sum to nearly a normal one.
  const normal = () =>
    Array.from({ length: 12 }, () => random.below(2 ** 20) / 2 ** 20).reduce((a, b) => a + b) - 6;
  return (dimension) => toUnit(Float32Array.from({ length: dimension }, normal));
}
