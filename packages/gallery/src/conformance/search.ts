/** Compares what a store found with the slow truth. */
import type { Reference } from '@docclf/core';
import type { StoreMatch } from '../store.ts';
import { check, same } from './assert.ts';
import { type SlowMatch, slowNearest } from './samples.ts';

/** How far an exact store's cosine may be from one in double precision. */
const exactTolerance = 1e-6;
/** An approximate store may also round the vectors, to half precision at worst. */
const approximateTolerance = 2e-3;

/**
 * The answer must be `count` different references with their labels and true cosines, best first and ties
 * by id; of an exact store, as near as the truth at each rank.
 */
export function checkNearest(
  found: readonly StoreMatch[],
  references: readonly Reference[],
  query: { readonly vector: Float32Array; readonly count: number; readonly within?: string },
  exact: boolean,
): void {
  const truth = slowNearest(references, query.vector, query.within);
  same(found.length, Math.min(query.count, truth.length), 'The number of matches');
  const byId = new Map(truth.map((match) => [match.id, match]));
  const tolerance = exact ? exactTolerance : approximateTolerance;
  found.forEach((match, i) => {
    const { id, label, cosine } = match;
    const known = byId.get(id);
    check(known !== undefined, `Match ${i}, ${id}, is no reference of the search or comes twice.`);
    byId.delete(id);
    same(label, known.label, `The label of match ${i}`);
    checkClose(cosine, known.cosine, tolerance, `The cosine of match ${i}`);
    if (exact) checkClose(cosine, truth[i]!.cosine, tolerance, `The cosine at rank ${i}`);
    const before = found[i - 1];
    check(
      before === undefined || before.cosine > cosine || (before.cosine === cosine && before.id < id),
      `Matches ${i - 1} and ${i} must fall in cosine, equal ones rise in id: ${before?.cosine} of ${before?.id}, ${cosine} of ${id}.`,
    );
  });
}

/** True when the first match is as near as the truth. */
export function isRecalled(found: readonly StoreMatch[], truth: readonly SlowMatch[]): boolean {
  const [best] = found;
  const known = truth.find(({ id }) => id === best?.id);
  return known !== undefined && known.cosine >= truth[0]!.cosine - exactTolerance;
}

export function checkClose(actual: number, expected: number, tolerance: number, what: string): void {
  // Asked this way round, NaN is refused.
  check(Math.abs(actual - expected) <= tolerance, `${what}: expected ${expected} but received ${actual}.`);
}
