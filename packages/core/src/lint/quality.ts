/** Is the picture good enough to compare others with? */
import type { ImageQuality } from '../embedder.ts';
import { leastContrast, leastSharpness, leastSide, mostGlare } from './limits.ts';
import type { QualityWarning } from './warnings.ts';

/** The measures beyond their limits; none for most pictures. */
export function lintQuality(quality: ImageQuality): QualityWarning[] {
  const { width, height, sharpness, glare, contrast } = quality;
  const side = Math.min(width, height);
  const warnings: QualityWarning[] = [];
  if (side < leastSide) warnings.push({ code: 'too-small', value: side, limit: leastSide });
  const blurred = sharpness < leastSharpness;
  if (blurred) warnings.push({ code: 'blurred', value: sharpness, limit: leastSharpness });
  // The blurred rim of white paper fades as that of a reflection does.
  if (!blurred && glare > mostGlare) warnings.push({ code: 'glaring', value: glare, limit: mostGlare });
  if (contrast < leastContrast)
    warnings.push({ code: 'low-contrast', value: contrast, limit: leastContrast });
  return warnings;
}

/** A quality as it was read back from a reference's metadata, where anybody may have written anything. */
export function isQuality(value: unknown): value is ImageQuality {
  const keys: readonly (keyof ImageQuality)[] = ['width', 'height', 'sharpness', 'glare', 'contrast'];
  return (
    typeof value === 'object' &&
    value !== null &&
    keys.every((key) => Number.isFinite((value as Partial<ImageQuality>)[key]))
  );
}
