/** Pixels by WebCodecs: without a canvas, and shrunk while they are decoded. */
import {
  applyOrientation,
  type ExifOrientation,
  orientationSwapsAxes,
  type RasterImage,
  shrinkToRgb,
  wholeFactor,
} from '@docclf/preprocess';
import { jpegOrientation } from '@docclf/preprocess/image-file';

/** Not in every browser yet, nor in TypeScript's types: how a frame is to be shown. */
interface Shown {
  /** Clockwise degrees; undefined where the browser has turned the pixels already. */
  readonly rotation?: number;
  /** Whether the stored pixels are mirrored left to right, before the rotation. */
  readonly flip?: boolean;
}

/** By degrees: as stored, and mirrored. */
const orientations: Readonly<Record<number, readonly [ExifOrientation, ExifOrientation]>> = {
  0: [1, 2],
  90: [6, 5],
  180: [3, 4],
  270: [8, 7],
};

/** Upright pixels and the size of the picture that they were shrunk from. */
export interface DecodedImage {
  /** RGB. */
  readonly image: RasterImage;
  readonly width: number;
  readonly height: number;
}

/**
 * A JPEG decoded at a half, a quarter or an eighth: the smallest that leaves each side at least four times
 * `side`, so that the averaging that follows has the last word. Rows and columns that fill no pixel of the
 * shrunken picture would be dropped or squeezed in, so only sizes that divide are shrunk.
 *
 * @returns undefined where the browser has no `ImageDecoder` or can't decode the file; `createImageBitmap` tells why
 */
export async function decodeJpeg(
  bytes: Uint8Array<ArrayBuffer>,
  size: { readonly width: number; readonly height: number },
  side: number,
): Promise<DecodedImage | undefined> {
  if (globalThis.ImageDecoder === undefined) return undefined;
  const orientation = jpegOrientation(bytes);
  const factor = shrinkFactor(size.width, size.height, side);
  // Frames have the colour of four pixels in one, which the network sees in a small picture.
  if (factor === 1 && Math.min(size.width, size.height) < 8 * side) return undefined;
  // A browser that turns the pixels itself wants to be told the size of the upright picture.
  const turns = !('rotation' in VideoFrame.prototype) && orientationSwapsAxes(orientation);
  const [across, down] = turns ? [size.height, size.width] : [size.width, size.height];
  const decoder = new ImageDecoder({
    data: bytes,
    type: 'image/jpeg',
    ...(factor > 1 && { desiredWidth: across / factor, desiredHeight: down / factor }),
  });
  try {
    const { image: frame } = await decoder.decode();
    try {
      const image = await readFrame(frame, Number.POSITIVE_INFINITY);
      // Whatever a browser makes of the desired size, it is known how much of the picture a pixel is.
      if (image === undefined) return undefined;
      const upright = orientationSwapsAxes(orientation);
      const [width, height] = upright ? [size.height, size.width] : [size.width, size.height];
      return image.width * factor === width && image.height * factor === height
        ? { image, width, height }
        : undefined;
    } finally {
      frame.close();
    }
  } catch {
    return undefined;
  } finally {
    decoder.close();
  }
}

/**
 * The upright RGB pixels of a frame, shrunk by a whole factor that leaves each side at least `least` pixels.
 *
 * @returns undefined for pixels with transparency, which browsers give with and without the colour of what they
 * cover, and for pixels that are not square
 */
export async function readFrame(frame: VideoFrame, least: number): Promise<RasterImage | undefined> {
  const { visibleRect, rotation = 0, flip = false } = frame as VideoFrame & Shown;
  const orientation = orientations[rotation]?.[flip ? 1 : 0];
  if (visibleRect === null || orientation === undefined) return undefined;
  const { width, height } = visibleRect;
  const shownWidth = orientationSwapsAxes(orientation) ? frame.displayHeight : frame.displayWidth;
  if (shownWidth !== width) return undefined;
  const data = await copyPixels(frame);
  if (!isOpaque(data)) return undefined;
  const factor = wholeFactor(width, height, least);
  return applyOrientation(shrinkToRgb({ data, width, height, channels: 4 }, factor), orientation);
}

/** RGBA, row by row. */
export async function copyPixels(frame: VideoFrame): Promise<Uint8Array<ArrayBuffer>> {
  const options = { format: 'RGBA', colorSpace: 'srgb' } as const;
  const data = new Uint8Array(frame.allocationSize(options));
  await frame.copyTo(data, options);
  return data;
}

let keepBytes = false;

/** Learns it, before the first picture: a source must be taken hold of within the call that gives it. */
export async function tryFrames(): Promise<void> {
  keepBytes = await roundTrip().catch(() => false);
}

/** Whether pixels with transparency come out of a frame as they went in. False until `tryFrames` was called. */
export function framesKeepBytes(): boolean {
  return keepBytes;
}

async function roundTrip(): Promise<boolean> {
  const bytes = Uint8Array.from([200, 100, 50, 128, 9, 8, 7, 0]);
  const frame = new VideoFrame(bytes, { format: 'RGBA', codedWidth: 2, codedHeight: 1, timestamp: 0 });
  try {
    return String(await copyPixels(frame)) === String(bytes);
  } finally {
    frame.close();
  }
}

function isOpaque(data: Uint8Array<ArrayBuffer>): boolean {
  // A word of a pixel has its alpha in the highest byte, wherever browsers run.
  const pixels = new Uint32Array(data.buffer);
  for (let at = 0; at < pixels.length; at++) if (pixels[at]! >>> 24 !== 255) return false;
  return true;
}

function shrinkFactor(width: number, height: number, side: number): number {
  const most = Math.min(width, height) / (4 * side);
  return [8, 4, 2].find((whole) => whole <= most && width % whole === 0 && height % whole === 0) ?? 1;
}
