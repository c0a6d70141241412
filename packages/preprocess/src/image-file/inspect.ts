/** All that the bytes of an encoded image tell, in one walk. */
import { hasText, viewOf } from './bytes.ts';
import { endsEarly } from './ending.ts';
import { inspectGif } from './gif.ts';
import { inspectJpeg } from './jpeg.ts';
import type { ImageFormat } from './signature.ts';
import { type DeclaredSize, declaredSize } from './size.ts';
import { stepsAtOnce, type Walk } from './walk.ts';

export interface ImageFacts {
  /** The size that the header declares, before orientation; undefined where it is not near the start. */
  readonly size: DeclaredSize | undefined;
  /** Frames of a GIF or a WebP; 1 for all else. */
  readonly frames: number;
  /** Whether a part of the file is missing, as far as its own structure tells. */
  readonly endsEarly: boolean;
  /** A JPEG's, see `JpegFacts`. */
  readonly isProgressive: boolean;
  readonly endOfOnlyScan: number | undefined;
}

/** Drive it to its end by `finish`, or with a pause at each stop. Throws for no bytes whatever. */
export function* inspectImage(format: ImageFormat, bytes: Uint8Array): Walk<ImageFacts> {
  const none = { isProgressive: false, endOfOnlyScan: undefined };
  if (format === 'jpeg') {
    const { isComplete, ...facts } = yield* inspectJpeg(bytes);
    return { ...facts, frames: 1, endsEarly: !isComplete };
  }
  const size = declaredSize(format, bytes);
  const early = yield* endsEarly(format, bytes, size);
  if (format === 'gif') {
    const { frames, isComplete } = yield* inspectGif(bytes);
    return { ...none, size, frames, endsEarly: early || !isComplete };
  }
  const frames = format === 'webp' ? Math.max(1, yield* countAnimationChunks(bytes)) : 1;
  return { ...none, size, frames, endsEarly: early };
}

function* countAnimationChunks(bytes: Uint8Array): Walk<number> {
  const view = viewOf(bytes);
  let count = 0;
  let offset = 12;
  for (let steps = 1; offset + 8 <= bytes.length; steps++) {
    if (hasText(bytes, offset, 'ANMF')) count++;
    const length = view.getUint32(offset + 4, true);
    offset += 8 + length + (length & 1);
    if (steps % stepsAtOnce === 0) yield;
  }
  return count;
}
