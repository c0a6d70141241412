/** A probe beside the best few references, in the ways in which it may show one: cut out, whole, or as a negative. */
import type { Reference } from '../gallery.ts';
import type { FirstLook } from '../second-look-contract.ts';
import type { Corners } from '../views.ts';

/** How two pictures are compared: of `@docclf/features`. */
export interface Geometry {
  /** The attachment of a reference that holds its features, as `Embedder` makes them. */
  readonly attachment: string;
  /** Undefined where nothing agrees, or a side cannot be read. */
  compare(probe: Uint8Array, reference: Uint8Array): Likeness | undefined;
  /** The features of the same picture's negative. */
  invert(features: Uint8Array): Uint8Array;
  /** How many points there are; 0 where the features cannot be read. */
  count(features: Uint8Array): number;
}

export interface Likeness {
  /** Places that agree on one perspective. */
  readonly inliers: number;
  /** Where the reference lies, in shares of the probe's width and height. */
  readonly corners: Corners;
  /** Which points of the probe agree: a number for each, the same for every reference. */
  readonly points: readonly number[];
}

/** A part of the probe beside the references. */
interface Compared {
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
/** Milliseconds of comparing in one piece. */
const slice = 10;

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
    let since = performance.now();
    const compared = { points: count(probe), all: new Set<string>(), found: new Map<string, Likeness>() };
    for (const [index, [id, bytes]] of [...references].entries()) {
      if (index >= firstLabels && mostInliers(compared) >= enough) break;
      // Some milliseconds each: others come through now and then.
      if (performance.now() - since > slice) {
        await new Promise<void>((resolve) => void setTimeout(resolve));
        since = performance.now();
      }
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
