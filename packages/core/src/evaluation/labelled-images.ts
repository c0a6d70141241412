/** The images of an evaluation, grouped by type. */
import { DocclfError, positiveInteger } from '../errors.ts';
import { parseLabel } from '../labels.ts';
import { assertUnitVector } from '../vector.ts';

/** An embedded image whose type is known. Two images are of one type when their labels are the same path. */
export interface LabelledVector {
  readonly label: string;
  /** As a reference. */
  readonly vector: Float32Array;
  /** As a probe: the vectors of all views that it is searched by. Default `vector` alone. */
  readonly views?: readonly Float32Array[] | undefined;
}

export interface LabelledImages {
  readonly vectors: readonly Float32Array[];
  /** Of each image as a probe; undefined where each has its one vector. */
  readonly views?: readonly (readonly Float32Array[])[] | undefined;
  /** Canonical labels of the types, sorted by code units. */
  readonly labels: readonly string[];
  /** Index into `labels` for each image. */
  readonly typeOf: Uint16Array;
  /** Indices of the images of each type. */
  readonly imagesOf: readonly (readonly number[])[];
}

/** 16,384 images are 134 million pairs, which take two gigabytes. Also keeps an image's index in 16 bits. */
const maximumImages = 16_384;

/**
 * Checks and groups.
 *
 * @throws INVALID_ARGUMENT for no images or too many; LABEL_*, VECTOR_*
 */
export function groupImages(items: readonly LabelledVector[]): LabelledImages {
  const first = items[0];
  if (first === undefined || items.length > maximumImages) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'images',
      expected: `1 to ${maximumImages} labelled vectors`,
      received: String(items.length),
    });
  }
  const dimension = positiveInteger('the dimension', first.vector?.length);
  const canonical = items.map(({ label, vector }) => {
    assertUnitVector(vector, dimension);
    return parseLabel(label);
  });
  const labels = [...new Set(canonical)].sort();
  const typeIndex = new Map(labels.map((label, type) => [label, type]));
  const typeOf = Uint16Array.from(canonical, (label) => typeIndex.get(label)!);
  const imagesOf = labels.map((): number[] => []);
  typeOf.forEach((type, image) => {
    imagesOf[type]!.push(image);
  });
  const hasViews = items.some(({ vector, views }) => views && (views.length > 1 || views[0] !== vector));
  return {
    vectors: items.map(({ vector }) => vector),
    views: hasViews ? items.map(({ vector, views = [vector] }) => views) : undefined,
    labels,
    typeOf,
    imagesOf,
  };
}
