/**
 * What is around a place: its direction, and a histogram of gradients in 4 x 4 cells of 8 directions (SIFT; Lowe 2004,
 * sections 5 and 6), of which one bit each is kept: above or below the middle of the 128. Samples lie on a grid that turns
 * and grows with the place, so that their weights are the same for all and are computed once.
 */
import type { Plane } from './blur.ts';
import { wordsOfPoint } from './features.ts';

const turn = 2 * Math.PI;

/** Sides of the grid of samples, and of cells. */
const samples = 16;
const cells = 4;
const directions = 8;
/** Side of a cell in blurs, as in OpenCV. */
const cellSide = 3;

/** Cells that take a part of a sample, at most. */
const shares = 4;

/** Where the samples lie in cells from the place, and what each cell takes of them: less of those that lie further away. */
const grid = gridOf(samples + 4);

function gridOf(side: number) {
  const count = side * side;
  const [u, v] = [new Float64Array(count), new Float64Array(count)];
  // The first of a cell's directions, and the cell's part; 0 of the first cell where fewer take any.
  const [bins, parts] = [new Uint8Array(count * shares), new Float64Array(count * shares)];
  for (let i = 0; i < count; i++) {
    const [x, y] = [(i % side) - (side - 1) / 2, Math.floor(i / side) - (side - 1) / 2];
    u[i] = x * (cells / samples);
    v[i] = y * (cells / samples);
    const weight = Math.exp(-(u[i]! ** 2 + v[i]! ** 2) / (2 * (cells / 2) ** 2));
    const [column, row] = [u[i]! + cells / 2 - 0.5, v[i]! + cells / 2 - 0.5];
    for (let share = 0; share < shares; share++) {
      const [cellX, cellY] = [Math.floor(column) + (share & 1), Math.floor(row) + (share >> 1)];
      if (cellX < 0 || cellY < 0 || cellX >= cells || cellY >= cells) continue;
      bins[shares * i + share] = (cellY * cells + cellX) * directions;
      parts[shares * i + share] = weight * (1 - Math.abs(column - cellX)) * (1 - Math.abs(row - cellY));
    }
  }
  return { count, u, v, bins, parts };
}

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
      const bin = ((angleOf(gx, gy) / turn + 1) * ringBins) % ringBins;
      const first = Math.floor(bin);
      const part = bin - first;
      const strength = weight * Math.sqrt(gx * gx + gy * gy);
      histogram[first % ringBins]! += strength * (1 - part);
      histogram[(first + 1) % ringBins]! += strength * part;
    }
  }
  return peaksOf(smooth(smooth(histogram)));
}

/**
 * The angle of a gradient to 2e-5 radians, in -pi to pi: the same in every runtime, which `Math.atan2` need not be, and in a
 * third of the time (Abramowitz and Stegun 1964, 4.4.47).
 */
function angleOf(x: number, y: number): number {
  const across = Math.abs(x);
  const up = Math.abs(y);
  const more = Math.max(across, up);
  if (more === 0) return 0;
  const t = Math.min(across, up) / more;
  const q = t * t;
  const polynomial = (((0.0208351 * q - 0.085133) * q + 0.180141) * q - 0.3302995) * q + 0.999866;
  let angle = t * polynomial;
  if (across < up) angle = Math.PI / 2 - angle;
  if (x < 0) angle = Math.PI - angle;
  return y < 0 ? -angle : angle;
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

const histogram = new Float64Array(cells * cells * directions);

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
  const { count, u, v, bins, parts } = grid;
  for (let i = 0; i < count; i++) {
    // To the nearest pixel; what is cut off below 0 lies outside all the same.
    const px = (x + u[i]! * cos - v[i]! * sin + 0.5) | 0;
    const py = (y + u[i]! * sin + v[i]! * cos + 0.5) | 0;
    if (px < 1 || py < 1 || px >= width - 1 || py >= height - 1) continue;
    const at = py * width + px;
    const gx = data[at + 1]! - data[at - 1]!;
    const gy = data[at + width]! - data[at - width]!;
    const strength = Math.sqrt(gx * gx + gy * gy);
    const direction = ((angleOf(gx, gy) - angle) / turn + 2) * directions;
    const first = direction | 0;
    const after = strength * (direction - first);
    const before = strength - after;
    const one = first & (directions - 1);
    const next = (first + 1) & (directions - 1);
    for (let share = shares * i; share < shares * (i + 1); share++) {
      const bin = bins[share]!;
      histogram[bin + one]! += before * parts[share]!;
      histogram[bin + next]! += after * parts[share]!;
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
