/** Places that stand out: extrema of the differences of blurs, in place and scale at once (Lowe 2004, sections 3 and 4). */
import type { Plane } from './blur.ts';
import { blurOf, type Octave, scalesOfOctave } from './scale-space.ts';

/** In pixels of its octave. */
export interface Place {
  readonly octave: Octave;
  /** Between the octave's planes. */
  readonly plane: number;
  readonly x: number;
  readonly y: number;
  /** Blur in pixels of the octave. */
  readonly blur: number;
  /** How much it stands out, absolute. */
  readonly strength: number;
}

/** Fainter places are noise: half of Lowe's, of grey values 0 to 1, since print is fainter than a scene. */
const leastStrength = 0.02 / scalesOfOctave;
/** What lies along an edge moves along it: the larger curvature may be ten times the smaller. */
const mostEdge = 10;
const border = 5;
/** Moves to a neighbouring pixel while a place is made exact. */
const mostMoves = 5;

export function findPlaces(octaves: readonly Octave[]): Place[] {
  const places: Place[] = [];
  for (const octave of octaves) {
    for (let plane = 1; plane <= scalesOfOctave; plane++) findIn(octave, plane, places);
  }
  return places;
}

function findIn(octave: Octave, plane: number, places: Place[]): void {
  const { width, height, data } = octave.differences[plane]!;
  const below = octave.differences[plane - 1]!.data;
  const above = octave.differences[plane + 1]!.data;
  for (let y = border; y < height - border; y++) {
    for (let x = border; x < width - border; x++) {
      const at = y * width + x;
      const value = data[at]!;
      if (Math.abs(value) <= leastStrength / 2) continue;
      const sign = value > 0 ? 1 : -1;
      // Its own plane first: it rules out nearly all.
      if (!isPeak(data, at, width, sign, value, false)) continue;
      if (!isPeak(above, at, width, sign, value, true) || !isPeak(below, at, width, sign, value, true))
        continue;
      const place = exactPlace(octave, plane, x, y);
      if (place) places.push(place);
    }
  }
}

function isPeak(
  data: Float32Array,
  at: number,
  width: number,
  sign: number,
  value: number,
  middle: boolean,
): boolean {
  const most = value * sign;
  if (middle && data[at]! * sign > most) return false;
  return (
    data[at - 1]! * sign <= most &&
    data[at + 1]! * sign <= most &&
    data[at - width]! * sign <= most &&
    data[at + width]! * sign <= most &&
    data[at - width - 1]! * sign <= most &&
    data[at - width + 1]! * sign <= most &&
    data[at + width - 1]! * sign <= most &&
    data[at + width + 1]! * sign <= most
  );
}

/** To a share of a pixel by the parabola through the neighbours (Brown and Lowe 2002); undefined where there is no firm peak. */
function exactPlace(octave: Octave, plane: number, x: number, y: number): Place | undefined {
  for (let move = 0; move < mostMoves; move++) {
    const peak = parabola(octave.differences, plane, x, y);
    const { dx, dy, ds } = peak;
    if (Math.abs(dx) < 0.5 && Math.abs(dy) < 0.5 && Math.abs(ds) < 0.5) {
      if (peak.strength < leastStrength || peak.isEdge) return undefined;
      const blur = blurOf(plane + ds);
      return { octave, plane: plane + ds, x: x + dx, y: y + dy, blur, strength: peak.strength };
    }
    x += Math.round(dx);
    y += Math.round(dy);
    plane += Math.round(ds);
    const { width, height } = octave.differences[0]!;
    const isInside =
      plane >= 1 &&
      plane <= scalesOfOctave &&
      x >= border &&
      x < width - border &&
      y >= border &&
      y < height - border;
    if (!isInside) return undefined;
  }
  return undefined;
}

function parabola(planes: readonly Plane[], plane: number, x: number, y: number) {
  const { data, width } = planes[plane]!;
  const below = planes[plane - 1]!.data;
  const above = planes[plane + 1]!.data;
  const at = y * width + x;
  const value = data[at]!;
  const gx = (data[at + 1]! - data[at - 1]!) / 2;
  const gy = (data[at + width]! - data[at - width]!) / 2;
  const gs = (above[at]! - below[at]!) / 2;
  const xx = data[at + 1]! + data[at - 1]! - 2 * value;
  const yy = data[at + width]! + data[at - width]! - 2 * value;
  const ss = above[at]! + below[at]! - 2 * value;
  const xy =
    (data[at + width + 1]! - data[at + width - 1]! - data[at - width + 1]! + data[at - width - 1]!) / 4;
  const xs = (above[at + 1]! - above[at - 1]! - below[at + 1]! + below[at - 1]!) / 4;
  const ys = (above[at + width]! - above[at - width]! - below[at + width]! + below[at - width]!) / 4;
  // Cramer's rule on the three second derivatives.
  const a = yy * ss - ys * ys;
  const b = xs * ys - xy * ss;
  const c = xy * ys - yy * xs;
  const determinant = xx * a + xy * b + xs * c;
  const dx = -(gx * a + gy * b + gs * c) / determinant;
  const dy = -(gx * b + gy * (xx * ss - xs * xs) + gs * (xy * xs - xx * ys)) / determinant;
  const ds = -(gx * c + gy * (xy * xs - xx * ys) + gs * (xx * yy - xy * xy)) / determinant;
  const curvature = xx * yy - xy * xy;
  const isEdge = curvature <= 0 || (xx + yy) ** 2 * mostEdge >= (mostEdge + 1) ** 2 * curvature;
  return { dx, dy, ds, isEdge, strength: Math.abs(value + (gx * dx + gy * dy + gs * ds) / 2) };
}
