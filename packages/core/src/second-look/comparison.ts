/** A probe beside the best few references, in the ways in which it may show one: cut out, whole, or as a negative. */
import type { Reference } from '../gallery.ts';
import type { FirstLook, SharedPlace } from '../second-look-contract.ts';
import type { Corners } from '../views.ts';
import { createBreath } from './breath.ts';

/** How two pictures are compared: of `@docclf/features`. */
export interface Geometry {
  /** The attachment of a reference that holds its features, as `Embedder` makes them. */
  readonly attachment: string;
  /** Undefined where nothing agrees, or a side cannot be read. */
  compare(probe: Uint8Array, reference: Uint8Array): Likeness | undefined;
  /** The features of the same picture's negative. */
  invert(features: Uint8Array): Uint8Array;
  /** What each of two references has in print that the other has not; undefined where the three cannot be laid over each other. */
  distinguish(
    probe: Uint8Array,
    one: Uint8Array,
    other: Uint8Array,
  ): readonly [one: Distinctive, other: Distinctive] | undefined;
  /** How many points there are; 0 where the features cannot be read. */
  count(features: Uint8Array): number;
}

/** Points of one of two references that the other does not have. */
export interface Distinctive {
  /** Of those that would lie in the probe: how many there are. */
  readonly count: number;
  /** With those that the other has too. */
  readonly all: number;
  /** Those that the probe shows. */
  readonly places: readonly SharedPlace[];
}

export interface Likeness {
  /** Places that agree on one perspective. */
  readonly inliers: number;
  /** Where the reference lies, in shares of the probe's width and height. */
  readonly corners: Corners;
  /** Which points of the probe agree: a number for each, the same for every reference. */
  readonly points: readonly number[];
  /** The same points, and where the reference has them. */
  readonly places: readonly SharedPlace[];
}

/** A part of the probe beside the references. */
interface Compared {
  /** That part's features. */
  readonly probe: Uint8Array;
  /** Points of that part. */
  readonly points: number;
  /** References that it was held against. */
  readonly all: ReadonlySet<Reference['id']>;
  readonly found: ReadonlyMap<Reference['id'], Likeness>;
}

/** References that are looked at, best first, before those after them: where none of these fits, the part may be badly cut. */
const firstLabels = 5;
/** So many inliers leave nothing to look for in the rest of the picture. */
const enough = 12;

export function createComparison({ compare, invert, count }: Geometry) {
  /**
   * The part that the first look thought to be the document, and where that says little, its negative where the picture may
   * be one, and then the whole picture. Where nothing agrees, the best few beside the negative: one that is not dark is
   * told by nothing else. Undefined where the probe has no features.
   */
  return async function compareAll(
    { view, searched, featuresOf }: FirstLook,
    references: ReadonlyMap<Reference['id'], Uint8Array | undefined>,
  ): Promise<Compared | undefined> {
    let best: Compared | undefined;
    let shown: Uint8Array | undefined;
    const mayBeNegative = searched.some((one) => one.view.inverted);
    for (const part of view.corners === undefined ? [null] : [view.corners, null]) {
      const asItIs = await featuresOf!(part);
      if (asItIs === undefined) return best;
      shown ??= asItIs;
      for (const probe of mayBeNegative ? [asItIs, invert(asItIs)] : [asItIs]) {
        const compared = await compareWith(probe, references);
        // Points of one part can be held against each other, and not those of two.
        if (best === undefined || mostInliers(compared) > mostInliers(best)) best = compared;
        if (mostInliers(best) >= enough) return best;
      }
    }
    if (shown === undefined || mayBeNegative || (best && mostInliers(best) > 0)) return best;
    const negative = await compareWith(invert(shown), new Map([...references].slice(0, firstLabels)));
    return mostInliers(negative) > 0 ? negative : best;
  };

  async function compareWith(
    probe: Uint8Array,
    references: ReadonlyMap<Reference['id'], Uint8Array | undefined>,
  ): Promise<Compared> {
    const breath = createBreath();
    const compared = {
      probe,
      points: count(probe),
      all: new Set<string>(),
      found: new Map<string, Likeness>(),
    };
    for (const [index, [id, bytes]] of [...references].entries()) {
      if (index >= firstLabels && mostInliers(compared) >= enough) break;
      await breath();
      compared.all.add(id);
      const likeness = bytes && compare(probe, bytes);
      if (likeness) compared.found.set(id, likeness);
    }
    return compared;
  }
}

function mostInliers({ found }: Pick<Compared, 'found'>): number {
  return Math.max(0, ...[...found.values()].map(({ inliers }) => inliers));
}
