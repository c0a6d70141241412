/**
 * Once it is known where one picture lies in another: which of its points are there? Where it lies needs a few certain pairs;
 * with it, what repeats itself, as letters do, is found at its own place (guided matching; Hartley and Zisserman 2004, 4.8).
 */
import { type Matrix3, mapPoint } from '@docclf/preprocess';
import { type Features, wordsOfPoint } from './features.ts';
import { bitsBetween } from './match.ts';

/** How far off a point may lie, in shares of the long side; in sizes and directions; in bits. */
const tolerance = { place: 0.0065, octaves: 0.6, radians: 0.35, bits: 36 };

/** Values of `pointsAt` that are no point. */
export const missing = -1;
export const outOfView = -2;

/**
 * Of each point of `shown` the point of `picture` that is the same, `missing`, or `outOfView`.
 *
 * @param matrix from pixels of `shown` to pixels of `picture`
 */
export function pointsAt(picture: Features, shown: Features, matrix: Matrix3): Int32Array {
  const reach = tolerance.place * Math.max(picture.width, picture.height);
  return Int32Array.from({ length: shown.count }, (_, i) => {
    const [x, y] = [shown.x[i]!, shown.y[i]!];
    const at = mapPoint(matrix, x, y);
    if (!(at.x >= 0 && at.y >= 0 && at.x <= picture.width && at.y <= picture.height)) return outOfView;
    // A step along its direction, as long as it is large, says how direction and size come out there.
    const [size, angle] = [shown.scale[i]!, shown.angle[i]!];
    const step = mapPoint(matrix, x + size * Math.cos(angle), y + size * Math.sin(angle));
    const expected = Math.hypot(step.x - at.x, step.y - at.y);
    const direction = Math.atan2(step.y - at.y, step.x - at.x);
    let [best, least] = [missing, tolerance.bits + 1];
    for (let j = 0; j < picture.count; j++) {
      const [dx, dy] = [picture.x[j]! - at.x, picture.y[j]! - at.y];
      if (dx * dx + dy * dy > reach * reach) continue;
      if (Math.abs(Math.log2(picture.scale[j]! / expected)) > tolerance.octaves) continue;
      if (Math.abs(turn(picture.angle[j]! - direction)) > tolerance.radians) continue;
      const bits = bitsBetween(shown.bits, i * wordsOfPoint, picture.bits, j * wordsOfPoint);
      if (bits < least) [best, least] = [j, bits];
    }
    return best;
  });
}

/** The same direction within half a turn either way. */
function turn(radians: number): number {
  return Math.atan2(Math.sin(radians), Math.cos(radians));
}
