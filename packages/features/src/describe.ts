/**
 * What is around a place: its direction, and a histogram of gradients in 4 x 4 cells of 8 directions (SIFT; Lowe 2004,
 * sections 5 and 6), of which one bit each is kept: above or below the middle of the 128. Samples lie on a grid that turns
 * and grows with the place, so that their weights are the same for all and are computed once.
 */
import { wordsOfPoint } from './features.ts';
import type { Plane } from './scale-space.ts';

const turn = 2 * Math.PI;

/** Sides of the grid of samples, and of cells. */
const samples = 16;
const cells = 4;
const directions = 8;
/** Side of a cell in blurs, as in OpenCV. */
const cellSide = 3;

interface Sample {
  /** In cells, from the place. */
  readonly u: number;
  readonly v: number;
  readonly weight: number;
  /** First number of each cell that takes a part of it, and that part. */
  readonly bins: readonly number[];
  readonly parts: readonly number[];
}

const grid: readonly Sample[] = Array.from({ length: (samples + 4) ** 2 }, (_, i) => {
  const side = samples + 4;
  const u = ((i % side) - (side - 1) / 2) * (cells / samples);
  const v = (Math.floor(i / side) - (side - 1) / 2) * (cells / samples);
  const weight = Math.exp(-(u * u + v * v) / (2 * (cells / 2) ** 2));
  const [column, row] = [u + cells / 2 - 0.5, v + cells / 2 - 0.5];
  const bins: number[] = [];
  const parts: number[] = [];
  for (const y of [Math.floor(row), Math.floor(row) + 1]) {
    for (const x of [Math.floor(column), Math.floor(column) + 1]) {
      const part = (1 - Math.abs(column - x)) * (1 - Math.abs(row - y));
      if (x < 0 || y < 0 || x >= cells || y >= cells || part <= 0) continue;
      bins.push((y * cells + x) * directions);
      parts.push(part);
    }
  }
  return { u, v, weight, bins, parts };
}).filter(({ bins }) => bins.length > 0);

/** The sides of the place's own direction: 1.5 blurs, up to three of them. */
const ringRadius = 4;
const ringStep = 1.125;
const ringBins = 36;

/** Directions in which brightness grows, radians in [0, 2 pi): the strongest, and others nearly as strong. At most two. */
export function directionsAt(plane: Plane, x: number, y: number, blur: number): number[] {
  const { data, width, height } = plane;
  const histogram = new Float64Array(ringBins);
  const step = blur * ringStep;
  for (let j = -ringRadius; j <= ringRadius; j++) {
    for (let i = -ringRadius; i <= ringRadius; i++) {
      const [px, py] = [Math.round(x + i * step), Math.round(y + j * step)];
      if (px < 1 || py < 1 || px >= width - 1 || py >= height - 1) continue;
      const at = py * width + px;
      const gx = data[at + 1]! - data[at - 1]!;
      const gy = data[at + width]! - data[at - width]!;
      const weight = Math.exp(-((i * i + j * j) * ringStep ** 2) / (2 * 1.5 ** 2));
      const bin = ((Math.atan2(gy, gx) / turn + 1) * ringBins) % ringBins;
      const first = Math.floor(bin);
      const part = bin - first;
      const strength = weight * Math.sqrt(gx * gx + gy * gy);
      histogram[first % ringBins]! += strength * (1 - part);
      histogram[(first + 1) % ringBins]! += strength * part;
    }
  }
  return peaksOf(smooth(smooth(histogram)));
}

function smooth(histogram: Float64Array): Float64Array {
  return histogram.map((value, i) => {
    const before = histogram[(i + ringBins - 1) % ringBins]!;
    return (before + 2 * value + histogram[(i + 1) % ringBins]!) / 4;
  });
}

function peaksOf(histogram: Float64Array): number[] {
  const most = Math.max(...histogram);
  const peaks: { at: number; value: number }[] = [];
  histogram.forEach((value, i) => {
    const before = histogram[(i + ringBins - 1) % ringBins]!;
    const after = histogram[(i + 1) % ringBins]!;
    if (!(value >= 0.8 * most && value > before && value >= after)) return;
    const shift = (before - after) / (2 * (before - 2 * value + after));
    peaks.push({ at: (((i + shift) / ringBins) * turn + turn) % turn, value });
  });
  return peaks
    .sort((a, b) => b.value - a.value)
    .slice(0, 2)
    .map(({ at }) => at);
}

const histogram = new Float32Array(cells * cells * directions);

/** Writes the bits of one place from `to` on. */
export function describePoint(
  { data, width, height }: Plane,
  {
    x,
    y,
    blur,
    angle,
  }: { readonly x: number; readonly y: number; readonly blur: number; readonly angle: number },
  bits: Uint32Array,
  to: number,
): void {
  histogram.fill(0);
  const cos = Math.cos(angle) * blur * cellSide;
  const sin = Math.sin(angle) * blur * cellSide;
  for (const { u, v, weight, bins, parts } of grid) {
    const px = Math.round(x + u * cos - v * sin);
    const py = Math.round(y + u * sin + v * cos);
    if (px < 1 || py < 1 || px >= width - 1 || py >= height - 1) continue;
    const at = py * width + px;
    const gx = data[at + 1]! - data[at - 1]!;
    const gy = data[at + width]! - data[at - width]!;
    const strength = weight * Math.sqrt(gx * gx + gy * gy);
    const direction = ((Math.atan2(gy, gx) - angle) / turn + 2) * directions;
    const first = Math.floor(direction);
    const after = strength * (direction - first);
    const before = strength - after;
    const one = first % directions;
    const next = (first + 1) % directions;
    for (let i = 0; i < bins.length; i++) {
      const bin = bins[i]!;
      histogram[bin + one]! += before * parts[i]!;
      histogram[bin + next]! += after * parts[i]!;
    }
  }
  const sorted = histogram.slice().sort();
  const middle = sorted[sorted.length >> 1]!;
  for (let word = 0; word < wordsOfPoint; word++) {
    let value = 0;
    for (let i = 0; i < 32; i++) if (histogram[32 * word + i]! >= middle) value |= 1 << i;
    bits[to + word] = value;
  }
}
