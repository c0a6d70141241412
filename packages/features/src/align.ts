/**
 * One map for many pairs: which of them agree that a reference lies in a probe just so?
 *
 * A pair of points with size and direction is a whole similarity by itself, so each of the most certain pairs is tried in
 * turn and nothing is drawn by lot: the same features always give the same answer, in bounded time (spatial verification
 * after Philbin et al. 2007; made exact as in locally optimised RANSAC, Chum et al. 2003).
 */
import { type Corners, type Matrix3, mapPoint } from '@docclf/preprocess';
import type { Features } from './features.ts';
import { fitHomography } from './fit-homography.ts';
import type { Pairs } from './match.ts';
import { isPlausible } from './plausible.ts';

export interface Alignment {
  /** Pairs that agree, each place of either picture counted once. 0 to the points of the poorer picture. */
  readonly inliers: number;
  /** From pixels of the reference to pixels of the probe. */
  readonly homography: Matrix3;
  /** Where the reference's picture lies in the probe, clockwise from its top left. */
  readonly corners: Corners;
  /** The pairs that agree: points of the probe and of the reference. */
  readonly pairs: Pairs;
}

/** Most pairs that are tried as a similarity, and that are counted. */
const mostTried = 60;
const mostRefined = 4;
/** Fewer say nothing: four fit any map. */
const leastPairs = 5;
/** How far a pair may lie off, in shares of the probe's long side: under a similarity, and each better map after it. */
const tolerances = { similarity: 0.06, affine: 0.03, homography: [0.02, 0.012, 0.01] };

/** Undefined where nothing agrees, or only on what no photo of a flat picture shows. */
export function align(probe: Features, reference: Features, pairs: Pairs): Alignment | undefined {
  if (pairs.probe.length < leastPairs) return undefined;
  const side = Math.max(probe.width, probe.height);
  const places = placesOf(probe, reference, pairs);
  const tried = Array.from({ length: Math.min(mostTried, pairs.probe.length) }, (_, i) => {
    const matrix = similarityOf(probe, reference, pairs.probe[i]!, pairs.reference[i]!);
    return agreeing(places, matrix, tolerances.similarity * side);
  });
  tried.sort((a, b) => b.length - a.length);
  let best: Alignment | undefined;
  for (const first of tried.slice(0, mostRefined)) {
    const refined = refine(places, first, side);
    if (refined === undefined || !isPlausible(refined.matrix, reference, probe)) continue;
    const own = distinct(refined.agree, places);
    if (own.length < leastPairs || own.length <= (best?.inliers ?? 0)) continue;
    best = alignmentOf(refined.matrix, own, pairs, reference);
  }
  return best;
}

function alignmentOf(
  homography: Matrix3,
  own: readonly number[],
  pairs: Pairs,
  reference: Features,
): Alignment {
  const { width, height } = reference;
  const map = (x: number, y: number) => mapPoint(homography, x, y);
  return {
    inliers: own.length,
    homography,
    corners: [map(0, 0), map(width, 0), map(width, height), map(0, height)],
    pairs: {
      probe: Int32Array.from(own, (i) => pairs.probe[i]!),
      reference: Int32Array.from(own, (i) => pairs.reference[i]!),
    },
  };
}

/** Of the reference and of the probe, in rows of four. */
function placesOf(probe: Features, reference: Features, pairs: Pairs): Float64Array {
  const places = new Float64Array(4 * pairs.probe.length);
  pairs.probe.forEach((at, i) => {
    const to = pairs.reference[i]!;
    places.set([reference.x[to]!, reference.y[to]!, probe.x[at]!, probe.y[at]!], 4 * i);
  });
  return places;
}

function similarityOf(probe: Features, reference: Features, at: number, to: number): Matrix3 {
  const scale = probe.scale[at]! / reference.scale[to]!;
  const turn = probe.angle[at]! - reference.angle[to]!;
  const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  const [x, y] = [reference.x[to]!, reference.y[to]!];
  return [cos, -sin, probe.x[at]! - cos * x + sin * y, sin, cos, probe.y[at]! - sin * x - cos * y, 0, 0, 1];
}

/** Indices of the pairs that a map leaves no further off than `tolerance`. */
function agreeing(places: Float64Array, matrix: Matrix3, tolerance: number): number[] {
  const [a, b, c, d, e, f, g, h, k] = matrix;
  const agree: number[] = [];
  for (let i = 0; i < places.length; i += 4) {
    const [x, y] = [places[i]!, places[i + 1]!];
    const w = g * x + h * y + k;
    const dx = (a * x + b * y + c) / w - places[i + 2]!;
    const dy = (d * x + e * y + f) / w - places[i + 3]!;
    if (dx * dx + dy * dy <= tolerance * tolerance) agree.push(i / 4);
  }
  return agree;
}

/** From a similarity over an affine map to a homography, each fitted to what agreed with the one before. */
function refine(places: Float64Array, first: readonly number[], side: number) {
  let agree = first;
  const fit = (tolerance: number, affine = false): Matrix3 | undefined => {
    if (agree.length < leastPairs) return undefined;
    const matrix = fitHomography(selected(places, agree), affine);
    if (matrix) agree = agreeing(places, matrix, tolerance * side);
    return matrix;
  };
  let matrix = fit(tolerances.affine, true);
  for (const tolerance of tolerances.homography) matrix = matrix && fit(tolerance);
  return matrix && { matrix, agree };
}

function selected(places: Float64Array, indices: readonly number[]): Float64Array {
  const chosen = new Float64Array(4 * indices.length);
  indices.forEach((index, i) => {
    chosen.set(places.subarray(4 * index, 4 * index + 4), 4 * i);
  });
  return chosen;
}

/** Each place of the reference and of the probe once: of two directions of a place only the first counts. */
function distinct(indices: readonly number[], places: Float64Array): number[] {
  const seen = new Set<string>();
  return indices.filter((i) => {
    const keys = [`r${places[4 * i]},${places[4 * i + 1]}`, `p${places[4 * i + 2]},${places[4 * i + 3]}`];
    if (keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    return true;
  });
}
