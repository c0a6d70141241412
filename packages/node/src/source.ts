/** From what a user hands over to bytes or pixels. */
import { fileURLToPath } from 'node:url';
import { DocclfError } from '@docclf/core';
import {
  assertAnswered,
  type ByteStream,
  describe,
  readBody,
  throwIfAborted,
} from '@docclf/core/implementer';
import type { Corners, RasterImage } from '@docclf/preprocess';
import { openRegular } from './regular-file.ts';
import { join, sha256 } from './slices.ts';

/** Pixels as sharp returns them: `await sharp(file).raw().toBuffer({ resolveWithObject: true })`. */
export interface DecodedBySharp {
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number; readonly channels: number };
}

/**
 * An encoded image: a path, a `file:` URL as object or text, bytes, a Blob or File, the Request or Response that carries
 * it (a clone is read), or a stream of bytes. Nothing is ever fetched from a network.
 */
export type EncodedSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | Request
  | Response
  | AsyncIterable<Uint8Array>;

/** One page of a TIFF, or one frame of an animation, counted from 0. */
export interface PageSource {
  readonly source: EncodedSource;
  readonly page: number;
}

type Picture = EncodedSource | PageSource | RasterImage | DecodedBySharp;

/** A document of which is known where it lies in a picture. */
interface OutlinedSource {
  readonly source: Picture;
  /** In pixels of the picture after orientation, clockwise from the document's own top left; they may lie outside. */
  readonly corners: Corners;
}

/** Every kind of image that the classifier takes. A source without a page means its first one. */
export type ImageSource = Picture | OutlinedSource;

/** A source, read: encoded bytes or pixels, and what errors call it. */
export type ReadSource = {
  readonly name: string;
  /** Where the document is, when the source says it. */
  readonly corners?: Corners;
} & (
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly page: number | undefined }
  | { readonly kind: 'pixels'; readonly image: RasterImage }
);

/** Encoded bytes, and which page of them is meant, counted from 0. */
export type ReadBytes = Extract<ReadSource, { kind: 'bytes' }>;

/**
 * Reads a source into memory.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, IMAGE_EMPTY, IMAGE_TOO_MANY_BYTES, INVALID_ARGUMENT, ABORTED
 */
export async function readSource(
  source: ImageSource,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<ReadSource> {
  if (isOutlined(source)) {
    const { corners } = source;
    return { ...(await readSource(source.source, maximumBytes, signal)), corners };
  }
  if (isPixels(source)) return { kind: 'pixels', image: source, name: 'the pixels' };
  if (isDecodedBySharp(source)) {
    const { width, height, channels } = source.info;
    return {
      kind: 'pixels',
      image: { data: source.data, width, height, channels: channels as 3 },
      name: 'the pixels',
    };
  }
  const { source: encoded, page } = isPage(source) ? source : { source, page: undefined };
  if (page !== undefined && (!Number.isInteger(page) || page < 0)) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'page',
      expected: 'a whole number from 0',
      received: describe(page),
    });
  }
  const { bytes, name } = await readEncoded(encoded, maximumBytes, signal);
  if (bytes.length === 0) throw new DocclfError('IMAGE_EMPTY', { source: name });
  if (bytes.length > maximumBytes)
    throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: name, maximumBytes });
  return { kind: 'bytes', bytes, name, page };
}

/** SHA-256 of the bytes (hex), with `:page` behind it after the first page; of size and pixels for pixels. */
export async function hashOfPicture(source: ReadSource): Promise<string> {
  if (source.kind === 'bytes') {
    const digest = await sha256([source.bytes]);
    return source.page ? `${digest}:${source.page}` : digest;
  }
  const { data, width, height, channels } = source.image;
  return sha256([`${width}x${height}x${channels}:`, data]);
}

async function readEncoded(
  source: EncodedSource,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; name: string }> {
  if (typeof source === 'string') {
    if (/^data:/i.test(source)) throw unsupported('a data: URL; pass its bytes');
    if (/^https?:\/\//i.test(source)) throw unsupported('an address; pass the Response of your own fetch');
    if (/^file:\/\//i.test(source)) return readEncoded(urlOf(source), maximumBytes, signal);
    return { bytes: await readPath(source, maximumBytes, signal), name: source };
  }
  if (source instanceof URL) {
    const path = pathOf(source);
    return { bytes: await readPath(path, maximumBytes, signal), name: path };
  }
  if (source instanceof Uint8Array) return { bytes: source, name: 'the image' };
  if (source instanceof ArrayBuffer) {
    try {
      return { bytes: new Uint8Array(source), name: 'the image' };
    } catch {
      throw unsupported('an ArrayBuffer that was transferred away');
    }
  }
  // The tag instead of `instanceof`: it also holds for those of another `fetch` than Node's own.
  switch (tagOf(source)) {
    case 'File':
      return readBlob(source as Blob, (source as { name?: string }).name || 'the file', maximumBytes, signal);
    case 'Blob':
      return readBlob(source as Blob, 'the image', maximumBytes, signal);
    case 'Response':
      assertAnswered((source as Response).url || 'the response', source as Response);
      return readCarried(source as Response, 'the response', maximumBytes, signal);
    case 'Request':
      return readCarried(source as Request, 'the request', maximumBytes, signal);
  }
  if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) {
    const stream = source as AsyncIterable<Uint8Array>;
    return { bytes: await readStream(stream, maximumBytes, signal), name: 'the stream' };
  }
  throw unsupported(describe(source));
}

function unsupported(received: string): DocclfError {
  const expected = 'a path, a file: URL, bytes, a File, a Request, a Response, a stream or pixels';
  return new DocclfError('INVALID_ARGUMENT', { argument: 'source', expected, received });
}

/** Reads to its end what has a known size, so that a large one is refused at once. */
async function readBlob(
  blob: Blob,
  name: string,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; name: string }> {
  if (blob.size > maximumBytes) throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: name, maximumBytes });
  return { bytes: await reading(name, signal, async () => new Uint8Array(await blob.arrayBuffer())), name };
}

/** Of a clone, so that the caller can still read it, and pass it twice. */
async function readCarried(
  carrier: Request | Response,
  name: string,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; name: string }> {
  const read = () => readBody(name, carrier.clone().body as ByteStream | null, maximumBytes, signal);
  return { bytes: await reading(name, signal, async () => join(await read())), name };
}

async function reading(
  name: string,
  signal: AbortSignal | undefined,
  read: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  try {
    return await read();
  } catch (cause) {
    throwIfAborted(signal, 'Reading the image');
    throw DocclfError.is(cause) ? cause : new DocclfError('FILE_UNREADABLE', { file: name }, { cause });
  }
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function urlOf(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw unsupported('a file: URL that cannot be read as one');
  }
}

function pathOf(url: URL): string {
  if (url.protocol !== 'file:') throw unsupported(`a URL of protocol ${url.protocol}`);
  try {
    return fileURLToPath(url);
  } catch {
    throw unsupported('a file: URL of another host or with an encoded slash');
  }
}

async function readPath(
  path: string,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  try {
    const handle = await openRegular(path);
    try {
      if ((await handle.stat()).size > maximumBytes)
        throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: path, maximumBytes });
      return await handle.readFile({ signal });
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throwIfAborted(signal, 'Reading the image');
    if (DocclfError.is(cause)) throw cause;
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    throw new DocclfError(code, { file: path }, { cause });
  }
}

/** Stops reading as soon as the limit is passed, so that an endless upload cannot fill the memory. */
async function readStream(
  stream: AsyncIterable<Uint8Array>,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      throwIfAborted(signal, 'Reading the image');
      if (!(chunk instanceof Uint8Array)) throw unsupported(`a stream of ${typeof chunk}s`);
      chunks.push(chunk);
      length += chunk.length;
      if (length > maximumBytes)
        throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: 'the stream', maximumBytes });
    }
  } catch (cause) {
    throw DocclfError.is(cause)
      ? cause
      : new DocclfError('FILE_UNREADABLE', { file: 'the stream' }, { cause });
  }
  return join(chunks);
}

function isOutlined(source: ImageSource): source is OutlinedSource {
  return typeof source === 'object' && source !== null && 'source' in source && 'corners' in source;
}

function isPage(source: ImageSource): source is PageSource {
  return typeof source === 'object' && source !== null && 'source' in source && 'page' in source;
}

function isPixels(source: ImageSource): source is RasterImage {
  return typeof source === 'object' && source !== null && 'data' in source && 'width' in source;
}

/** Whether a property is an object too. */
function isObject(source: object, name: string): boolean {
  const value: unknown = source[name as never];
  return typeof value === 'object' && value !== null;
}

function isDecodedBySharp(source: ImageSource): source is DecodedBySharp {
  return typeof source === 'object' && source !== null && 'data' in source && isObject(source, 'info');
}
