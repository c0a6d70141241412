/** Quads of one look that may be documents beside one another: whatever four corners go together. */
import type { Corners, RasterImage } from '@docclf/preprocess';
import { createFit } from './fit.ts';
import { subsetsOfFour } from './hypotheses.ts';
import { type LocaliserOutput, toPicture } from './layout.ts';
import { located } from './located.ts';
import { peaksOf } from './peaks.ts';
import { areaOf, clockwise, isConvex, overlapOf } from './polygon.ts';
import { mapCorners, wholeOf } from './quads.ts';

/** Corners that are combined: 4,845 subsets of four. */
const PEAKS = 20;
/** Most quads: so many looks make one run. */
const MOST = 12;
/** Overlap from which a second quad is not worth a look of its own. */
const ALIKE = 0.7;
/** Square cells: what is smaller has too few pixels in a look at everything. */
const LEAST_AREA = 24;
/** Of a quad's sides, about its middle: beside the mask within so much around it, it is judged. */
const AROUND = 1.24;

/** Best first, in pixels of the picture; empty where the network sees no document. */
export function candidatesOf(output: LocaliserOutput, image: RasterImage): readonly Corners[] {
  const { quads } = located(output, image);
  if (quads.length === 0) return [];
  const fit = createFit(output.maps);
  const scored: { readonly quad: Corners; readonly score: number }[] = [];
  for (const subset of subsetsOfFour(peaksOf(fit.anyCorner, PEAKS))) {
    const quad = clockwise(subset);
    if (isConvex(quad) && areaOf(quad) >= LEAST_AREA)
      scored.push({ quad, score: fit.score(quad, grown(quad)) });
  }
  const unit = { width: 1, height: 1 };
  const kept: Corners[] = [];
  const keep = (corners: Corners) => {
    if (kept.length < MOST && kept.every((one) => overlapOf(one, corners) < ALIKE)) kept.push(corners);
  };
  for (const { quad } of scored.sort((a, b) => b.score - a.score)) {
    if (kept.length === MOST) break;
    keep(mapCorners(toPicture(quad, unit), wholeOf(unit), wholeOf(image)));
  }
  // Those of the mask's sides: of some documents no corner is seen.
  for (const { corners } of quads) keep(corners);
  return kept;
}

function grown(quad: Corners): Corners {
  const x = quad.reduce((sum, point) => sum + point.x, 0) / 4;
  const y = quad.reduce((sum, point) => sum + point.y, 0) / 4;
  return quad.map((point) => ({
    x: x + AROUND * (point.x - x),
    y: y + AROUND * (point.y - y),
  })) as unknown as Corners;
}
