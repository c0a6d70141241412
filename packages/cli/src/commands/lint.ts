/** docclf lint: what is wrong with a gallery? */
import { createOperatingPoints, defaultThreshold, negativeLabel } from '@docclf/core';
import { describeWarning, type GalleryWarning, lintGallery } from '@docclf/core/lint';
import { createDocClassifier } from '@docclf/node';
import type { Context, GalleryOptions, ModelOptions, ThresholdOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryExists, storeOf } from '../gallery-file.ts';
import { jsonLine, pad, printable, widest } from '../text.ts';
import { thresholdOf } from '../threshold.ts';

export interface LintCommandOptions extends GalleryOptions, ModelOptions, ThresholdOptions {
  readonly json?: boolean;
}

export async function lint({ screen, signal }: Context, options: LintCommandOptions): Promise<number> {
  const { gallery: address, model, json } = options;
  await assertGalleryExists(address);
  const classifier = await createDocClassifier({
    gallery: await storeOf(address),
    model,
    threshold: thresholdOf(options),
  });
  try {
    const asked = thresholdOf(options) ?? defaultThreshold;
    const points = createOperatingPoints(classifier.gallery, classifier.embedder);
    const { references, withoutQuality, warnings } = await lintGallery(classifier.gallery, {
      async reached(vector, match) {
        const { threshold } = await points.at(asked, { vector, matches: [match], signal });
        return match.score >= threshold.value ? threshold.value : undefined;
      },
      signal,
    });
    const labels = warnings.map((warning) => labelOf(warning));
    const codes = widest(warnings.map(({ warning }) => warning.code));
    const columns = widest(labels);
    for (const [i, { reference, warning }] of warnings.entries()) {
      if (json) await screen.print(jsonLine({ ...reference, ...warning }));
      else {
        const id = reference?.id ?? '-';
        const cells = [pad(warning.code, codes), pad(labels[i]!, columns), printable(id)];
        await screen.print([...cells, printable(describeWarning(warning))].join('  '));
      }
    }
    const unmeasured = withoutQuality > 0 ? ` ${withoutQuality} were registered without a quality.` : '';
    const counted = [counts(warnings.length, 'warning'), counts(references, 'reference')].join(' of ');
    screen.note(`${counted}.${unmeasured}`);
    return warnings.length > 0 ? exitCodes.unknown : exitCodes.done;
  } finally {
    await classifier.close();
  }
}

const counts = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

function labelOf({ reference, warning }: GalleryWarning): string {
  const label = reference?.label ?? ('label' in warning ? warning.label : '');
  return label === negativeLabel ? '(unknown)' : printable(label);
}
