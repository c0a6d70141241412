/** What a classifier asks of a second look, and what it is told. Types alone: `@docclf/core/second-look` makes one. */
import type { Decision } from './decide.ts';
import type { Embedding } from './embedder.ts';
import type { Gallery, Match } from './gallery.ts';
import type { OperatingPoint } from './operating-point.ts';
import type { Signal } from './platform.ts';
import type { Region } from './variations.ts';
import type { Corners, Point, SearchedView, View } from './views.ts';

/** Compares the pixels of a doubtful probe with those of the few references that it may be. */
export interface SecondLook {
  /** The attachment in which a reference keeps its local features. */
  readonly attachment: string;
  /** Whether what is registered gets it. Where not, a second look is taken at those that have it. */
  readonly registers: boolean;
  /** Undefined where the first answer is sure, or nothing can be compared. */
  look(first: FirstLook): Promise<Looked | undefined>;
}

/** What is known after the first look. */
export interface FirstLook {
  readonly decision: Decision;
  readonly evalue: number | null;
  /** The view that answered. */
  readonly view: View;
  /** All views with the best match of each label. */
  readonly searched: readonly (SearchedView & { readonly vector: Float32Array; readonly view: View })[];
  /** As if this match had been the best of its view. */
  pointOf(match: Match, view: FirstLook['searched'][number]): Promise<OperatingPoint>;
  readonly featuresOf: Embedding['featuresOf'];
  /** Pixels of the probe. */
  readonly image: { readonly width: number; readonly height: number };
  readonly gallery: Pick<Gallery, 'getMany'>;
  readonly signal?: Signal | undefined;
}

/** What a second look saw of the reference that fits best. */
export interface Sight {
  readonly referenceId: string;
  readonly label: string;
  /** Places of the probe that the reference shows too, all in one perspective. Strangers share less than a dozen. */
  readonly inliers: number;
  /** Where the reference's picture lies in the probe, in its pixels, clockwise from the reference's top left. */
  readonly corners: Corners;
  /** Those places; as many as `inliers`. */
  readonly places: readonly SharedPlace[];
  /** What told it from a look-alike; absent where no other label's print was in the picture, or both fit alike. */
  readonly told?: Told;
}

/** The same print in both pictures, each in shares of its width and height: 0 to 1. */
export interface SharedPlace {
  readonly probe: Point;
  readonly reference: Point;
}

/** Why one of two labels whose print the probe shows is the answer. */
export interface Told {
  /** The other label. */
  readonly from: string;
  /** Places that agree with this reference, and not with that of the other label. */
  readonly places: number;
  /** Where most of them lie close together, in the probe and in the reference. */
  readonly probe: Region;
  readonly reference: Region;
}

export interface Looked {
  /** The first answer, or the one that the pixels make certain. */
  readonly decision: Decision;
  /** With what the pixels say: how many unknown documents would come so far by chance, out of one. */
  readonly evalue: number;
  /** Undefined where no reference fits. */
  readonly sight: Sight | undefined;
  /** The print tells the answer from all others, siblings too: no state need choose among them. */
  readonly isTold: boolean;
}
