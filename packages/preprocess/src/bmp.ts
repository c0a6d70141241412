/**
 * `@docclf/preprocess/bmp`: Windows and OS/2 bitmaps to pixels, for runtimes without a decoder of their own.
 *
 * Headers of 12, 40, 52, 56, 108 and 124 bytes; 1, 2, 4, 8, 16, 24 and 32 bits a pixel, plain, by bit masks and run-length
 * encoded (Microsoft, "Bitmap Storage", [MS-WMF] 2.2.2.9 and 3.1.6).
 */
import { viewOf } from './image-file/bytes.ts';
import { PreprocessError } from './preprocess-error.ts';
import type { RasterImage } from './raster-image.ts';

interface Bitmap {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly isTopDown: boolean;
  /** Where the pixels begin. */
  readonly start: number;
  readonly runs: boolean;
  /** Red, green, blue, alpha; of 16 and 32 bits a pixel. */
  readonly masks: readonly number[];
  /** Blue, green, red and `paletteStep - 3` more bytes each. */
  readonly palette: Uint8Array;
  readonly paletteStep: number;
}

/** Between two steps so many pixels are made. */
const pixelsAStep = 2 ** 20;

/**
 * The pixels, RGB, or RGBA where there is an alpha channel that is not all transparent. Made in steps, so that a caller
 * can let others run in between.
 *
 * @throws PreprocessError `INVALID_IMAGE` for what is no bitmap, is cut, or holds a JPEG or PNG
 */
export function* decodeBmp(bytes: Uint8Array): Generator<void, RasterImage, void> {
  const bitmap = readHeader(bytes);
  const { width, height } = bitmap;
  const data = new Uint8Array(width * height * 4);
  const rowsAStep = Math.max(1, Math.floor(pixelsAStep / width));
  if (bitmap.runs) yield* drawRuns(bitmap, data);
  else {
    const drawRow = rowReader(bitmap);
    for (let row = 0; row < height; row++) {
      drawRow(row, data, targetRow(bitmap, row) * width * 4);
      if (row % rowsAStep === rowsAStep - 1) yield;
    }
  }
  const hasAlpha = (bitmap.masks[3] ?? 0) !== 0 && data.some((value, i) => i % 4 === 3 && value > 0);
  return hasAlpha ? { data, width, height, channels: 4 } : withoutAlpha(data, width, height);
}

const noBitmap = (problem: string) =>
  new PreprocessError('INVALID_IMAGE', `Expected a bitmap (BMP), but ${problem}. Save it again, as PNG.`);

function readHeader(bytes: Uint8Array): Bitmap {
  const view = viewOf(bytes);
  if (bytes.length < 26 || bytes[0] !== 0x42 || bytes[1] !== 0x4d) throw noBitmap('it does not begin as one');
  const start = view.getUint32(10, true);
  const length = view.getUint32(14, true);
  const isOld = length === 12;
  if (!isOld && (length < 40 || bytes.length < 14 + length)) throw noBitmap('its header is cut or unknown');
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? 0 : view.getUint32(30, true);
  const isTopDown = signedHeight < 0;
  const height = Math.abs(signedHeight);
  const runs = (compression === 1 && bits === 8) || (compression === 2 && bits === 4);
  const masked = (compression === 3 || compression === 6) && (bits === 16 || bits === 32);
  if (width < 1 || height < 1) throw noBitmap('it has no pixels');
  if (
    ![1, 2, 4, 8, 16, 24, 32].includes(bits) ||
    !(compression === 0 || runs || masked) ||
    (runs && isTopDown)
  )
    throw noBitmap(`its pixels are stored in a way that is not known (${bits} bits, kind ${compression})`);
  // The masks follow the header of 40 bytes, and are a part of the longer ones.
  const maskCount = !masked ? 0 : length >= 56 || compression === 6 ? 4 : 3;
  if (bytes.length < 54 + 4 * maskCount && masked) throw noBitmap('its masks are cut');
  const masks = masked
    ? Array.from({ length: maskCount }, (_, i) => view.getUint32(54 + 4 * i, true))
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f]
      : [0xff0000, 0xff00, 0xff];
  const paletteAt = 14 + length + (masked && length === 40 ? 4 * maskCount : 0);
  const palette = bits <= 8 ? bytes.subarray(paletteAt, Math.max(paletteAt, start)) : new Uint8Array(0);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (start < 14 + length || start >= bytes.length || (!runs && start + stride * height > bytes.length))
    throw noBitmap('it ends before its last pixel');
  return { bytes, width, height, bits, isTopDown, start, runs, masks, palette, paletteStep: isOld ? 3 : 4 };
}

/** Rows are stored from the bottom up, unless the height is negative. */
const targetRow = ({ isTopDown, height }: Bitmap, row: number) => (isTopDown ? row : height - 1 - row);

/** Draws the row that is stored at a place. */
function rowReader(bitmap: Bitmap): (row: number, data: Uint8Array, to: number) => void {
  const { bytes, width, bits, start, masks } = bitmap;
  const stride = Math.ceil((width * bits) / 32) * 4;
  const from = (row: number) => start + row * stride;
  if (bits <= 8) {
    const mask = 2 ** bits - 1;
    return (row, data, to) => {
      for (let x = 0, bit = 0; x < width; x++, bit += bits) {
        const index = (bytes[from(row) + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
        paint(bitmap, index, data, to + 4 * x);
      }
    };
  }
  if (bits === 24) {
    return (row, data, to) => {
      for (let at = from(row), end = to + 4 * width; to < end; at += 3, to += 4) {
        data[to] = bytes[at + 2]!;
        data[to + 1] = bytes[at + 1]!;
        data[to + 2] = bytes[at]!;
        data[to + 3] = 255;
      }
    };
  }
  const channels = masks.map(channelOf);
  return (row, data, to) => {
    for (let x = 0, at = from(row); x < width; x++, to += 4) {
      let value = bytes[at]! | (bytes[at + 1]! << 8);
      if (bits === 32) value |= (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      at += bits / 8;
      for (let channel = 0; channel < 3; channel++) data[to + channel] = channels[channel]!(value);
      data[to + 3] = channels[3] ? channels[3](value) : 255;
    }
  };
}

/** The bits under a mask, as 0 to 255. */
function channelOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const largest = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / largest);
}

/** A colour of the palette; black beyond its end, as other decoders have it. */
function paint({ palette, paletteStep }: Bitmap, index: number, data: Uint8Array, to: number): void {
  const at = index * paletteStep;
  data[to] = palette[at + 2] ?? 0;
  data[to + 1] = palette[at + 1] ?? 0;
  data[to + 2] = palette[at] ?? 0;
  data[to + 3] = 255;
}

/** Run-length encoding of 4 or 8 bits a pixel. What the runs leave out is the first colour. */
function* drawRuns(bitmap: Bitmap, data: Uint8Array): Generator<void, void, void> {
  const { bytes, width, height, bits } = bitmap;
  for (let to = 0; to < data.length; to += 4) paint(bitmap, 0, data, to);
  yield;
  let [x, row, drawn] = [0, 0, 0];
  const put = (index: number) => {
    // Runs of a damaged file go on beyond the rim.
    if (x < width && row < height) paint(bitmap, index, data, (targetRow(bitmap, row) * width + x) * 4);
    x++;
  };
  /** The pixel `i` of those that begin at a byte: two a byte with 4 bits. */
  const indexAt = (at: number, i: number) =>
    bits === 8 ? bytes[at + i]! : (bytes[at + (i >> 1)]! >> (i % 2 === 0 ? 4 : 0)) & 15;
  for (let at = bitmap.start; at + 1 < bytes.length && row < height; ) {
    const count = bytes[at]!;
    const value = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === 0) [x, row] = [0, row + 1];
    else if (value === 1) return;
    else if (value === 2) {
      x += bytes[at] ?? 0;
      row += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = Math.ceil((value * bits) / 16) * 2;
      if (at + length > bytes.length) throw noBitmap('it ends before its last pixel');
      for (let i = 0; i < value; i++) put(indexAt(at, i));
      at += length;
    }
    drawn += count || value;
    if (drawn < pixelsAStep) continue;
    drawn = 0;
    yield;
  }
}

function withoutAlpha(rgba: Uint8Array, width: number, height: number): RasterImage {
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
  }
  return { data, width, height, channels: 3 };
}
