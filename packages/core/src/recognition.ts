/** From an image to an answer: its views are embedded, the gallery finds their neighbours, `decide` answers. */
import { createAnswer } from './answer.ts';
import type {
  Classification,
  Classifier,
  ClassifierOptions,
  ClassifyOptions,
  StreamOptions,
} from './classifier-contract.ts';
import {
  type Asked,
  askedOf,
  classifyOptions,
  type Defaults,
  streamOptions,
  verifyOptions,
} from './classifier-options.ts';
import { type EmbedOptions, embedEach, embedOne } from './embedder.ts';
import type { Lifetime } from './lifetime.ts';
import type { OperatingPoints } from './operating-point.ts';
import { checkOptions } from './options.ts';
import { outcome } from './outcome.ts';
import { type AnyIterable, mapConcurrent } from './streams.ts';
import { quarterTurns } from './variations.ts';
import { probeVariations } from './views.ts';

export interface RecognitionParts<Source>
  extends Pick<ClassifierOptions<Source>, 'embedder' | 'gallery' | 'secondLook' | 'onClassified'> {
  readonly defaults: Defaults;
  readonly points: OperatingPoints;
  readonly lifetime: Lifetime;
}

export function createRecognition<Source>(
  parts: RecognitionParts<Source>,
): Pick<Classifier<Source>, 'classify' | 'classifyAll' | 'classifyMany' | 'threshold'> {
  const { embedder, onClassified = () => {}, defaults, points, lifetime } = parts;
  const answer = createAnswer(parts);
  const looksAgain = ({ secondLook }: ClassifyOptions) =>
    parts.secondLook !== undefined && secondLook !== false;

  async function classify(source: Source, options: ClassifyOptions): Promise<Classification> {
    const start = performance.now();
    const asked = askedOf(options, defaults, points);
    const embedding = await embedOne(embedder, source, embedOptionsOf(asked, options, looksAgain(options)));
    const result = await answer(embedding, asked, { ...options, start });
    onClassified(result);
    return result;
  }

  async function classifyAll(source: Source, options: ClassifyOptions): Promise<readonly Classification[]> {
    const start = performance.now();
    const asked = askedOf(options, defaults, points);
    const embeddings = await embedEach(embedder, source, embedOptionsOf(asked, options, looksAgain(options)));
    const answers = await Promise.all(
      embeddings.map((one) => answer(one, asked, { ...options, start, several: true })),
    );
    // A picture in which no document is seen may be one all the same: when it is one of the user's.
    const results = answers.filter(
      ({ status, advice }) => status === 'accepted' || !advice.includes('nothing-found'),
    );
    results.forEach(onClassified);
    return results;
  }

  async function* classifyMany(sources: AnyIterable<Source>, options?: ClassifyOptions & StreamOptions) {
    // A bad option is the caller's fault and not that of each image.
    const stream = checkOptions('classifyMany', options, { ...classifyOptions, ...streamOptions });
    askedOf(stream, defaults, points);
    const { concurrency = defaults.concurrency, signal } = stream;
    const classifyOne = (source: Source, index: number) =>
      outcome(index, source, () => lifetime.run(() => classify(source, stream)));
    yield* mapConcurrent(sources, concurrency, classifyOne, signal);
  }

  return {
    classify: (source, options) =>
      lifetime.run(async () => classify(source, checkOptions('classify', options, classifyOptions))),
    classifyAll: (source, options) =>
      lifetime.run(async () => classifyAll(source, checkOptions('classifyAll', options, classifyOptions))),
    classifyMany,
    threshold: (given) =>
      lifetime.run(async () => {
        const options = checkOptions('threshold', given, verifyOptions);
        const { threshold, rotations } = askedOf(options, defaults, points);
        const views = rotations ? 1 + quarterTurns.length : 1;
        return points.typical(threshold, { views, signal: options.signal });
      }),
  };
}

function embedOptionsOf(
  { rotations, locate }: Asked,
  { signal, thumbnail }: ClassifyOptions,
  features: boolean,
): EmbedOptions {
  const variations = probeVariations(rotations);
  return { signal, thumbnail, locate, variations, ...(features && { features }) };
}
