/** HEIC photos in, pixels out. */
import { DocclfError, defaultLimits } from '@docclf/core';
import {
  anything,
  checkOptions,
  describe,
  type OptionTable,
  positiveInteger,
  throwIfAborted,
} from '@docclf/core/implementer';
import {
  type PageReader,
  type ReadPage,
  type ReadPagesOptions,
  readPagesOptions,
} from '@docclf/core/readers';
import { type RasterImage, resize } from '@docclf/preprocess';
import { type DecodedPhoto, decodeHeic } from './decode.ts';
import { fromDisplayP3 } from './display-p3.ts';
import { type LibheifModule, loadLibheif } from './libheif.ts';

export interface HeicReaderOptions {
  /** Most pixels that a photo may declare: each passes through memory. Default 10^8. */
  readonly maximumPixels?: number | undefined;
  /** Bytes that libheif may take for one photo. Default 1 GiB. */
  readonly maximumMemory?: number | undefined;
}

const readerOptions: OptionTable<HeicReaderOptions> = { maximumPixels: anything, maximumMemory: anything };

/** An instance's memory never shrinks: after so many bytes of pictures a new one is taken. */
const keptMemory = 2 ** 28;

/**
 * A reader of HEIC and HEIF photos: their primary picture, sRGB, turned as the file says, one page a file. Decoding one
 * cannot be stopped: read files of strangers in a thread that can be ended (`@docclf/heic/thread`).
 *
 * @example
 * const classifier = await createDocClassifier({ readers: [await createHeicReader()] });
 * await classifier.classify('photo.heic');
 *
 * @throws INVALID_ARGUMENT
 */
export async function createHeicReader(options?: HeicReaderOptions): Promise<PageReader> {
  const asked = checkOptions('createHeicReader', options, readerOptions);
  const maximumPixels = positiveInteger(
    'maximumPixels',
    asked.maximumPixels ?? defaultLimits.maximumPixelsDecodedWhole,
  );
  const maximumMemory = positiveInteger('maximumMemory', asked.maximumMemory ?? 2 ** 30);
  let module: LibheifModule | undefined = await loadLibheif();
  let closed = false;
  let isSpent = false;

  async function decode(bytes: Uint8Array, source: string): Promise<DecodedPhoto> {
    const current = module ?? (await loadLibheif());
    module = undefined;
    try {
      const photo = decodeHeic(current, bytes, { source, maximumPixels, maximumMemory });
      module = current;
      return photo;
    } catch (cause) {
      // Its own refusals leave the instance as it was; a trap inside of it in no state that can be used.
      if (!DocclfError.is(cause)) throw new DocclfError('IMAGE_CORRUPT', { source }, { cause });
      module = current;
      throw cause;
    } finally {
      if (current.HEAPU8.length > keptMemory) {
        module = undefined;
        isSpent = true;
      }
    }
  }

  async function* pages(bytes: Uint8Array, options?: ReadPagesOptions): AsyncGenerator<ReadPage, void, void> {
    const {
      source = 'the photo',
      from = 1,
      to = 1,
      signal,
      ...rest
    } = checkOptions('pages', options, readPagesOptions);
    const side = positiveInteger('side', rest.side ?? 512);
    if (!(bytes instanceof Uint8Array)) {
      const details = { argument: 'bytes', expected: 'the bytes of a HEIC file', received: describe(bytes) };
      throw new DocclfError('INVALID_ARGUMENT', details);
    }
    if (closed) throw new DocclfError('CLOSED', { what: 'HEIC reader' });
    throwIfAborted(signal, 'Reading a photo');
    if (from > 1 || to < 1) return;
    const photo = await decode(bytes, source);
    const { width, height } = photo.image;
    const image = shrink(photo.image, side);
    const size = { width, height };
    yield { number: 1, pages: 1, image: photo.isDisplayP3 ? fromDisplayP3(image) : image, size };
  }

  return {
    formats: ['heic'],
    tooCostly: 'IMAGE_TOO_COSTLY',
    get isSpent() {
      return isSpent;
    },
    pages,
    close() {
      closed = true;
      module = undefined;
    },
  };
}

/** By the largest whole factor that leaves the shorter side so many pixels: what comes behind averages the rest. */
function shrink(image: RasterImage, side: number): RasterImage {
  const { width, height } = image;
  const factor = Math.max(1, Math.floor(Math.min(width, height) / side));
  return factor === 1 ? image : resize(image, Math.floor(width / factor), Math.floor(height / factor));
}
