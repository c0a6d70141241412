import { hasText, viewOf } from './bytes.ts';

/** What a runtime may be able to decode. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif' | 'heic' | 'bmp';

const imageFormats: ReadonlySet<string> = new Set([
  'jpeg',
  'png',
  'gif',
  'webp',
  'tiff',
  'avif',
  'heic',
  'bmp',
]);

/** What is often sent in place of an image; named so that the error can say what came. */
export type ForeignFormat = 'pdf' | 'svg' | 'gzip' | 'zip' | 'jpeg-xl' | 'jpeg-2000' | 'psd' | 'icon';

/** Format, offset, first bytes. A text at a later offset alone could stand in a comment of any text file. */
const signatures: readonly (readonly [format: ImageFormat | ForeignFormat, offset: number, text: string])[] =
  [
    ['jpeg', 0, '\xff\xd8\xff'],
    ['png', 0, '\x89PNG\r\n\x1a\n'],
    ['gif', 0, 'GIF87a'],
    ['gif', 0, 'GIF89a'],
    ['tiff', 0, 'II*\0'],
    ['tiff', 0, 'MM\0*'],
    // BigTIFF.
    ['tiff', 0, 'II+\0'],
    ['tiff', 0, 'MM\0+'],
    ['pdf', 0, '%PDF'],
    ['svg', 0, '<svg'],
    ['svg', 0, '<?xml'],
    ['gzip', 0, '\x1f\x8b'],
    ['zip', 0, 'PK\x03\x04'],
    ['jpeg-xl', 0, '\xff\x0a'],
    ['jpeg-xl', 0, '\0\0\0\x0cJXL '],
    ['jpeg-2000', 0, '\0\0\0\x0cjP  '],
    ['jpeg-2000', 0, '\xff\x4f\xff\x51'],
    ['psd', 0, '8BPS'],
    ['icon', 0, '\0\0\x01\0'],
  ];

const avifBrands: ReadonlySet<string> = new Set(['avif', 'avis']);
const heicBrands: ReadonlySet<string> = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'hevm',
  'hevs',
  'mif1',
  'msf1',
]);
/** Bytes of a bitmap's second header, in all its versions. */
const bitmapHeaders: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);
/** As libheif's own guard: no writer lists more brands. */
const longestBrandBox = 2048;

/** The format by its signature; undefined for what bears none. Costs the same for any number of bytes. */
export function formatOf(bytes: Uint8Array): ImageFormat | ForeignFormat | undefined {
  const [format] = signatures.find(([, offset, text]) => hasText(bytes, offset, text)) ?? [];
  if (format !== undefined) return format;
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')) return 'webp';
  return isBitmap(bytes) ? 'bmp' : formatByBrand(bytes);
}

/** True for what some runtime can decode. */
export function isImageFormat(format: string | undefined): format is ImageFormat {
  return format !== undefined && imageFormats.has(format);
}

/** By the length of the second header too: two letters alone begin many a text. */
function isBitmap(bytes: Uint8Array): boolean {
  if (bytes.length < 18 || !hasText(bytes, 0, 'BM')) return false;
  return bitmapHeaders.has(viewOf(bytes).getUint32(14, true));
}

/** By the file type box (ISO/IEC 14496-12, 4.3): a general brand may come first and the exact one behind it. */
function formatByBrand(bytes: Uint8Array): 'avif' | 'heic' | undefined {
  if (bytes.length < 12 || !hasText(bytes, 4, 'ftyp')) return undefined;
  const end = viewOf(bytes).getUint32(0);
  if (end < 12 || end > longestBrandBox) return undefined;
  const brands: string[] = [];
  for (let at = 8; at + 4 <= Math.min(end, bytes.length); at += 4)
    // Between the major brand and the compatible ones stands a version.
    if (at !== 12) brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)));
  if (brands.some((brand) => avifBrands.has(brand))) return 'avif';
  return brands.some((brand) => heicBrands.has(brand)) ? 'heic' : undefined;
}
