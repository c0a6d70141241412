/** From maps to quads, best first: subsets of the corners' peaks and the sides of the mask, judged alike. */
import type { Corners, Point } from '@docclf/preprocess';
import { createFit, type Fit } from './fit.ts';
import { type Peak, peaksOf } from './peaks.ts';
import { areaOf, clockwise, distance, isConvex, overlapOf } from './polygon.ts';
import { sidesOf } from './sides.ts';

/** What a quad of the mask's sides alone must be better by: its corners are less exact. */
const FROM_MASK = 0.3;
/** Square cells; the whole map has 2304. */
const LEAST_AREA = 6;
/** Cells from a corner of the mask to a peak that may replace it. */
const SNAP = 3;
/** Overlap from which two hypotheses are one. */
const DISTINCT = 0.85;

export interface Hypothesis {
  /** In cells of the maps, clockwise, the corner first that the network takes for the document's own top left. */
  readonly corners: Corners;
  /** Higher is better, 0 would be perfect. Comparable within one photo. */
  readonly score: number;
  /** The chance that the document's own top left is corner 0, 1, 2, 3 of `corners`; the first is the highest. */
  readonly turns: readonly [number, number, number, number];
}

/** @param maps `[5, 48, 48]` logits, checked by the caller */
export function hypothesesOf(maps: Float32Array, count: number): readonly Hypothesis[] {
  const fit = createFit(maps);
  const peaks = peaksOf(fit.anyCorner);
  const candidates: { score: number; quad: Corners }[] = [];
  for (const subset of subsetsOfFour(peaks)) {
    const quad = clockwise(subset);
    if (isConvex(quad) && areaOf(quad) >= LEAST_AREA) candidates.push({ score: fit.score(quad), quad });
  }
  const sides = sidesOf(fit.mask);
  if (sides !== undefined) {
    candidates.push({ score: fit.score(sides) - FROM_MASK, quad: sides });
    const snapped = snap(sides, peaks);
    if (isConvex(snapped)) candidates.push({ score: fit.score(snapped), quad: snapped });
  }
  const found: Hypothesis[] = [];
  for (const { score, quad } of candidates.sort((a, b) => b.score - a.score)) {
    if (found.length === count) break;
    if (found.every(({ corners }) => overlapOf(quad, corners) < DISTINCT))
      found.push(turned(fit, score, quad));
  }
  return found;
}

function turned(fit: Fit, score: number, quad: Corners): Hypothesis {
  const turns = fit.turns(quad);
  const best = turns.indexOf(Math.max(...turns));
  const begun = <Item>(items: readonly Item[]) => [...items.slice(best), ...items.slice(0, best)];
  return {
    corners: begun(quad) as unknown as Corners,
    score,
    turns: begun(turns) as unknown as Hypothesis['turns'],
  };
}

export function* subsetsOfFour(peaks: readonly Peak[]): Generator<readonly [Peak, Peak, Peak, Peak]> {
  const count = peaks.length;
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      for (let c = b + 1; c < count; c++) {
        for (let d = c + 1; d < count; d++) yield [peaks[a]!, peaks[b]!, peaks[c]!, peaks[d]!];
      }
    }
  }
}

/** Each corner drawn to a peak near it; a heavy peak draws from further. */
function snap(quad: Corners, peaks: readonly Peak[]): Corners {
  return quad.map((corner): Point => {
    let nearest: { reach: number; peak: Point } | undefined;
    for (const peak of peaks) {
      const reach = distance(peak, corner) - 2 * Math.min(peak.mass, 1);
      if (nearest === undefined || reach < nearest.reach) nearest = { reach, peak };
    }
    return nearest !== undefined && nearest.reach < SNAP ? { x: nearest.peak.x, y: nearest.peak.y } : corner;
  }) as unknown as Corners;
}
