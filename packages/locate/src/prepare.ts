/** From a decoded picture to what an embedder takes: the one path of every runtime. */
import {
  assertCorners,
  type Corners,
  PreprocessError,
  type RasterImage,
  type TensorSpec,
  toTensor,
  warpPerspective,
} from '@docclf/preprocess';
import type { Size } from './layout.ts';
import type { Found, Localiser } from './localiser.ts';
import { type Advice, adviceFor } from './located.ts';
import { cutsOf } from './parts.ts';
import { intersection } from './polygon.ts';
import { createPyramid, ownSize } from './pyramid.ts';
import { isUsable, mapCorners, wholeOf } from './quads.ts';

/** A part of a picture as the network's input; `PreparedView` of `@docclf/core`. */
export type PreparedPart = { readonly tensor: Float32Array } & (
  | { readonly found: 'whole' }
  | { readonly found: 'located' | 'given'; readonly corners: Corners }
);

export interface PrepareOptions {
  /** The embedder's input. */
  readonly spec: TensorSpec;
  /** Size in whose pixels corners count, where the picture was shrunk from it. Default: the picture's. */
  readonly size?: Size | undefined;
  /** Look for documents, take the picture as it is, or cut it out here. Default `'auto'`. */
  readonly locate?: 'auto' | false | Corners | undefined;
  /** Without one, `'auto'` takes the picture as it is. */
  readonly localiser?: Localiser | undefined;
}

export interface PreparedParts {
  /** The whole picture first, unless corners were given; then what was cut out of it, best first. */
  readonly views: readonly [PreparedPart, ...PreparedPart[]];
  /** Index of the part that stands for the picture, as a reference. */
  readonly principal: number;
  /** Empty where there is nothing to do better, and where nobody looked. */
  readonly advice: readonly Advice[];
  /** Size of the principal part in pixels of the source. */
  readonly part: Size;
  /** The principal part, straightened: as large as it is in the picture, at most `side` pixels a side. */
  picture(side: number): RasterImage;
  /** The pixels round a part of the source, or all of them: where it lies in the picture that was decoded. */
  boxOf(corners: Corners | null): Box | undefined;
}

/** Whole pixels from `left` up to `right`, and from `top` up to `bottom`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What to do about one source: corners that the call names, else those that it brings along, else what was asked. */
export function locateOf(
  asked: PrepareOptions['locate'],
  own: Corners | undefined,
  localiser: Localiser | undefined,
): 'auto' | false | Corners {
  if (Array.isArray(asked)) return asked as unknown as Corners;
  if (own !== undefined) return own;
  return localiser === undefined ? false : ((asked as 'auto' | false | undefined) ?? 'auto');
}

/**
 * Pixels of which a decoder must leave four times as many on each side of the picture, for `prepareParts`. A document of a
 * quarter of a photo's side then still has the pixels that the network takes, and a JPEG of twelve megapixels is decoded at a
 * quarter of its width: at more it would take twice the time.
 */
export function decodedSide(
  spec: Pick<TensorSpec, 'width' | 'height'>,
  locate: PrepareOptions['locate'],
): number {
  return Math.max(spec.width, spec.height, locate === false ? 0 : locate === 'auto' ? 150 : 256);
}

/**
 * Looks where the document is, cuts it out and makes the tensors.
 *
 * Nothing throws for what the picture shows: where no document is found, the whole picture is the only part.
 *
 * @throws PreprocessError `INVALID_IMAGE`, `INVALID_ARGUMENT`; `INVALID_CORNERS` for corners that cross, are in a line, or go
 * round the wrong way; what the localiser's session throws
 */
export async function prepareParts(image: RasterImage, options: PrepareOptions): Promise<PreparedParts> {
  const { size = image, locate = 'auto', localiser } = options;
  const cutter = createCutter(image, options);
  if (locate !== 'auto' && locate !== false) return cutter.given(locate);
  if (locate === false || localiser === undefined) return cutter.asItIs();
  return cutter.found(await localiser.locate(image, { size, closer: 'unless-whole' }));
}

/** Makes the parts of one decoded picture. */
export function createCutter(
  image: RasterImage,
  { spec, size = image }: Pick<PrepareOptions, 'spec' | 'size'>,
) {
  const pyramid = createPyramid(image);
  const inImage = (corners: Corners) => mapCorners(corners, wholeOf(size), wholeOf(image));
  const cut = (corners: Corners, found: 'located' | 'given'): PreparedPart => {
    const tensor = toTensor(pyramid.cutOut(inImage(corners), spec.width, spec.height), spec);
    return { found, corners, tensor };
  };
  const canCut = (corners: Corners) => isUsable(inImage(corners));
  const whole = (): PreparedPart => ({ found: 'whole', tensor: toTensor(image, spec) });

  function prepared(
    views: PreparedParts['views'],
    principal: number,
    advice: readonly Advice[],
  ): PreparedParts {
    const part = views[principal]!;
    const corners = part.found === 'whole' ? undefined : part.corners;
    return {
      views,
      principal,
      advice,
      part: corners === undefined ? { width: size.width, height: size.height } : ownSize(corners),
      picture: (side) => (corners === undefined ? image : straighten(image, inImage(corners), side)),
      boxOf: (part) => (part === null ? undefined : boxAround(inImage(part))),
    };
  }

  return {
    cut,
    canCut,
    prepared,
    asItIs: () => prepared([whole()], 0, []),
    /** @throws PreprocessError `INVALID_CORNERS` */
    given(corners: Corners): PreparedParts {
      assertCorners(corners);
      assertWithin(corners, size);
      return prepared([cut(corners, 'given')], 0, adviceFor(corners, size));
    },
    /** The whole picture, and the document that was found in it. */
    found(found: Found): PreparedParts {
      const { cuts, document } = cutsOf(found, size);
      const usable = cuts.filter(canCut);
      const parts = usable.map((corners) => cut(corners, 'located'));
      const principal = document === undefined ? 0 : 1 + usable.indexOf(document);
      // Of a flat scan the rim of a quad that is not used says nothing.
      const [outline] = found.quads.length > 0 && cuts.length === 0 ? [wholeOf(size)] : cuts;
      return prepared([whole(), ...parts], principal, adviceFor(outline, size));
    },
  };
}

/**
 * What lies within the corners, as large as their longest sides, at most `side` pixels a side.
 *
 * @throws PreprocessError `INVALID_IMAGE`, `INVALID_CORNERS`
 */
export function straighten(image: RasterImage, corners: Corners, side: number): RasterImage {
  assertCorners(corners);
  const { width, height } = ownSize(corners);
  const scale = Math.min(1, side / Math.max(width, height));
  const scaled = (length: number) => Math.max(1, Math.round(length * scale));
  return warpPerspective(image, corners, scaled(width), scaled(height));
}

/** Share of a part's sides that is looked at beyond it: corners that were found may lie a little inside. */
const around = 0.08;

function boxAround(corners: Corners): Box {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const [across, down] = [around * (right - left), around * (bottom - top)];
  return {
    left: Math.floor(left - across),
    top: Math.floor(top - down),
    right: Math.ceil(right + across),
    bottom: Math.ceil(bottom + down),
  };
}

/** A document may reach out of the picture, but some of it must be in there. */
function assertWithin(corners: Corners, size: Size): void {
  if (intersection(corners, wholeOf(size)).length > 2) return;
  throw new PreprocessError(
    'INVALID_CORNERS',
    `Expected corners round some of a picture of ${size.width} x ${size.height} pixels, got ${JSON.stringify(corners)}: give them in pixels of the source.`,
  );
}
