/** The card that travels with a model: everything that can change a vector or the meaning of a score. */
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { DocclfError } from './errors.ts';

const whole = z.int().check(z.positive());
const text = z.string().check(z.minLength(1));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const rate = z.number().check(z.gt(0), z.lt(1));
const deviation = z.number().check(z.gt(0));
const colour = z.tuple([z.number(), z.number(), z.number()]);
const chance = z.number().check(z.gt(0), z.lt(1));

/** Float32 values, little-endian. */
const base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/));

/** What the network says of the state that a document is in, beside its embedding. */
const stateSchema = z
  .object({
    /** Name of the output: for each image `channels` times `places` numbers, channel by channel. */
    output: text,
    channels: whole,
    places: whole,
    /** State maps are comparable only within one space, which changes with the head; galleries outlive it. */
    space: z.string().check(z.regex(/^[0-9a-z-]{1,40}$/)),
    /**
     * Two layers of each place's difference from a baseline beside the baseline, pooled over the places by mean, maximum and
     * the mean of the strongest, and one more layer: weights row by row, then biases, of each; see `states.ts`.
     */
    comparison: z.object({ hidden: whole, dimension: whole, strongest: whole, weights: base64 }),
    /** What one of each weighs in the logarithm of a chance: a cosine of states, a score of embeddings, a cosine with an example of another document. */
    scales: z.object({ state: z.number(), embedding: z.number(), example: z.number() }),
    /** A label or a state is answered from this chance on. */
    certain: chance,
    /** Logistic regression on mean, deviation, maximum and minimum of each channel: what can be said in a word, and `''` for nothing. */
    words: z.object({
      certain: chance,
      list: z
        .array(z.object({ word: z.string(), bias: z.number(), direction: z.array(z.number()) }))
        .check(z.minLength(2)),
    }),
    /** Of what the model answers to the golden image every eighth number; held against with the same `minimumCosine`. */
    golden: z.array(z.number()),
  })
  .check(
    z.refine(
      ({ golden, channels, places }) => golden.length === Math.ceil((channels * places) / 8),
      'state.golden must have every eighth of state.channels times state.places numbers',
    ),
    z.refine(
      ({ words, channels }) => words.list.every(({ direction }) => direction.length === 4 * channels),
      'a direction of state.words must have four times state.channels numbers',
    ),
    z.refine(
      (state) => 4 * Math.ceil((4 * weightCount(state)) / 3) === state.comparison.weights.length,
      'state.comparison.weights must hold every weight and bias of its layers',
    ),
  );

/** Weights and biases of the three layers of a comparison. */
function weightCount({
  channels,
  comparison: { hidden, dimension },
}: {
  channels: number;
  comparison: { hidden: number; dimension: number };
}): number {
  return (2 * channels + 1) * hidden + (hidden + 1) * hidden + (3 * hidden + 1) * dimension;
}

/** Of fewer strangers, the highest tenth says nothing. */
const leastKind = 50;

const manifestSchema = z
  .object({
    format: z.literal('docclf-model/1'),
    /** Name of the model, the same for all releases of it. */
    id: text,
    version: text,
    /** The ONNX file, relative to the manifest. */
    file: text,
    sha256: hash,
    bytes: whole,
    /**
     * Vectors are comparable only within one embedding space: it changes with the weights and with
     * the preprocessing. A quantised variant of a model may share its space.
     */
    embeddingSpace: text,
    input: z.object({
      name: text,
      width: whole,
      height: whole,
      channels: z.literal(3),
      layout: z.literal('nchw'),
      colour: z.literal('rgb'),
    }),
    /** tensor = (pixel / 255 - mean) / std, after squashing the image to the input size. */
    preprocessing: z.object({
      fit: z.literal('stretch'),
      downscale: z.literal('area'),
      upscale: z.literal('bilinear'),
      mean: colour,
      std: z.tuple([deviation, deviation, deviation]),
    }),
    output: z.object({ name: text, dimension: whole }),
    /** What the model answers to a picture that is made by formula: the self-test of a runtime. */
    golden: z.object({
      image: z.literal('docclf-golden-1'),
      vector: z.array(z.number()),
      minimumCosine: z.number().check(z.gt(0), z.lte(1)),
    }),
    /** Scores of pairs of different types; row: the smallest score with at most `fpr` of the pairs at or above it. */
    impostorScores: z.object({
      pairs: whole,
      images: whole,
      source: text,
      table: z
        .array(z.object({ fpr: rate, score: z.number().check(z.gte(0), z.lte(1)) }))
        .check(z.minLength(2)),
    }),
    /** Strangers that are held beside a probe and its references, see `readCohort`. Without them scores alone decide. */
    cohort: z.optional(
      z.object({
        /** Relative to the manifest. */
        file: text,
        sha256: hash,
        bytes: whole,
        kinds: z
          .array(z.object({ name: text, vectors: z.int().check(z.gte(leastKind)) }))
          .check(z.minLength(1)),
      }),
    ),
    /** A second output that tells states apart. Without it sub-labels are told apart by scores alone. */
    state: z.optional(stateSchema),
    licence: text,
    origin: z.array(text),
  })
  .check(
    z.refine(
      (m) => m.golden.vector.length === m.output.dimension,
      'golden.vector must have output.dimension numbers',
    ),
    z.refine((m) => !m.cohort || m.output.dimension % 2 === 0, 'a cohort needs an even output.dimension'),
    z.refine(
      (m) => ordered(m.impostorScores.table),
      'impostorScores.table must fall in fpr and not fall in score',
    ),
  );

/** A checked model manifest. */
export type ModelManifest = z.infer<typeof manifestSchema>;

/** `state` of a manifest. */
export type StateModel = z.infer<typeof stateSchema>;

/** What binds a gallery to a model: vectors of two spaces are never compared. */
export interface EmbeddingSpace {
  /** `embeddingSpace` of the manifest. */
  readonly id: string;
  readonly dimension: number;
}

/**
 * Checks a manifest read from JSON.
 *
 * @throws MANIFEST_INVALID, with every problem found
 */
export function parseManifest(json: unknown): ModelManifest {
  // Without its locale zod/mini says "Invalid input" only; given here, nobody else's zod is configured.
  const parsed = z.safeParse(manifestSchema, json, { error: en().localeError });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`,
  );
  throw new DocclfError('MANIFEST_INVALID', { problems }, { cause: parsed.error });
}

/** The embedding space that a model's vectors belong to. */
export function spaceOf(manifest: ModelManifest): EmbeddingSpace {
  return { id: manifest.embeddingSpace, dimension: manifest.output.dimension };
}

/**
 * Throws GALLERY_SPACE_MISMATCH unless vectors of both spaces can be compared.
 *
 * @param received what was found, e.g. in a file
 * @param expected the model's
 */
export function assertSameSpace(received: EmbeddingSpace, expected: EmbeddingSpace): void {
  if (received.id === expected.id && received.dimension === expected.dimension) return;
  throw new DocclfError('GALLERY_SPACE_MISMATCH', { expected: expected.id, received: received.id });
}

function ordered(table: readonly { fpr: number; score: number }[]): boolean {
  return table.every((row, i) => {
    const before = table[i - 1];
    return before === undefined || (row.fpr < before.fpr && row.score >= before.score);
  });
}
