/**
 * Strangers that travel with a model: vectors of documents that nobody has registered, by kind. How alike a
 * probe is to them tells how much a cosine with a reference means (`significance.ts`).
 */
import { DocclfError } from './errors.ts';
import type { ModelManifest } from './model-manifest.ts';
import { toUnit } from './vector.ts';

export interface CohortKind {
  /** What they are pictures of, such as `covers`. */
  readonly name: string;
  readonly vectors: readonly Float32Array[];
}

/** Unit vectors of a model's embedding space, in one list a kind. */
export type Cohort = readonly CohortKind[];

/** A component is a number from -7 to 7 in four bits: to the third digit, cosines are as of the vectors themselves. */
const zero = 8;

/**
 * Reads the file that the manifest's `cohort` names: kind after kind, vector after vector, two components a
 * byte, the first in its low four bits, each with 8 added.
 *
 * @param bytes checked against the manifest's hash
 * @returns undefined when the manifest names no cohort
 * @throws MANIFEST_INVALID when the file is not as long as the manifest says
 */
export function readCohort(bytes: Uint8Array, manifest: ModelManifest): Cohort | undefined {
  const { cohort, output } = manifest;
  if (cohort === undefined) return undefined;
  const row = output.dimension / 2;
  const rows = cohort.kinds.reduce((sum, { vectors }) => sum + vectors, 0);
  if (bytes.length !== rows * row) {
    const problem = `cohort: expected ${rows * row} bytes in ${cohort.file} but received ${bytes.length}`;
    throw new DocclfError('MANIFEST_INVALID', { problems: [problem] });
  }
  let offset = 0;
  const next = (): Float32Array => {
    const vector = new Float32Array(output.dimension);
    for (let i = 0; i < row; i++) {
      const both = bytes[offset++]!;
      vector[2 * i] = (both & 15) - zero;
      vector[2 * i + 1] = (both >> 4) - zero;
    }
    return toUnit(vector);
  };
  return cohort.kinds.map(({ name, vectors }) => ({ name, vectors: Array.from({ length: vectors }, next) }));
}
