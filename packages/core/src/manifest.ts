/** The card that travels with a model: everything that can change a vector or the meaning of a score. */
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { DocclfError } from './errors.ts';
import type { ModelManifest, StateModel } from './model-manifest.ts';
import { shapesOf } from './state-comparison.ts';

const whole = z.int().check(z.positive());
/** More than any network of ours could be given in the memory that there is. */
const pixels = z.int().check(z.positive(), z.lte(4096));
const text = z.string().check(z.minLength(1));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const rate = z.number().check(z.gt(0), z.lt(1));
const deviation = z.number().check(z.gt(0));
const colour = z.tuple([z.number(), z.number(), z.number()]);
const chance = z.number().check(z.gt(0), z.lt(1));

/** Bytes. */
const base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/));

/** What the network says of the state that a document is in, beside its embedding. */
const stateSchema = z
  .object({
    output: text,
    channels: whole,
    places: whole,
    space: z.string().check(z.regex(/^[0-9a-z-]{1,40}$/)),
    comparison: z.object({
      fine: whole,
      hidden: whole,
      dimension: whole,
      strongest: whole,
      shrunk: z.number(),
      weights: base64,
    }),
    scales: z.object({
      state: z.number(),
      embedding: z.number(),
      plain: z.number(),
      example: z.number(),
      none: z.number(),
    }),
    certain: z.object({ sibling: chance, example: chance }),
    words: z.object({
      certain: chance,
      list: z
        .array(z.object({ word: z.string(), bias: z.number(), direction: z.array(z.number()) }))
        .check(z.minLength(2)),
    }),
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
      ({ places }) => Number.isInteger(Math.sqrt(places) / 2),
      'state.places must be the square of an even number',
    ),
    z.refine(
      (state) => 4 * Math.ceil((2 * weightCount(state)) / 3) === state.comparison.weights.length,
      'state.comparison.weights must hold every weight and bias of its layers',
    ),
  );

const weightCount = (state: Pick<StateModel, 'channels' | 'comparison'>) =>
  shapesOf(state).reduce((total, [weights, biases]) => total + weights + biases, 0);

/** Of fewer strangers, the highest tenth says nothing. */
const leastKind = 50;

/** The fields are explained at their type. */
const manifestSchema: z.ZodMiniType<ModelManifest> = z
  .object({
    format: z.literal('docclf-model/1'),
    id: text,
    version: text,
    file: text,
    sha256: hash,
    bytes: whole,
    embeddingSpace: text,
    input: z.object({
      name: text,
      width: pixels,
      height: pixels,
      channels: z.literal(3),
      layout: z.literal('nchw'),
      colour: z.literal('rgb'),
    }),
    preprocessing: z.object({
      fit: z.literal('stretch'),
      downscale: z.literal('area'),
      upscale: z.literal('bilinear'),
      mean: colour,
      std: z.tuple([deviation, deviation, deviation]),
    }),
    output: z.object({ name: text, dimension: whole }),
    golden: z.object({
      image: z.literal('docclf-golden-1'),
      vector: z.array(z.number()),
      minimumCosine: z.number().check(z.gt(0), z.lte(1)),
    }),
    impostorScores: z.object({
      pairs: whole,
      images: whole,
      source: text,
      table: z
        .array(z.object({ fpr: rate, score: z.number().check(z.gte(0), z.lte(1)) }))
        .check(z.minLength(2)),
    }),
    cohort: z.optional(
      z.object({
        file: text,
        sha256: hash,
        bytes: whole,
        kinds: z
          .array(z.object({ name: text, vectors: z.int().check(z.gte(leastKind)) }))
          .check(z.minLength(1)),
      }),
    ),
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
