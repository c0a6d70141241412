/** From a picture's views to an answer: the gallery finds their neighbours, the best view decides. */
import type { Classification, ClassifyOptions } from './classifier-contract.ts';
import type { Asked } from './classifier-options.ts';
import { type Decision, decide, labelsToDecide } from './decide.ts';
import type { Embedder, Embedding } from './embedder.ts';
import type { Gallery } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import type { StateModel } from './model-manifest.ts';
import type { OperatingPoints } from './operating-point.ts';
import { nearestExpected, untilSeparated } from './search.ts';
import type { SecondLook } from './second-look-contract.ts';
import type { Standing } from './standing.ts';
import { toldApart } from './told-apart.ts';
import { bestView, outlineOf, uprightAngle, withNegative } from './views.ts';

export interface AnswerParts {
  readonly embedder: Pick<Embedder<never>, 'manifest'>;
  readonly gallery: Gallery;
  readonly points: OperatingPoints;
  readonly secondLook?: SecondLook | undefined;
}

interface AnswerOptions extends Pick<ClassifyOptions, 'signal' | 'vector'> {
  /** When it was asked, by `performance.now()`. */
  readonly start: number;
  /** It is one document of several in the picture: what the rest of it shows says nothing of this one. Default false. */
  readonly several?: boolean;
}

/** What is answered about a picture, or a document in it, that has been embedded. */
export function createAnswer({
  embedder,
  gallery,
  points,
  secondLook,
}: AnswerParts): (embedding: Embedding, asked: Asked, options: AnswerOptions) => Promise<Classification> {
  const { id: modelId, state } = embedder.manifest;
  return async ({ width, height, timings, ...probe }, asked, options) => {
    const embedded = performance.now();
    const { signal, start, several = false } = options;
    const { topK, margin, expected } = asked;
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
    const { featuresOf } = probe;
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
      featuresOf: several && featuresOf ? async (part) => (part ? featuresOf(part) : undefined) : featuresOf,
      image: { width, height },
      gallery,
      signal,
    });
    const settled = looked?.decision ?? decided;
    const byPrint = looked?.isTold ?? false;
    const decision = await told(settled, { ...view, expected, byPrint }, await asking, state);
    const end = performance.now();
    return {
      ...decision,
      evalue: looked?.evalue ?? evalue,
      ...(looked?.sight && { sight: looked.sight }),
      candidates: decision.candidates.slice(0, topK),
      modelId,
      image: { width, height },
      found: view.found,
      corners: outlineOf(view),
      outline: views.find(({ corners }) => corners !== undefined)?.corners ?? null,
      angle: uprightAngle(view),
      ...(view.inverted && { inverted: view.inverted }),
      advice: probe.advice ?? [],
      ...(options.vector && { vector: probe.vector }),
      ...(probe.thumbnail && { thumbnail: probe.thumbnail }),
      timings: { ...timings, search: end - embedded, total: end - start },
    };
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
