/** Bitmaps (BMP), which sharp's own binaries do not decode. */
import { setImmediate as others } from 'node:timers/promises';
import { DocclfError, type ImageLimits } from '@docclf/core';
import { assertDocumentSize, throwIfAborted } from '@docclf/core/implementer';
import { PreprocessError, type RasterImage } from '@docclf/preprocess';
import { decodeBmp } from '@docclf/preprocess/bmp';
import { finish, inspectImage } from '@docclf/preprocess/image-file';
import { withMemory } from './memory-turns.ts';
import type { ReadBytes } from './source.ts';

/** The most that a decoded bitmap has. */
const bytesOfPixel = 4;

/**
 * All pixels, other work being let in between.
 *
 * @throws IMAGE_*, ABORTED
 */
export async function readBitmap(
  { bytes, name }: ReadBytes,
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<RasterImage> {
  const { size = { width: 0, height: 0 }, endsEarly } = finish(inspectImage('bmp', bytes));
  assertDocumentSize(name, size, { maximumPixels: limits.maximumPixelsDecodedWhole });
  if (endsEarly) throw new DocclfError('IMAGE_TRUNCATED', { source: name });
  return withMemory(size.width * size.height * bytesOfPixel, signal, async () => {
    try {
      for (const steps = decodeBmp(bytes); ; await others()) {
        const step = steps.next();
        if (step.done) return step.value;
        throwIfAborted(signal, 'Decoding');
      }
    } catch (cause) {
      if (!(cause instanceof PreprocessError)) throw cause;
      throw new DocclfError('IMAGE_CORRUPT', { source: name }, { cause });
    }
  });
}
