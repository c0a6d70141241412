/** From pixels back to a file's bytes, by sharp. */
import type { RasterImage } from '@docclf/preprocess';
import sharp from 'sharp';

/** Of a JPEG: the fine print of a page stays readable, at a third of the size of 100. */
const quality = 92;

/** A JPEG of the pixels, sRGB, without metadata. */
export async function encodeJpeg({ data, width, height, channels }: RasterImage): Promise<Uint8Array> {
  return new Uint8Array(await sharp(data, { raw: { width, height, channels } }).jpeg({ quality }).toBuffer());
}
