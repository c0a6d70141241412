/** One photo as pixels. */
import { DocclfError } from '@docclf/core';
import { type RasterImage, toRgb } from '@docclf/preprocess';
import { isDisplayP3, primariesOfDisplayP3 } from './display-p3.ts';
import { type LibheifModule, limit } from './libheif.ts';

/** Of libheif: RGB; interleaved, with and without alpha; the channel of interleaved pixels. */
const rgb = 1;
const withoutAlpha = 10;
const withAlpha = 11;
const interleaved = 10;

/** A code, a finer one and a text. */
const bytesOfError = 12;
const success = 0;
const memoryError = 6;
const unsupported: ReadonlySet<number> = new Set([3, 4]);
const limitExceeded = 1000;

export interface DecodeOptions {
  /** Names the file in errors. */
  readonly source: string;
  readonly maximumPixels: number;
  readonly maximumMemory: number;
}

/** A photo's pixels as they are stored, and whether they are of Display P3. */
export interface DecodedPhoto {
  readonly image: RasterImage;
  readonly isDisplayP3: boolean;
}

/**
 * The primary picture, RGB, turned as the file says.
 *
 * @throws IMAGE_CORRUPT, IMAGE_TOO_LARGE, IMAGE_TOO_COSTLY, IMAGE_FORMAT_UNSUPPORTED
 */
export function decodeHeic(module: LibheifModule, bytes: Uint8Array, options: DecodeOptions): DecodedPhoto {
  const { source, maximumPixels, maximumMemory } = options;
  const words = module._malloc(bytesOfError + 4);
  const result = words + bytesOfError;
  const data = module._malloc(bytes.length);
  const context = module._heif_context_alloc();
  const word = (at: number) =>
    new DataView(module.HEAPU8.buffer, module.HEAPU8.byteOffset).getUint32(at, true);
  let handle = 0;
  let image = 0;
  /** Of the call before. */
  function assertDone(): void {
    const [code, finer] = [word(words), word(words + 4)];
    if (code === success) return;
    if (code === memoryError)
      throw new DocclfError('IMAGE_TOO_COSTLY', {
        source,
        limit: finer === limitExceeded ? 'memory or pixels' : 'memory',
      });
    if (unsupported.has(code))
      throw new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source, format: 'heic of another codec' });
    throw new DocclfError('IMAGE_CORRUPT', { source });
  }
  try {
    if (words === 0 || data === 0 || context === 0)
      throw new DocclfError('IMAGE_TOO_COSTLY', { source, limit: 'memory' });
    module.HEAPU8.set(bytes, data);
    limit(module, context, { pixels: maximumPixels, bytes: maximumMemory });
    module._heif_context_read_from_memory_without_copy(words, context, data, bytes.length, 0);
    assertDone();
    module._heif_context_get_primary_image_handle(words, context, result);
    assertDone();
    handle = word(result);
    const width = module._heif_image_handle_get_width(handle);
    const height = module._heif_image_handle_get_height(handle);
    if (width * height > maximumPixels)
      throw new DocclfError('IMAGE_TOO_LARGE', { source, width, height, maximumPixels });
    const hasAlpha = module._heif_image_handle_has_alpha_channel(handle) === 1;
    module._heif_decode_image(words, handle, result, rgb, hasAlpha ? withAlpha : withoutAlpha, 0);
    assertDone();
    image = word(result);
    return {
      image: toRgb(pixelsOf(module, image, result, hasAlpha ? 4 : 3)),
      isDisplayP3: hasDisplayP3(module, handle, words),
    };
  } finally {
    if (image) module._heif_image_release(image);
    if (handle) module._heif_image_handle_release(handle);
    if (context) module._heif_context_free(context);
    module._free(data);
    module._free(words);
  }
}

/** As libheif names the kinds of profiles: four letters. */
const fourLetters = (text: string) => [...text].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);
const nclx = fourLetters('nclx');
const icc: ReadonlySet<number> = new Set([fourLetters('prof'), fourLetters('rICC')]);
/** In `heif_color_profile_nclx`, behind its version. */
const primariesAt = 4;
/** Longer ones hold tables, and no primaries. */
const longestProfile = 65_536;

/** Of a profile that cannot be read, false: the picture is as good without. */
function hasDisplayP3(module: LibheifModule, handle: number, words: number): boolean {
  const result = words + bytesOfError;
  const word = (at: number) =>
    new DataView(module.HEAPU8.buffer, module.HEAPU8.byteOffset).getUint32(at, true);
  const type = module._heif_image_handle_get_color_profile_type(handle);
  if (type === nclx) {
    module._heif_image_handle_get_nclx_color_profile(words, handle, result);
    if (word(words) !== success) return false;
    const profile = word(result);
    const primaries = word(profile + primariesAt);
    module._heif_nclx_color_profile_free(profile);
    return primaries === primariesOfDisplayP3;
  }
  const size = icc.has(type) ? module._heif_image_handle_get_raw_color_profile_size(handle) : 0;
  const data = size > 0 && size <= longestProfile ? module._malloc(size) : 0;
  if (data === 0) return false;
  try {
    module._heif_image_handle_get_raw_color_profile(words, handle, data);
    return word(words) === success && isDisplayP3(module.HEAPU8.slice(data, data + size));
  } finally {
    module._free(data);
  }
}

function pixelsOf(module: LibheifModule, image: number, result: number, channels: 3 | 4): RasterImage {
  const width = module._heif_image_get_width(image, interleaved);
  const height = module._heif_image_get_height(image, interleaved);
  const from = module._heif_image_get_plane_readonly2(image, interleaved, result);
  const heap = module.HEAPU8;
  const stride = new DataView(heap.buffer, heap.byteOffset).getUint32(result, true);
  const row = width * channels;
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++)
    data.set(heap.subarray(from + y * stride, from + y * stride + row), y * row);
  return { data, width, height, channels };
}
