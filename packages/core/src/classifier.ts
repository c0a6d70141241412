/** Which document is this? An embedder makes the vector, a gallery finds its neighbours, `decide` answers. */
import type {
  Classification,
  Classifier,
  ClassifierOptions,
  ClassifyOptions,
  Outcome,
  ReferenceMeaning,
  RegisterItem,
  RegisterOptions,
  Registration,
  StreamOptions,
  Verification,
  VerifyOptions,
} from './classifier-contract.ts';
import { createComparisonCounter } from './comparisons.ts';
import { decide, defaultMargin, isSeparated } from './decide.ts';
import type { Embedding, EmbedOptions } from './embedder.ts';
import { DocclfError, describe, positiveInteger, throwIfAborted } from './errors.ts';
import type { AddOptions, Gallery, Match, NewReference, Reference } from './gallery.ts';
import { isWithin, negativeLabel, parseLabel } from './labels.ts';
import { createLifetime } from './lifetime.ts';
import type { LintWarning } from './lint/warnings.ts';
import { assertSameSpace, spaceOf } from './manifest.ts';
import { type AnyIterable, mapConcurrent, mapConcurrentBatches } from './streams.ts';
import { dependsOnGallery, type ResolvedThreshold, resolveThreshold, type Threshold } from './thresholds.ts';
import { type QuarterTurn, quarterTurns } from './variations.ts';

export type * from './classifier-contract.ts';

/**
 * Where the lint keeps an `ImageQuality` in a reference's metadata: it cannot be measured again once the
 * picture is gone.
 */
export const qualityKey = 'docclf:quality';

/** Of unknown documents one in a hundred may be accepted. */
export const defaultThreshold: Threshold = { fpir: 0.01 };
const defaultTopK = 5;

// A write costs the same for one reference as for a few; more would lose too much when one write fails.
const maximumWriteBatch = 32;

/**
 * A classifier over any embedder and any gallery.
 *
 * @throws GALLERY_SPACE_MISMATCH, THRESHOLD_UNAVAILABLE, INVALID_ARGUMENT
 */
export function createClassifier<Source>(options: ClassifierOptions<Source>): Classifier<Source> {
  const { embedder, gallery, lint, thumbnails = false, onClassified = () => {} } = options;
  const { manifest } = embedder;
  const space = spaceOf(manifest);
  assertSameSpace(gallery.space, space);
  const defaults = {
    threshold: checkThreshold(options.threshold ?? defaultThreshold),
    margin: checkMargin(options.margin ?? defaultMargin),
    concurrency: positiveInteger('concurrency', options.concurrency ?? 4),
    rotations: options.rotations ?? false,
  };
  const thresholdOf = ({ threshold = defaults.threshold }: VerifyOptions) => checkThreshold(threshold);
  const topKOf = ({ topK = defaultTopK }: ClassifyOptions) => positiveInteger('topK', topK);
  const marginOf = ({ margin = defaults.margin }: ClassifyOptions) => checkMargin(margin);
  const rotationsOf = ({ rotations = defaults.rotations }: VerifyOptions) => rotations;
  const concurrencyOf = ({ concurrency = defaults.concurrency }: StreamOptions) => concurrency;
  const countComparisons = createComparisonCounter(gallery, manifest);
  const lifetime = createLifetime('classifier', async () => {
    try {
      await gallery.close();
    } finally {
      await embedder.close();
    }
  });

  /** Known before an image is touched: everything but how many comparisons the gallery makes. */
  function checkThreshold(threshold: Threshold): Threshold {
    resolveThreshold(threshold, manifest);
    return threshold;
  }

  /** The threshold for a probe that is compared with these labels, by default with all, in so many poses. */
  async function resolveFor(
    threshold: Threshold,
    within: readonly string[] | undefined,
    signal: AbortSignal | undefined,
    poses = 1,
  ): Promise<ResolvedThreshold> {
    if (!dependsOnGallery(threshold)) return resolveThreshold(threshold, manifest);
    return resolveThreshold(threshold, manifest, poses * (await countComparisons(within, { signal })));
  }

  async function embedReference(source: Source, item: RegisterOptions): Promise<[NewReference, Embedding]> {
    // Before the costly part, and so that a bad label is reported as such for a bad image too.
    const label = labelToStore(item);
    const embedding = await embedOne(source, {
      signal: item.signal,
      asReference: true,
      thumbnail: item.thumbnail ?? thumbnails,
      // Nothing but the lint asks how a reference lies.
      variations: lint && defaults.rotations ? quarterTurns : undefined,
    });
    const { quality } = embedding;
    const metadata = lint && quality ? { ...item.metadata, [qualityKey]: { ...quality } } : item.metadata;
    const reference: NewReference = {
      label,
      vector: embedding.vector,
      sourceHash: embedding.sourceHash ?? null,
      ...(item.id !== undefined && { id: item.id }),
      ...(metadata && { metadata }),
      ...(embedding.thumbnail && { attachments: { thumbnail: embedding.thumbnail } }),
    };
    return [reference, embedding];
  }

  async function embedOne(source: Source, embedOptions: EmbedOptions): Promise<Embedding> {
    throwIfAborted(embedOptions.signal, 'Embedding');
    const [embedding] = await embedder.embed([source], embedOptions);
    return embedding!;
  }

  async function classify(source: Source, classifyOptions: ClassifyOptions = {}): Promise<Classification> {
    const start = performance.now();
    const { signal } = classifyOptions;
    const asked = thresholdOf(classifyOptions);
    const count = topKOf(classifyOptions);
    const margin = marginOf(classifyOptions);
    const expected = parseExpected(classifyOptions.expected);
    const rotations = rotationsOf(classifyOptions);
    const { width, height, timings, ...probe } = await embedOne(source, {
      signal,
      thumbnail: classifyOptions.thumbnail,
      variations: rotations ? quarterTurns : undefined,
    });
    const embedded = performance.now();
    const poses = posesOf(probe);
    const threshold = await resolveFor(asked, expected, signal, poses.length);
    const { matches, angle } = await bestPose(poses, (vector) => {
      const search = (labels: number) => nearestExpected(gallery, vector, labels, expected, signal);
      return nearestUntilSeparated(search, Math.max(2, count) + 1, threshold.value, margin);
    });
    const decision = decide(matches, threshold, { margin });
    const end = performance.now();
    const result: Classification = {
      ...decision,
      candidates: decision.candidates.slice(0, count),
      modelId: manifest.id,
      image: { width, height },
      ...(rotations && { angle }),
      ...(classifyOptions.vector && { vector: probe.vector }),
      ...(probe.thumbnail && { thumbnail: probe.thumbnail }),
      timings: { ...timings, search: end - embedded, total: end - start },
    };
    onClassified(result);
    return result;
  }

  /** Before it is added, and after the `earlier` ones of its batch, which the gallery does not have yet. */
  async function check(
    [reference, { quality, variations }]: readonly [NewReference, Embedding],
    earlier: readonly NewReference[],
    signal?: AbortSignal,
  ): Promise<readonly LintWarning[]> {
    if (!lint) return [];
    const least = resolveThreshold(defaults.threshold, manifest).value;
    const reached = async (score: number) => {
      // A rate of unknown documents asks for more as the gallery grows; what that is takes a while to tell.
      if (score < least) return undefined;
      const { value } = await resolveFor(defaults.threshold, undefined, signal);
      return score >= value ? value : undefined;
    };
    return lint({ reference, quality, turned: variations, earlier, gallery, reached, signal });
  }

  async function register(source: Source, item: RegisterOptions): Promise<Registration> {
    const embedded = await embedReference(source, item);
    const warnings = await check(embedded, [], item.signal);
    const [reference, { quality }] = embedded;
    const [stored] = await gallery.add([reference], { replace: item.replace, signal: item.signal });
    return { reference: stored!, quality, warnings: notAbout(stored!, warnings) };
  }

  async function* registerMany(
    items: AnyIterable<RegisterItem<Source>>,
    stream: StreamOptions & AddOptions = {},
  ): AsyncGenerator<Outcome<Source, Registration>, void, void> {
    const { signal, replace } = stream;
    // Writes are not given the signal: what was written must be told.
    const add = (references: readonly NewReference[]) =>
      lifetime.run(() => gallery.add(references, { replace }));
    const embed = (
      item: RegisterItem<Source>,
      index: number,
    ): Promise<Outcome<Source, [NewReference, Embedding]>> =>
      outcome(index, item.source, () => lifetime.run(() => embedReference(item.source, { ...item, signal })));
    for await (const batch of mapConcurrentBatches(
      items,
      concurrencyOf(stream),
      maximumWriteBatch,
      embed,
      signal,
    )) {
      const checked = await checkAll(batch);
      const good = checked.flatMap((item) => (item.ok ? [item.result.reference] : []));
      // All or nothing: when the batch is refused, one of it is to blame and the others are added singly.
      const stored = await add(good).catch(() => undefined);
      let next = 0;
      for (const item of checked) {
        if (!item.ok) {
          yield item;
          continue;
        }
        const position = next++;
        const { reference: wanted, quality, warnings } = item.result;
        yield await outcome(item.index, item.source, async () => {
          const reference = stored ? stored[position]! : (await add([wanted]))[0]!;
          return { reference, quality, warnings: notAbout(reference, warnings) };
        });
      }
    }
  }

  type Embedded = readonly [NewReference, Embedding];
  type Checked = Pick<Registration, 'quality' | 'warnings'> & { readonly reference: NewReference };

  async function checkAll(batch: readonly Outcome<Source, Embedded>[]): Promise<Outcome<Source, Checked>[]> {
    const earlier: NewReference[] = [];
    const checked: Outcome<Source, Checked>[] = [];
    for (const item of batch) {
      if (!item.ok) {
        checked.push(item);
        continue;
      }
      const [reference, { quality }] = item.result;
      const look = () => lifetime.run(() => check(item.result, earlier));
      const done = await outcome(item.index, item.source, async () => ({
        reference,
        quality,
        warnings: await look(),
      }));
      if (done.ok) earlier.push(reference);
      checked.push(done);
    }
    return checked;
  }

  async function* classifyMany(
    sources: AnyIterable<Source>,
    stream: ClassifyOptions & StreamOptions = {},
  ): AsyncGenerator<Outcome<Source, Classification>, void, void> {
    // A bad option is the caller's fault and not that of each image.
    thresholdOf(stream);
    topKOf(stream);
    marginOf(stream);
    parseExpected(stream.expected);
    const classifyOne = (source: Source, index: number) =>
      outcome(index, source, () => lifetime.run(() => classify(source, stream)));
    yield* mapConcurrent(sources, concurrencyOf(stream), classifyOne, stream.signal);
  }

  async function verify(
    source: Source,
    text: string,
    verifyOptions: VerifyOptions = {},
  ): Promise<Verification> {
    const { signal } = verifyOptions;
    const label = parseLabel(text);
    const asked = thresholdOf(verifyOptions);
    const variations = rotationsOf(verifyOptions) ? quarterTurns : undefined;
    const poses = posesOf(await embedOne(source, { signal, variations }));
    const { matches } = await bestPose(poses, async (vector) => {
      const [own, negative] = await Promise.all([
        gallery.nearest(vector, 1, { within: label, signal }),
        gallery.nearest(vector, 1, { within: negativeLabel, signal }),
      ]);
      if (own.length === 0) throw new DocclfError('LABEL_NOT_FOUND', { label });
      return [...own, ...negative];
    });
    const match = matches[0]!;
    const threshold = await resolveFor(asked, [label], signal, poses.length);
    const { status, reason } = decide(matches, threshold);
    return {
      accepted: status === 'accepted',
      label: match.label,
      score: match.score,
      threshold,
      referenceId: match.id,
      reason: reason as Verification['reason'],
      modelId: manifest.id,
    };
  }

  return {
    embedder,
    gallery,
    register: (source, item) => lifetime.run(() => register(source, item)),
    registerMany,
    classify: (source, classifyOptions) => lifetime.run(() => classify(source, classifyOptions)),
    classifyMany,
    verify: (source, label, verifyOptions) => lifetime.run(() => verify(source, label, verifyOptions)),
    rename: (from, to, renameOptions) => gallery.rename(from, to, renameOptions),
    remove: (selection) => gallery.remove(selection),
    labels: () => gallery.labels(),
    threshold: (asked = {}) =>
      lifetime.run(async () => {
        const poses = rotationsOf(asked) ? 1 + quarterTurns.length : 1;
        return resolveFor(thresholdOf(asked), undefined, asked.signal, poses);
      }),
    references: (within) => gallery.references(within),
    close: lifetime.close,
  };
}

/** What a reference replaced is no warning about it. */
function notAbout({ id }: Reference, warnings: readonly LintWarning[]): readonly LintWarning[] {
  return warnings.filter((warning) => !('other' in warning && warning.other.id === id));
}

interface Pose {
  readonly angle: 0 | QuarterTurn;
  readonly vector: Float32Array;
}

function posesOf({ vector, variations = [] }: Pick<Embedding, 'vector' | 'variations'>): readonly Pose[] {
  return [
    { angle: 0, vector },
    ...variations.map((turned, i) => ({ angle: quarterTurns[i]!.turn, vector: turned })),
  ];
}

/** The matches of the pose that comes closest to any reference, the first of equals. */
async function bestPose(
  poses: readonly Pose[],
  search: (vector: Float32Array) => Promise<readonly Match[]>,
): Promise<{ readonly angle: Pose['angle']; readonly matches: readonly Match[] }> {
  const found = await Promise.all(
    poses.map(async ({ angle, vector }) => ({ angle, matches: await search(vector) })),
  );
  const scoreOf = ({ matches }: { matches: readonly Match[] }) => matches[0]?.score ?? 0;
  return found.reduce((best, pose) => (scoreOf(pose) > scoreOf(best) ? pose : best));
}

function labelToStore({ label, unknown }: ReferenceMeaning): string {
  if (unknown !== true) return parseLabel(label as string);
  if (label === undefined) return negativeLabel;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'label',
    expected: 'none beside unknown: true',
    received: describe(label),
  });
}

function checkMargin(margin: number): number {
  if (margin >= 0 && margin <= 1) return margin;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'margin',
    expected: 'a difference of scores from 0 to 1',
    received: describe(margin),
  });
}

/** Canonical labels, none within another: what lies in two of them would be searched twice. */
function parseExpected(expected: readonly string[] | undefined): readonly string[] | undefined {
  if (expected === undefined) return undefined;
  if (!Array.isArray(expected) || expected.length === 0) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'expected',
      expected: 'a list of labels with at least one',
      received: Array.isArray(expected) ? 'an empty list' : describe(expected),
    });
  }
  const labels = [...new Set(expected.map(parseLabel))];
  return labels.filter((label) => !labels.some((other) => other !== label && isWithin(label, other)));
}

/** The best reference of each of the `count` best labels among those expected, and of the negative ones. */
async function nearestExpected(
  gallery: Gallery,
  vector: Float32Array,
  count: number,
  expected: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly Match[]> {
  if (expected === undefined) return gallery.nearestLabels(vector, count, { signal });
  const found = await Promise.all(
    [...expected, negativeLabel].map(async (label) => {
      const matches = await gallery.nearestLabels(vector, count, { within: label, signal });
      // As in `verify`: a slip of the pen would otherwise make everything unknown.
      if (matches.length === 0 && label !== negativeLabel)
        throw new DocclfError('LABEL_NOT_FOUND', { label });
      return matches;
    }),
  );
  return found
    .flat()
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, count);
}

/**
 * At least `count` labels, and as many as it takes for the last to be told from the best: whether a whole
 * subtree is ahead shows only when its first rival is among the matches, or would have to come behind the
 * last. Two labels are nearly always enough; a gallery of many states of one type needs a second search.
 * `count` has one more than will be told, since one of the matches may be a negative reference.
 */
async function nearestUntilSeparated(
  search: (count: number) => Promise<readonly Match[]>,
  count: number,
  threshold: number,
  margin: number,
): Promise<readonly Match[]> {
  for (let asked = count; ; asked *= 4) {
    const matches = await search(asked);
    const best = matches.find(({ label }) => label !== negativeLabel)?.score ?? 0;
    const rejected = !(best >= threshold) || matches[0]?.label === negativeLabel;
    const gap = best - (matches[asked - 1]?.score ?? 0);
    if (rejected || matches.length < asked || isSeparated(gap, margin)) return matches;
  }
}

/** Runs one item of a stream. Only what no further item can escape ends it; for an abort the stream itself sees to that. */
async function outcome<Source, Result>(
  index: number,
  source: Source,
  work: () => Promise<Result>,
): Promise<Outcome<Source, Result>> {
  try {
    return { index, source, ok: true, result: await work() };
  } catch (error) {
    if (DocclfError.is(error, 'CLOSED')) throw error;
    return { index, source, ok: false, error };
  }
}
