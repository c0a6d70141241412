/** From what a page hands over to something that can cross to a worker, and from there to bytes or pixels. */
import { DocclfError } from '@docclf/core';
import { assertAnswered, describe, joinBytes, readBody, throwIfAborted } from '@docclf/core/implementer';
import type { Corners, RasterImage } from '@docclf/preprocess';
import { formatOf, isImageFormat } from '@docclf/preprocess/image-file';
import { copyPixels, framesKeepBytes } from './frame.ts';

/**
 * Every kind of image that the classifier takes. A string or URL is fetched, relative to the page, under the
 * rules of its origin; all else stays on the device. A canvas, bitmap or video gives the picture that it shows
 * when the call is made; an image element is waited for; of a `Response` a clone is read.
 */
export type ImageSource = Picture | OutlinedSource;

/** A document of which is known where it lies in a picture. */
interface OutlinedSource {
  readonly source: Picture;
  /** In pixels of the picture as it is shown, clockwise from the document's own top left; they may lie outside. */
  readonly corners: Corners;
}

type Picture =
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
export type CapturedSource = CapturedPicture & {
  /** Where the document is, when the source says it. */
  readonly corners?: Corners;
};

type CapturedPicture =
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
  | { readonly kind: 'blob'; readonly blob: Blob; readonly name: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }
  | { readonly kind: 'picture'; readonly picture: ImageBitmap | VideoFrame; readonly name: string }
  /** `ImageData` in a frame, which takes its bytes far faster than this thread copies them. */
  | { readonly kind: 'framed'; readonly frame: VideoFrame; readonly name: string }
  | { readonly kind: 'pixels'; readonly image: RasterImage; readonly name: string }
  /** The page that a reader made of a file, and the file. */
  | {
      readonly kind: 'page';
      readonly image: RasterImage;
      /** Of the page before it was shrunk. */
      readonly size: { readonly width: number; readonly height: number };
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly name: string;
    };

/** A source, read: encoded bytes, a picture that is ours to close, or pixels; and what errors call it. */
export type ReadSource = Exclude<CapturedPicture, { kind: 'url' | 'blob' | 'framed' }>;

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
async function captureSource(source: ImageSource): Promise<CapturedSource> {
  try {
    if (!isOutlined(source)) return await capturePictureSource(source);
    const { corners } = source;
    return { ...(await capturePictureSource(source.source)), corners };
  } catch (cause) {
    if (DocclfError.is(cause)) throw cause;
    // Memory that was transferred away, what only calls itself a picture: whatever reading it throws.
    throw notASource(source, cause);
  }
}

function notASource(source: unknown, cause?: unknown): DocclfError {
  const expected =
    'a File, a Blob, bytes, a URL, a Response, an ImageBitmap, ImageData, an image element, a canvas, a video or pixels';
  const details = { argument: 'source', expected, received: describe(source) };
  return new DocclfError('INVALID_ARGUMENT', details, cause === undefined ? {} : { cause });
}

async function capturePictureSource(source: Picture): Promise<CapturedPicture> {
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
      return capturePicture(source as ImageBitmap, 'the bitmap');
    case 'HTMLImageElement':
      return captureImage(source as HTMLImageElement);
    case 'SVGImageElement':
      return captureImage(source as SVGImageElement);
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas':
      return capturePicture(source as OffscreenCanvas, 'the canvas');
    case 'HTMLVideoElement': {
      const { videoWidth, videoHeight } = source as HTMLVideoElement;
      return capturePicture(source as HTMLVideoElement, 'the video', videoWidth, videoHeight);
    }
    case 'VideoFrame': {
      const { displayWidth, displayHeight } = source as VideoFrame;
      return capturePicture(source as VideoFrame, 'the video frame', displayWidth, displayHeight);
    }
    case 'ImageData':
      return captureImageData(source as ImageData);
  }
  if (isPixels(source)) {
    const { data, width, height, channels } = source;
    // A copy of what the picture covers, and not of a larger buffer that it may lie in.
    return { kind: 'pixels', image: { data: data.slice(), width, height, channels }, name: 'the pixels' };
  }
  throw notASource(source);
}

/** What any of the kinds may hold. */
interface Held {
  readonly picture?: ImageBitmap | VideoFrame;
  readonly frame?: VideoFrame;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly image?: RasterImage;
}

/** What can be handed to a worker without a copy. */
export function transferablesOf({ picture, frame, bytes, image }: CapturedSource & Held): Transferable[] {
  return [picture, frame, bytes?.buffer, image?.data.buffer].filter(Boolean) as Transferable[];
}

/**
 * All of them, or none.
 *
 * @throws as `captureSource`
 */
export async function captureSources(sources: readonly ImageSource[]): Promise<readonly CapturedSource[]> {
  // Not `map`, which passes over holes.
  const captures = Array.from(sources, captureSource);
  try {
    return await Promise.all(captures);
  } catch (error) {
    for (const capture of captures) capture.then(release, () => {});
    throw error;
  }
}

/** Lets go of what a source that was not read holds: browsers warn of a frame that is forgotten. */
export function release({ picture, frame }: CapturedSource & Held): void {
  picture?.close();
  frame?.close();
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
  if (source.kind === 'picture' || source.kind === 'pixels' || source.kind === 'page') return source;
  const { name } = source;
  if (source.kind === 'framed') return { kind: 'pixels', image: await pixelsOf(source.frame), name };
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

/**
 * What is shown now. A frame shares the pixels, where a bitmap of a large picture takes this thread tens of
 * milliseconds to copy.
 */
async function capturePicture(
  picture: Exclude<ImageBitmapSource | VideoFrame, Blob | HTMLImageElement | SVGImageElement | ImageData>,
  name: string,
  width = (picture as ImageBitmap).width,
  height = (picture as ImageBitmap).height,
): Promise<CapturedSource> {
  if (width === 0 || height === 0)
    throw new DocclfError('IMAGE_WITHOUT_PIXELS', { source: name, width, height });
  if (globalThis.VideoFrame === undefined) return captureBitmap(picture, name);
  try {
    const frame = picture instanceof VideoFrame ? picture.clone() : new VideoFrame(picture, { timestamp: 0 });
    return { kind: 'picture', picture: frame, name };
  } catch {
    // A video that has no frame yet, another origin's picture: the error that says so is the bitmap's.
    return captureBitmap(picture, name);
  }
}

async function captureBitmap(
  picture: Exclude<ImageBitmapSource, Blob>,
  name: string,
): Promise<CapturedSource> {
  try {
    return { kind: 'picture', picture: await createImageBitmap(picture, bitmapOptions), name };
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
  const isHtml = 'naturalWidth' in image;
  const width = isHtml ? image.naturalWidth : image.width.baseVal.value;
  const height = isHtml ? image.naturalHeight : image.height.baseVal.value;
  if (width === 0 || height === 0)
    throw new DocclfError('IMAGE_WITHOUT_PIXELS', { source: name, width, height });
  const blob = isHtml ? await fileOf(image.currentSrc) : undefined;
  return blob === undefined ? captureBitmap(image, name) : { kind: 'blob', blob, name };
}

/** The raster file that an element shows, if the browser still has it: decoding that spares this thread the pixels. */
async function fileOf(url: string): Promise<Blob | undefined> {
  try {
    // Nothing is sent for it: from the cache, or what the page itself holds.
    const local = /^(blob|data):/.test(url);
    const response = await fetch(url, local ? {} : { cache: 'only-if-cached', mode: 'same-origin' });
    const blob = response.ok ? await response.blob() : undefined;
    const head = blob && new Uint8Array(await blob.slice(0, 64).arrayBuffer());
    return head && isImageFormat(formatOf(head)) ? blob : undefined;
  } catch {
    return undefined;
  }
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
  if (framesKeepBytes()) {
    const init = { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: 0 } as const;
    return { kind: 'framed', frame: new VideoFrame(data, init), name };
  }
  return { kind: 'pixels', image: { data: data.slice(), width, height, channels: 4 }, name };
}

async function pixelsOf(frame: VideoFrame): Promise<RasterImage> {
  const { codedWidth: width, codedHeight: height } = frame;
  try {
    return { data: await copyPixels(frame), width, height, channels: 4 };
  } finally {
    frame.close();
  }
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
    return joinBytes(await readBody(source.name, response.body, maximumBytes, signal));
  } catch (cause) {
    throwIfAborted(signal, 'Reading the image');
    throw DocclfError.is(cause)
      ? cause
      : new DocclfError('FILE_UNREADABLE', { file: source.name }, { cause });
  }
}

function isOutlined(source: ImageSource): source is OutlinedSource {
  return typeof source === 'object' && source !== null && 'source' in source && 'corners' in source;
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
