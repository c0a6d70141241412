/** A picture without what was found in it. */
import type { Corners, Point, RasterImage } from '@docclf/preprocess';
import { insetCorners, isUsable } from './quads.ts';

/** Of the document's own sides: its edge and shadow go too. */
const RIM = 0.03;
/** Places along each side whose mean colour is taken. */
const SAMPLES = 16;

/** A copy of an RGB picture in which each quad has the mean colour of what is around it. */
export function paintOver(image: RasterImage, quads: readonly Corners[]): RasterImage {
  const { width, height } = image;
  const data = Uint8Array.from(image.data);
  for (const corners of quads) {
    const grown = insetCorners(corners, -RIM);
    const quad = isUsable(grown) ? grown : corners;
    const colour = colourAlong(image, quad);
    for (let row = 0; row < height; row++) {
      const [left, right] = spanOf(quad, row + 0.5);
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, right); x++)
        data.set(colour, 3 * (row * width + x));
    }
  }
  return { data, width, height, channels: 3 };
}

/** Where a line crosses a convex quad; from Infinity to -Infinity where it does not. */
function spanOf(quad: Corners, y: number): readonly [left: number, right: number] {
  const crossings = quad.flatMap((a, i) => {
    const b = quad[((i + 1) % 4) as 0 | 1 | 2 | 3];
    return y < Math.min(a.y, b.y) || y >= Math.max(a.y, b.y)
      ? []
      : [a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)];
  });
  return [Math.min(...crossings), Math.max(...crossings)];
}

/** Of the places on the outline that are in the picture; black without any. */
function colourAlong({ data, width, height }: RasterImage, quad: Corners): readonly [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (const { x, y } of outlineOf(quad)) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    count++;
    for (const channel of [0, 1, 2] as const) sums[channel] += data[3 * (row * width + column) + channel]!;
  }
  return sums.map((sum) => sum / Math.max(1, count)) as [number, number, number];
}

function* outlineOf(quad: Corners): Generator<Point> {
  for (const [i, a] of quad.entries()) {
    const b = quad[((i + 1) % 4) as 0 | 1 | 2 | 3];
    for (let place = 0; place < SAMPLES; place++) {
      const share = place / SAMPLES;
      yield { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
    }
  }
}
