/** Looks at a photo, closer at what it found, and inside of that: one session, any runtime. */
import { type Corners, goldenImage, PreprocessError, type RasterImage, toRgb } from '@docclf/preprocess';
import { aroundOf, insideOf, withinOf } from './closer.ts';
import { inputLength, localiserInput } from './input.ts';
import { type LocaliserOutput, mapsLength, photoSide, type Size } from './layout.ts';
import { adviceFor, isWholePicture, type Located, type LocatedQuad, located } from './located.ts';
import type { LocaliserManifest } from './manifest.ts';
import { overlapOf } from './polygon.ts';
import { createPyramid } from './pyramid.ts';
import { mapCorners, wholeOf } from './quads.ts';

/** One run of the network over `count` inputs that follow one another: `[count, 3, 192, 192]` in, both outputs out. */
export type RunLocaliser = (
  input: Float32Array,
  count: number,
) => Promise<{ readonly maps: Float32Array; readonly confidence: Float32Array }>;

export interface LocateOptions {
  /** Size in whose pixels corners are wanted, where the picture was shrunk from it. Default: the picture's. */
  readonly size?: Size | undefined;
  /** Most quads that the first look gives, 1 to 16. Default 4. */
  readonly count?: number | undefined;
  /**
   * Also look closer at the best quad, and inside of it, in one more run; `'unless-whole'`: not where the picture itself is
   * the document. Default true.
   */
  readonly closer?: boolean | 'unless-whole' | undefined;
}

/** By which look a quad was found: at the photo, closer at the document, or inside of it. */
export type Look = 'photo' | 'closer' | 'inside';

export interface FoundQuad extends LocatedQuad {
  readonly look: Look;
}

export interface Found extends Omit<Located, 'quads'> {
  /**
   * Best first: what the closer look made of the best, the photo's own, then what lies inside of the document (a note on
   * a sheet, a picture in a frame), which is the more likely document where the rest is blank.
   */
  readonly quads: readonly FoundQuad[];
}

export interface Localiser {
  readonly manifest: LocaliserManifest;
  /**
   * Where the document is. Nothing throws for what the picture shows: without a document there are no quads.
   *
   * @throws PreprocessError `INVALID_IMAGE`, `INVALID_ARGUMENT`; what the session throws
   */
  locate(image: RasterImage, options?: LocateOptions): Promise<Found>;
  /**
   * What the network says of the whole picture (`undefined`) and of parts of it, in one run: for `located`.
   *
   * @throws as `locate`; PreprocessError `INVALID_CORNERS`
   */
  look(image: RasterImage, within: readonly (Corners | undefined)[]): Promise<readonly LocaliserOutput[]>;
  /** The largest difference of a logit from the golden ones. @throws PreprocessError `INVALID_ARGUMENT` when it is too large */
  selfTest(): Promise<{ readonly difference: number }>;
}

/** Overlap with the first quad that the closer look must keep, or it has gone astray. */
const SAME = 0.6;
export function createLocaliser(parts: {
  readonly manifest: LocaliserManifest;
  readonly run: RunLocaliser;
}): Localiser {
  const { manifest, run } = parts;

  async function look(
    image: RasterImage,
    within: readonly (Corners | undefined)[],
  ): Promise<readonly LocaliserOutput[]> {
    const input = new Float32Array(within.length * inputLength);
    const pyramid = createPyramid(image);
    within.forEach((corners, i) => {
      const part = corners === undefined ? image : pyramid.cutOut(corners, photoSide, photoSide);
      localiserInput(part, manifest.preprocessing, undefined, input, i * inputLength);
    });
    const { maps, confidence } = await run(input, within.length);
    return within.map((_, i) => ({
      maps: maps.subarray(i * mapsLength, (i + 1) * mapsLength),
      confidence: confidence.subarray(2 * i, 2 * i + 2),
    }));
  }

  async function locate(picture: RasterImage, options: LocateOptions = {}): Promise<Found> {
    const image = toRgb(picture);
    const { size = image, count, closer = true } = options;
    const [output] = await look(image, [undefined]);
    const first = located(output!, image, { count });
    const { quads, ...rest } = first;
    const best = quads[0];
    const looksCloser = closer === 'unless-whole' ? !isWholePicture(first, image) : closer;
    const found: FoundQuad[] = quads.map((quad) => ({ ...quad, look: 'photo' }));
    const around = best && aroundOf(best.corners);
    const within = best && withinOf(best.corners);
    if (looksCloser && best && around && within) {
      const [near, inner] = await look(image, [around, within]);
      const better = located(near!, image, { count: 1, within: around }).quads[0];
      if (better && overlapOf(better.corners, best.corners) > SAME)
        found.unshift({ ...better, look: 'closer' });
      const inside = insideOf(inner!, within, image);
      if (inside) found.push({ ...inside, look: 'inside' });
    }
    const scaled = found.map((quad) => ({
      ...quad,
      corners: mapCorners(quad.corners, wholeOf(image), wholeOf(size)),
    }));
    return { ...rest, quads: scaled, advice: adviceFor(scaled[0]?.corners, size) };
  }

  async function selfTest() {
    const { golden } = manifest;
    const [output] = await look(goldenImage(), [undefined]);
    const maps = output!.maps.filter((_, i) => i % golden.step === 0);
    const far = (values: ArrayLike<number>, expected: readonly number[]) =>
      expected.reduce((most, value, i) => Math.max(most, Math.abs((values[i] ?? Number.NaN) - value)), 0);
    const difference = Math.max(far(maps, golden.maps), far(output!.confidence, golden.confidence));
    if (!(difference <= golden.tolerance)) {
      throw new PreprocessError(
        'INVALID_ARGUMENT',
        `Expected logits within ${golden.tolerance} of the manifest's golden ones, got a difference of ${difference}. The runtime or the file is not the one that the manifest describes.`,
      );
    }
    return { difference };
  }

  return { manifest, locate, look, selfTest };
}
