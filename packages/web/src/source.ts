/** From what a page hands over to something that can cross to a worker, and from there to bytes or pixels. */
import { DocclfError } from '@docclf/core';
import { assertAnswered, describe, readBody, throwIfAborted } from '@docclf/core/implementer';
import type { RasterImage } from '@docclf/preprocess';

/**
 * Every kind of image that the classifier takes. A string or URL is fetched, relative to the page, under the
 * rules of its origin; all else stays on the device. A canvas, bitmap or video gives the picture that it shows
 * when the call is made; an image element is waited for; of a `Response` a clone is read.
 */
export type ImageSource =
  | string
  | URL
  | Blob
  | Response
  | ArrayBuffer
  | Uint8Array
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | SVGImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | VideoFrame
  | RasterImage;

/** A source that the page can no longer change; a worker can be sent it. */
export type CapturedSource =
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
  | { readonly kind: 'blob'; readonly blob: Blob; readonly name: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }
  | { readonly kind: 'bitmap'; readonly bitmap: ImageBitmap; readonly name: string }
  | { readonly kind: 'pixels'; readonly image: RasterImage; readonly name: string };

/** A source, read: encoded bytes, a bitmap that is ours to close, or pixels; and what errors call it. */
export type ReadSource = Exclude<CapturedSource, { kind: 'url' | 'blob' }>;

/** As for encoded images: straight alpha, sRGB. */
export const bitmapOptions = {
  imageOrientation: 'from-image',
  premultiplyAlpha: 'none',
  colorSpaceConversion: 'default',
} as const satisfies ImageBitmapOptions;

/**
 * Takes hold of a source: pictures that move are frozen, memory that the page may write to is copied.
 *
 * @throws IMAGE_EMPTY, IMAGE_WITHOUT_PIXELS, FILE_UNREADABLE, INVALID_ARGUMENT
 */
export async function captureSource(source: ImageSource): Promise<CapturedSource> {
  if (typeof source === 'string') return captureUrl(source);
  // The tag instead of `instanceof`: it also holds for objects of another frame, and names nothing that a
  // server lacks.
  switch (tagOf(source)) {
    case 'URL':
      return captureUrl((source as URL).href);
    case 'File':
      return { kind: 'blob', blob: source as File, name: (source as File).name || 'the file' };
    case 'Blob':
      return { kind: 'blob', blob: source as Blob, name: 'the image' };
    case 'Response':
      return captureResponse(source as Response);
    case 'ArrayBuffer':
      return { kind: 'bytes', bytes: new Uint8Array((source as ArrayBuffer).slice(0)), name: 'the image' };
    case 'Uint8Array':
      return { kind: 'bytes', bytes: new Uint8Array(source as Uint8Array), name: 'the image' };
    case 'ImageBitmap':
      return captureBitmap(source as ImageBitmap, 'the bitmap');
    case 'HTMLImageElement':
      return captureImage(source as HTMLImageElement);
    case 'SVGImageElement':
      return captureImage(source as SVGImageElement);
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas':
      return captureBitmap(source as OffscreenCanvas, 'the canvas');
    case 'HTMLVideoElement': {
      const { videoWidth, videoHeight } = source as HTMLVideoElement;
      return captureBitmap(source as HTMLVideoElement, 'the video', videoWidth, videoHeight);
    }
    case 'VideoFrame': {
      const { displayWidth, displayHeight } = source as VideoFrame;
      return captureBitmap(source as VideoFrame, 'the video frame', displayWidth, displayHeight);
    }
    case 'ImageData':
      return captureImageData(source as ImageData);
  }
  if (isPixels(source)) {
    const { data, width, height, channels } = source;
    // A copy of what the picture covers, and not of a larger buffer that it may lie in.
    return { kind: 'pixels', image: { data: data.slice(), width, height, channels }, name: 'the pixels' };
  }
  const expected =
    'a File, a Blob, bytes, a URL, a Response, an ImageBitmap, ImageData, an image element, a canvas, a video or pixels';
  throw new DocclfError('INVALID_ARGUMENT', { argument: 'source', expected, received: describe(source) });
}

/** What can be handed to a worker without a copy. */
export function transferablesOf(source: CapturedSource): Transferable[] {
  if (source.kind === 'bitmap') return [source.bitmap];
  if (source.kind === 'bytes') return [source.bytes.buffer];
  return source.kind === 'pixels' ? [source.image.data.buffer as ArrayBuffer] : [];
}

/**
 * Reads a captured source into memory.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, IMAGE_EMPTY, IMAGE_TOO_MANY_BYTES, ABORTED
 */
export async function readSource(
  source: CapturedSource,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<ReadSource> {
  if (source.kind === 'bitmap' || source.kind === 'pixels') return source;
  const { name } = source;
  const bytes = await readEncoded(source, maximumBytes, signal);
  if (bytes.length === 0) throw new DocclfError('IMAGE_EMPTY', { source: name });
  if (bytes.length > maximumBytes)
    throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: name, maximumBytes });
  return { kind: 'bytes', bytes, name };
}

function captureUrl(url: string): CapturedSource {
  try {
    // Against the page: a worker would resolve it against its own script.
    return { kind: 'url', url: new URL(url, globalThis.document?.baseURI ?? location.href).href, name: url };
  } catch (cause) {
    const details = { argument: 'source', expected: 'a URL', received: describe(url) };
    throw new DocclfError('INVALID_ARGUMENT', details, { cause });
  }
}

async function captureBitmap(
  picture: Exclude<ImageBitmapSource, Blob>,
  name: string,
  width = (picture as ImageBitmap).width,
  height = (picture as ImageBitmap).height,
): Promise<CapturedSource> {
  if (width === 0 || height === 0)
    throw new DocclfError('IMAGE_WITHOUT_PIXELS', { source: name, width, height });
  try {
    return { kind: 'bitmap', bitmap: await createImageBitmap(picture, bitmapOptions), name };
  } catch (cause) {
    throw new DocclfError('FILE_UNREADABLE', { file: name }, { cause });
  }
}

/** Its pixels as shown, from a source that it may choose itself (`srcset`); loading is waited for. */
async function captureImage(image: HTMLImageElement | SVGImageElement): Promise<CapturedSource> {
  const name = 'the image element';
  try {
    // Missing from TypeScript's SVGImageElement, and from that of some browsers.
    await (image as { decode?(): Promise<void> }).decode?.();
  } catch (cause) {
    throw new DocclfError('FILE_UNREADABLE', { file: name }, { cause });
  }
  if ('naturalWidth' in image) return captureBitmap(image, name, image.naturalWidth, image.naturalHeight);
  return captureBitmap(image, name, image.width.baseVal.value, image.height.baseVal.value);
}

async function captureResponse(response: Response): Promise<CapturedSource> {
  const name = response.url || 'the response';
  assertAnswered(name, response);
  try {
    return { kind: 'blob', blob: await response.clone().blob(), name };
  } catch (cause) {
    throw new DocclfError('FILE_UNREADABLE', { file: name }, { cause });
  }
}

async function captureImageData(picture: ImageData): Promise<CapturedSource> {
  const name = 'the pixels';
  const { data, width, height } = picture;
  // Wide colour or 16-bit floats: the browser converts.
  if (picture.colorSpace !== 'srgb' || !(data instanceof Uint8ClampedArray))
    return captureBitmap(picture, name);
  return { kind: 'pixels', image: { data: data.slice(), width, height, channels: 4 }, name };
}

async function readEncoded(
  source: Extract<CapturedSource, { kind: 'url' | 'blob' | 'bytes' }>,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (source.kind === 'bytes') return source.bytes;
  try {
    if (source.kind === 'blob') {
      if (source.blob.size > maximumBytes)
        throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: source.name, maximumBytes });
      return new Uint8Array(await source.blob.arrayBuffer());
    }
    const response = await fetch(source.url, signal ? { signal } : {});
    if (!response.ok) await response.body?.cancel();
    assertAnswered(source.name, response);
    return await readBody(source.name, response.body, maximumBytes, signal);
  } catch (cause) {
    throwIfAborted(signal, 'Reading the image');
    throw DocclfError.is(cause)
      ? cause
      : new DocclfError('FILE_UNREADABLE', { file: source.name }, { cause });
  }
}

function isPixels(source: unknown): source is RasterImage {
  return (
    typeof source === 'object' &&
    source !== null &&
    'width' in source &&
    'data' in source &&
    /Uint8(Clamped)?Array/.test(tagOf(source.data))
  );
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
