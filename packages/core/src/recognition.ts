/** From an image to an answer: its views are embedded, the gallery finds their neighbours, `decide` answers. */
import type {
  Classification,
  Classifier,
  ClassifierOptions,
  ClassifyOptions,
  StreamOptions,
} from './classifier-contract.ts';
import {
  askedOf,
  classifyOptions,
  type Defaults,
  streamOptions,
  verifyOptions,
} from './classifier-options.ts';
import { type Decision, decide, labelsToDecide } from './decide.ts';
import { embedOne } from './embedder.ts';
import { negativeLabel } from './labels.ts';
import type { Lifetime } from './lifetime.ts';
import type { StateModel } from './model-manifest.ts';
import type { OperatingPoints } from './operating-point.ts';
import { checkOptions } from './options.ts';
import { outcome } from './outcome.ts';
import { nearestExpected, untilSeparated } from './search.ts';
import type { Standing } from './standing.ts';
import { type AnyIterable, mapConcurrent } from './streams.ts';
import { toldApart } from './told-apart.ts';
import { quarterTurns } from './variations.ts';
import { bestView, outlineOf, probeVariations, uprightAngle, withNegative } from './views.ts';

export interface RecognitionParts<Source>
  extends Pick<ClassifierOptions<Source>, 'embedder' | 'gallery' | 'secondLook' | 'onClassified'> {
  readonly defaults: Defaults;
  readonly points: OperatingPoints;
  readonly lifetime: Lifetime;
}

export function createRecognition<Source>(
  parts: RecognitionParts<Source>,
): Pick<Classifier<Source>, 'classify' | 'classifyMany' | 'threshold'> {
  const { embedder, gallery, secondLook, onClassified = () => {}, defaults, points, lifetime } = parts;
  const { id: modelId, state } = embedder.manifest;

  async function classify(source: Source, options: ClassifyOptions): Promise<Classification> {
    const start = performance.now();
    const { signal } = options;
    const asked = askedOf(options, defaults, points);
    const { topK, margin, expected, rotations, locate } = asked;
    const { width, height, timings, ...probe } = await embedOne(embedder, source, {
      signal,
      thumbnail: options.thumbnail,
      locate,
      variations: probeVariations(rotations),
      ...(secondLook && { features: true }),
    });
    const embedded = performance.now();
    const { views } = probe;
    const count = Math.max(labelsToDecide, topK + 1);
    const asking = points.standing();
    const searches = views.map(async (view) => {
      const { vector } = view;
      const search = (labels: number) => nearestExpected(gallery, asking, vector, labels, expected, signal);
      const [matches, standing] = await Promise.all([search(count), asking]);
      const searched = { vector, matches, standing, within: expected, views: views.length, signal };
      return { ...(await points.at(asked.threshold, searched)), matches, vector, view, search };
    });
    const searched = await Promise.all(searches);
    const { threshold, evalue, view, ...best } = bestView(searched);
    const first = best.matches.find(({ label }) => label !== negativeLabel);
    // Of what is refused anyway nothing need be told apart.
    const accepted = first !== undefined && first.score >= threshold.value;
    const matches = accepted ? await untilSeparated(best.search, best.matches, count, margin) : best.matches;
    const decided = decide(withNegative(matches, searched), threshold, { margin });
    const looked = await secondLook?.look({
      decision: decided,
      evalue,
      view,
      searched,
      pointOf: async (match, { matches, vector }) => {
        const others = matches.filter(({ label }) => label !== match.label);
        const met = { vector, matches: [match, ...others], standing: await asking, within: expected };
        return points.at(asked.threshold, { ...met, views: views.length, signal });
      },
      featuresOf: probe.featuresOf,
      image: { width, height },
      gallery,
      signal,
    });
    const settled = looked?.decision ?? decided;
    const decision = await told(settled, { ...view, expected }, await asking, state);
    const end = performance.now();
    const result: Classification = {
      ...decision,
      evalue: looked?.evalue ?? evalue,
      ...(looked?.sight && { sight: looked.sight }),
      candidates: decision.candidates.slice(0, topK),
      modelId,
      image: { width, height },
      found: view.found,
      corners: outlineOf(view),
      angle: uprightAngle(view),
      ...(view.inverted && { inverted: view.inverted }),
      advice: probe.advice ?? [],
      ...(options.vector && { vector: probe.vector }),
      ...(probe.thumbnail && { thumbnail: probe.thumbnail }),
      timings: { ...timings, search: end - embedded, total: end - start },
    };
    onClassified(result);
    return result;
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

/** With what a model that tells states says of them; any other says nothing. */
async function told(
  decision: Decision,
  view: Parameters<typeof toldApart>[1],
  { families }: Standing,
  state: StateModel | undefined,
) {
  if (state === undefined || families === undefined) return { ...decision, states: [], seen: [] };
  return toldApart(decision, view, families, state);
}
