/** The answers that users get: one image of each type is registered, and the classifier is asked about all others. */
import {
  createClassifier,
  DocclfError,
  type Embedder,
  type Embedding,
  isWithin,
  mapConcurrent,
  spaceOf,
  type Threshold,
} from '@docclf/core';
import { judgeAnswer } from '@docclf/core/evaluation';
import { createSecondLook } from '@docclf/core/second-look';
import { geometry } from '@docclf/features';
import { createMemoryGallery, type ImageSource } from '@docclf/node';

/** An image as it was embedded, and its label; a stranger has none. */
export interface AskedImage {
  readonly source: ImageSource;
  readonly label: string | undefined;
  readonly embedding: Embedding;
}

/** How many answers came out how. */
export interface AnswersGiven {
  /** Images whose type is registered; `right`, `parent`, `wrong` and `unknown` add up to it. */
  readonly asked: number;
  readonly right: number;
  /** Only a parent of the right label: right as far as it goes. */
  readonly parent: number;
  readonly wrong: number;
  readonly unknown: number;
  /** Those of `unknown` that name several look-alikes. */
  readonly oneOf: number;
  /** Images of no type; where there are none, images whose own type was left out. */
  readonly strangers: { readonly asked: number; readonly accepted: number };
}

export interface AskOptions {
  readonly threshold: Threshold;
  readonly secondLook: boolean;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Nearly each takes a second look: so many show a rate of one in a hundred. */
const mostLeftOut = 300;

/**
 * Everything is as `register` and `classify` do it. An image that cannot be read a second time ends it.
 *
 * @throws THRESHOLD_UNAVAILABLE, IMAGE_*, FILE_*, ABORTED
 */
export async function askClassifier(
  embedder: Embedder<ImageSource>,
  images: readonly AskedImage[],
  { threshold, secondLook, concurrency, signal, onProgress }: AskOptions,
): Promise<AnswersGiven> {
  const classifier = createClassifier({
    embedder: remembering(embedder, images),
    gallery: await createMemoryGallery(spaceOf(embedder.manifest)),
    secondLook: secondLook ? createSecondLook(geometry) : undefined,
    threshold,
    concurrency,
  });
  const references = referencesOf(images);
  const labels = new Set(references.keys());
  const items = Array.from(references, ([label, { source }]) => ({ source, label }));
  for await (const outcome of classifier.registerMany(items, { signal })) {
    if (outcome.ok) continue;
    // One picture under two labels: a user could register one of them.
    if (!DocclfError.is(outcome.error, 'LABEL_CONFLICT')) throw outcome.error;
    labels.delete(items[outcome.index]!.label);
  }
  const questions = questionsOf(images, new Set(references.values()), [...labels]);
  const counts = { right: 0, parent: 0, wrong: 0, unknown: 0, oneOf: 0 };
  const strangers = { asked: 0, accepted: 0 };
  const ask = ({ image, expected }: Question) => classifier.classify(image.source, { expected, signal });
  let at = 0;
  for await (const { label, oneOf } of mapConcurrent(questions, concurrency, ask, signal)) {
    const { image, expected } = questions[at++]!;
    onProgress(at, questions.length);
    if (image.label === undefined || expected !== undefined) {
      strangers.asked++;
      if (label !== null) strangers.accepted++;
    } else {
      counts[outcomes[judgeAnswer(image.label, label)]]++;
      if (oneOf.length > 0) counts.oneOf++;
    }
  }
  const { right, parent, wrong, unknown } = counts;
  return { asked: right + parent + wrong + unknown, ...counts, strangers };
}

const outcomes = {
  right: 'right',
  ancestor: 'parent',
  'parent-right': 'wrong',
  wrong: 'wrong',
  unknown: 'unknown',
} as const;

interface Question {
  readonly image: AskedImage;
  /** The labels that may be answered; undefined for all. */
  readonly expected?: readonly string[];
}

/** The first image of each type. */
function referencesOf(images: readonly AskedImage[]): ReadonlyMap<string, AskedImage> {
  const first = new Map<string, AskedImage>();
  for (const image of images) {
    if (image.label !== undefined && !first.has(image.label)) first.set(image.label, image);
  }
  return first;
}

function questionsOf(
  images: readonly AskedImage[],
  references: ReadonlySet<AskedImage>,
  labels: readonly string[],
): Question[] {
  const all = images.filter((image) => !references.has(image)).map((image): Question => ({ image }));
  return images.some(({ label }) => label === undefined) ? all : [...all, ...leftOut(images, labels)];
}

/** Some images, evenly spaced, each as if its own type were not registered. */
function leftOut(images: readonly AskedImage[], labels: readonly string[]): Question[] {
  const stride = Math.max(1, images.length / mostLeftOut);
  return Array.from({ length: Math.min(images.length, mostLeftOut) }, (_, i) => {
    const image = images[Math.floor(i * stride)]!;
    // A label that is a parent of its own would bring it back.
    return { image, expected: labels.filter((label) => !isWithin(image.label!, label)) };
  }).filter(({ expected }) => expected.length > 0);
}

/** Knows the images that it has seen: their pixels are read again where a second look asks for them, or to register them. */
function remembering(embedder: Embedder<ImageSource>, images: readonly AskedImage[]): Embedder<ImageSource> {
  const seen = new Map(images.map(({ source, embedding }) => [source, embedding]));
  return {
    ...embedder,
    async embed(sources, options = {}) {
      const [source] = sources;
      const known = seen.get(source!);
      if (options.asReference || known === undefined) return embedder.embed(sources, options);
      let again: Promise<readonly Embedding[]> | undefined;
      const featuresOf: Embedding['featuresOf'] = async (part) => {
        again ??= embedder.embed(sources, options);
        const [embedding] = await again;
        return embedding?.featuresOf?.(part);
      };
      return [{ ...known, ...(options.features && { featuresOf }) }];
    },
  };
}
