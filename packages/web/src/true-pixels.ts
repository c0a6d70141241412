/** Whether this browser gives the pixels of a picture, or noise that hides whose browser it is. */
import { DocclfError } from '@docclf/core';
import { imageLimits } from '@docclf/core/implementer';
import { goldenImage } from '@docclf/preprocess';
import { decode } from './decode.ts';
import { encodePng } from './golden-png.ts';

/** Of 255 levels: browsers that move the lowest bits only (for the same reason) change no answer. */
const maximumDifference = 1;

/**
 * Decodes a picture whose pixels are known, by the way that every picture takes.
 *
 * @throws PIXELS_ALTERED, and what `decode` throws
 */
export async function assertTruePixels(): Promise<void> {
  const { data, width } = goldenImage();
  const bytes = encodePng(goldenImage());
  const { image: decoded } = await decode(
    { kind: 'bytes', bytes, name: 'the test picture' },
    width,
    imageLimits({}),
    undefined,
  );
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += Math.abs(data[i]! - decoded.data[i]!);
  const difference = Math.round((sum / data.length) * 100) / 100;
  if (difference > maximumDifference) {
    throw new DocclfError('PIXELS_ALTERED', { difference, maximumDifference });
  }
}
