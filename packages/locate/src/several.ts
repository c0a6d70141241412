/** Every document in a picture: several on one scan, a pile on a desk. */
import { type Corners, PreprocessError, type RasterImage, toRgb } from '@docclf/preprocess';
import { candidatesOf } from './candidates.ts';
import { aroundOf, insideOf, withinOf } from './closer.ts';
import type { Size } from './layout.ts';
import type { Found, FoundQuad, Localiser } from './localiser.ts';
import { adviceFor, isWholePicture, type LocatedQuad, located } from './located.ts';
import { paintOver } from './paint.ts';
import { areaOf, intersection, overlapOf } from './polygon.ts';
import { ownSize } from './pyramid.ts';
import { mapCorners, wholeOf } from './quads.ts';

export interface LocateAllOptions {
  /** Size in whose pixels corners are wanted, where the picture was shrunk from it. Default: the picture's. */
  readonly size?: Size | undefined;
  /** Most documents, from 1. Default 16. */
  readonly most?: number | undefined;
}

/**
 * What the closest look at one of several must score. Two beside each other that were taken for one have less, and so has a
 * document of which much is hidden.
 */
const LEAST_SCORE = -1.5;
/** Overlap from which two quads have settled on the same document. */
const SAME = 0.7;
/** Of the smaller of two documents, what the other may cover: more, and it is a picture printed on it. */
const MOST_COVERED = 0.6;
/** Of one of several, what must be in the picture. */
const LEAST_SEEN = 0.75;
/** A document's longer side in shorter ones: a stripe between two documents has more. */
const LONGEST = 8;
/** Looks at the picture, each with what was found painted over. */
const ROUNDS = 5;

/**
 * Where each document is, as `Localiser.locate` tells it of the only one. The network has learnt to show one document, but its
 * maps have the corners of all; so whatever four go together are looked at closer, what holds then is painted over, and
 * the rest is looked at again.
 *
 * A document that lies wholly upon another is not told from a picture printed on it.
 *
 * @returns the clearest first of each look; empty where nothing is found
 * @throws as `Localiser.locate`
 */
export async function locateAll(
  localiser: Localiser,
  picture: RasterImage,
  { size = picture, most = 16 }: LocateAllOptions = {},
): Promise<readonly Found[]> {
  if (!(most >= 1)) {
    throw new PreprocessError('INVALID_ARGUMENT', `Expected one document at most or more, got ${most}.`);
  }
  const image = toRgb(picture);
  const only = await localiser.locate(image, { size, closer: 'unless-whole' });
  if (only.quads.length === 0) return [];
  // Not by its quad: that of four documents on a scan covers it too.
  if (isWholePicture({ ...only, quads: [] }, size)) return [only];
  const quads: LocatedQuad[] = [];
  let rest = image;
  for (let round = 0; round < ROUNDS; round++) {
    const [output] = await localiser.look(rest, [undefined]);
    const next = await settled(localiser, image, candidatesOf(output!, rest));
    const before = quads.length;
    for (const quad of next) if (isOneMore(quad, quads, image)) quads.push(quad);
    if (quads.length === before || quads.length >= most) break;
    rest = paintOver(
      rest,
      quads.slice(before).map(({ corners }) => corners),
    );
  }
  const kept = quads.slice(0, most);
  return kept.length < 2 ? [only] : described(localiser, image, { only, kept, size });
}

/** What closer looks make of quads, best first: a second one at what the first has settled on. */
async function settled(
  localiser: Localiser,
  image: RasterImage,
  candidates: readonly Corners[],
): Promise<readonly LocatedQuad[]> {
  let quads: LocatedQuad[] = [];
  let corners = candidates;
  for (let looks = 0; looks < 2; looks++) {
    const around = corners.map(aroundOf).filter((quad) => quad !== undefined);
    if (around.length === 0) return [];
    const outputs = await localiser.look(image, around);
    const found = outputs.flatMap(
      (output, i) => located(output, image, { count: 1, within: around[i] }).quads,
    );
    quads = [];
    for (const quad of found.sort((a, b) => b.score - a.score))
      if (quads.every((other) => overlapOf(other.corners, quad.corners) < SAME)) quads.push(quad);
    corners = quads.map((quad) => quad.corners);
  }
  return quads;
}

function isOneMore({ corners, score }: LocatedQuad, others: readonly LocatedQuad[], image: Size): boolean {
  const area = areaOf(corners);
  const covers = (other: LocatedQuad) =>
    areaOf(intersection(corners, other.corners)) > MOST_COVERED * Math.min(area, areaOf(other.corners));
  const { width, height } = ownSize(corners);
  return (
    score >= LEAST_SCORE &&
    Math.max(width, height) <= LONGEST * Math.min(width, height) &&
    areaOf(intersection(corners, wholeOf(image))) >= LEAST_SEEN * area &&
    !others.some(covers)
  );
}

/** With what lies inside of each, in pixels of the source. */
async function described(
  localiser: Localiser,
  image: RasterImage,
  { only, kept, size }: { readonly only: Found; readonly kept: readonly LocatedQuad[]; readonly size: Size },
): Promise<readonly Found[]> {
  const within = kept.map(({ corners }) => withinOf(corners) ?? corners);
  const outputs = await localiser.look(image, within);
  return kept.map((quad, i) => {
    const inside = insideOf(outputs[i]!, within[i]!, image);
    const found: FoundQuad[] = [{ ...quad, look: 'closer' }];
    if (inside) found.push({ ...inside, look: 'inside' });
    const quads = found.map((one) => ({
      ...one,
      corners: mapCorners(one.corners, wholeOf(image), wholeOf(size)),
    }));
    return { ...only, quads, advice: adviceFor(quads[0]!.corners, size) };
  });
}
