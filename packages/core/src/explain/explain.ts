/** Why this answer? The evidence of one decision, as data. */
import type { Classification, Classifier, ClassifyOptions } from '../classifier-contract.ts';
import { classifyOptions } from '../classifier-options.ts';
import { DocclfError, describe } from '../errors.ts';
import { negativeLabel } from '../labels.ts';
import { anything, checkOptions, type OptionTable, only } from '../options.ts';
import type { QuarterTurn } from '../variations.ts';
import { difference, type HeatMap, heatOf, hidingVariations } from './heat.ts';

export interface ExplainOptions extends Omit<ClassifyOptions, 'vector' | 'thumbnail'> {
  /** Cells of the heat maps along each side, 2 to 32; (grid - 1)² copies of the probe are embedded. Default 8. */
  readonly grid?: number | undefined;
}

const { vector: _, thumbnail: __, ...optionsOfClassify } = classifyOptions;
const explainOptions: OptionTable<ExplainOptions> = { ...optionsOfClassify, grid: anything };

/** A reference that had a say. */
export interface Witness {
  readonly id: string;
  /** `negativeLabel` of a negative reference. */
  readonly label: string;
  readonly score: number;
  /** When it was kept at registration. */
  readonly thumbnail: Uint8Array | undefined;
}

export interface Explanation {
  readonly classification: Classification;
  /** A small picture of what was compared: the probe, or the document cut out of it, as it stands in `carried`. */
  readonly thumbnail: Uint8Array | undefined;
  /** A small picture of the whole probe, where a document was located in it; `classification.corners` says where. */
  readonly photo: Uint8Array | undefined;
  /** The reference that decided: the nearest, or the negative one that rejected; null for an empty gallery. */
  readonly match: Witness | null;
  /** The best reference of another label; null when there is none. */
  readonly runnerUp: Witness | null;
  /** Which parts of the probe carried the score of `match`; null when there is none. */
  readonly carried: HeatMap | null;
  /** Which parts brought the probe nearer to `match` than to `runnerUp`; null unless there are both. */
  readonly separated: HeatMap | null;
}

/**
 * Classifies one image and collects the evidence. The image is read more than once: a stream cannot be explained.
 *
 * @throws as `classify`; INVALID_ARGUMENT for the grid; REFERENCE_NOT_FOUND when somebody removed the match meanwhile
 */
export async function explain<Source>(
  classifier: Pick<Classifier<Source>, 'classify' | 'gallery' | 'embedder'>,
  source: Source,
  given?: ExplainOptions,
): Promise<Explanation> {
  const options = checkOptions('explain', given, explainOptions);
  const { grid = 8, signal } = options;
  if (!Number.isInteger(grid) || grid < 2 || grid > 32) {
    const expected = 'a whole number from 2 to 32';
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'grid', expected, received: describe(grid) });
  }
  const topK = Math.max(2, options.topK ?? 5);
  const { thumbnail, ...classification } = await classifier.classify(source, {
    ...only<ClassifyOptions>(options, optionsOfClassify as OptionTable<ClassifyOptions>),
    topK,
    vector: false,
    thumbnail: true,
  });
  const { candidates, negative, reason, found, corners, angle, inverted } = classification;
  const photo = found === 'located' ? await wholePicture() : undefined;
  const rejecting =
    reason === 'negative-reference' && negative ? [{ ...negative, label: negativeLabel }] : [];
  const [match, runnerUp] = await Promise.all(
    [...rejecting, ...candidates]
      .slice(0, 2)
      .map(({ referenceId, label, score }) => look(referenceId, label, score)),
  );
  const evidence = {
    classification,
    thumbnail,
    photo,
    match: match?.witness ?? null,
    runnerUp: runnerUp?.witness ?? null,
  };
  if (!match) return { ...evidence, carried: null, separated: null };
  // Corners are told from the top left on, so what they cut out stands upright already.
  const hiding = hidingVariations(grid, corners ? 0 : (angle as 0 | QuarterTurn), inverted);
  const [embedding] = await classifier.embedder.embed([source], {
    locate: corners ?? false,
    variations: { whole: hiding, cut: hiding },
    thumbnail: corners !== null,
    signal,
  });
  const hidden = embedding!.views.filter((view) => view.hidden !== undefined).map(({ vector }) => vector);
  const [carried, other] = [match, runnerUp].map(
    (one) => one && heatOf(grid, hidden, one.vector, one.witness.score),
  );
  return {
    ...evidence,
    thumbnail: embedding!.thumbnail ?? thumbnail,
    carried: carried!,
    separated: other ? difference(carried!, other) : null,
  };

  async function wholePicture() {
    const [whole] = await classifier.embedder.embed([source], { locate: false, thumbnail: true, signal });
    return whole!.thumbnail;
  }

  async function look(id: string, label: string, score: number) {
    const reference = await classifier.gallery.get(id);
    if (reference === undefined) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
    const witness: Witness = { id, label, score, thumbnail: reference.attachments.thumbnail };
    return { vector: reference.vector, witness };
  }
}
