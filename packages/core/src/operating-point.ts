/**
 * The one place where what was asked for meets a gallery and becomes what decides: for the classifier, its
 * lint and the evaluation alike, so that none can name an operating point that another does not use.
 */
import { effectiveComparisons, type GalleryDensity, measureDensity } from './comparisons.ts';
import type { Gallery, LabelCount, Reference, WithSignal } from './gallery.ts';
import { isWithin, negativeLabel } from './labels.ts';
import type { ModelManifest } from './manifest.ts';
import { dependsOnGallery, type ResolvedThreshold, resolveThreshold, type Threshold } from './thresholds.ts';

/** References that stand for all: 32,640 pairs of them, some 20 ms. */
const sampleSize = 256;

/** How a probe meets the gallery. */
export interface Meeting extends WithSignal {
  /** Compared with these labels and their sub-labels only. Default: all. */
  readonly within?: readonly string[] | undefined;
  /** Vectors of the probe that are searched, each a further chance of a false match. Default 1. */
  readonly views?: number | undefined;
}

export interface OperatingPoints {
  /**
   * The lowest that it can be, whatever the gallery holds; costs nothing.
   *
   * @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE
   */
  lowest(asked: Threshold): ResolvedThreshold;
  /**
   * For a probe that meets the gallery as it is now.
   *
   * @throws as `lowest`, and what the gallery throws
   */
  at(asked: Threshold, meeting?: Meeting): Promise<ResolvedThreshold>;
}

/**
 * The operating points of a gallery as it grows. One that depends on the gallery costs one `labels()`; the
 * density is measured again when references or labels have become more or fewer, from `sampleSize` on by a tenth.
 */
export function createOperatingPoints(gallery: Gallery, manifest: ModelManifest): OperatingPoints {
  let measured: (Size & { readonly density: GalleryDensity }) | undefined;

  async function comparisons({ within, signal }: Meeting): Promise<number> {
    const counts = await gallery.labels();
    const size = total(counts);
    if (measured === undefined || hasChanged(measured, size)) {
      measured = { ...size, density: measureDensity(await readSample(gallery, signal), manifest) };
    }
    const inside = within
      ? counts.filter(({ label }) => within.some((ancestor) => isWithin(label, ancestor)))
      : counts;
    return effectiveComparisons(total(inside), measured.density);
  }

  return {
    lowest: (asked) => resolveThreshold(asked, manifest),
    async at(asked, meeting = {}) {
      if (!dependsOnGallery(asked)) return resolveThreshold(asked, manifest);
      return resolveThreshold(asked, manifest, (meeting.views ?? 1) * (await comparisons(meeting)));
    },
  };
}

/**
 * The operating point of galleries that are not there: each would hold `labels` of these references, one a
 * label. For all of them it is the classifier's, once they are registered.
 *
 * @param references one a label, none of them negative; the ids tell which stand for all
 * @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE
 */
export function operatingPointBySize(
  asked: Threshold,
  references: readonly Pick<Reference, 'id' | 'label' | 'vector'>[],
  manifest: ModelManifest,
): (labels: number) => ResolvedThreshold {
  const byId = [...references].sort((a, b) => (a.id < b.id ? -1 : 1));
  const density = measureDensity(byId.slice(0, sampleSize), manifest);
  return (labels) =>
    resolveThreshold(asked, manifest, effectiveComparisons({ labels, references: labels }, density));
}

type Size = { readonly references: number; readonly labels: number };

function total(counts: readonly LabelCount[]): Size {
  return {
    labels: counts.length,
    references: counts.reduce((sum, { references }) => sum + references, 0),
  };
}

function hasChanged(before: Size, now: Size): boolean {
  const tolerance = now.references < sampleSize ? 0 : 0.1;
  const moved = (from: number, to: number) => Math.abs(to - from) > tolerance * from;
  return moved(before.references, now.references) || moved(before.labels, now.labels);
}

/** The first by their ids: those are made from hashes of the images, so they are a sample without order. */
async function readSample(gallery: Gallery, signal: AbortSignal | undefined) {
  const sample: { readonly label: string; readonly vector: Float32Array }[] = [];
  for await (const { label, vector } of gallery.references({ signal })) {
    // What can only reject adds no chance to be accepted.
    if (label === negativeLabel) continue;
    sample.push({ label, vector });
    if (sample.length === sampleSize) break;
  }
  return sample;
}
