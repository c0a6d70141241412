/** docclf register: images become references; folders are label paths. */
import { DocclfError, negativeLabel, parseLabel } from '@docclf/core';
import { describeWarning } from '@docclf/core/lint';
import { createDocClassifier, type ImageSource, labelOfFile, type RegisterItem } from '@docclf/node';
import {
  type ConcurrencyOptions,
  type Context,
  embedderOptionsOf,
  type GalleryOptions,
  type ModelOptions,
  type PathOptions,
} from '../context.ts';
import { assertGalleryWritable, storeOf } from '../gallery-file.ts';
import { overImages } from '../job.ts';
import type { InputImage } from '../pages/inputs.ts';
import { metadataOfPage } from '../pages/reference-page.ts';
import { nameOf, pad, printable, widest } from '../text.ts';

export interface RegisterCommandOptions
  extends GalleryOptions,
    ModelOptions,
    ConcurrencyOptions,
    PathOptions {
  readonly label?: string;
  readonly unknown?: boolean;
  readonly replace?: boolean;
  readonly thumbnails?: boolean;
  readonly secondLook?: boolean;
  readonly rotations?: boolean;
}

export async function register(
  context: Context,
  paths: readonly string[],
  options: RegisterCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { gallery, concurrency, replace, thumbnails, secondLook, rotations, unknown } = options;
  const label = options.label === undefined ? undefined : parseLabel(options.label);
  await assertGalleryWritable(gallery);
  const classifier = await createDocClassifier({
    gallery: await storeOf(gallery),
    ...embedderOptionsOf(options),
    concurrency,
    thumbnails,
    secondLook: secondLook ?? 'auto',
    rotations,
  });
  try {
    return await overImages(
      context,
      paths,
      options,
      ['registered', 'there already'],
      'always',
      async (job) => {
        const nameFor = (found: Parameters<typeof labelOfFile>[0]) =>
          unknown ? negativeLabel : labelOfFile(found, label);
        const labels = job.files.map((found) => ('error' in found ? '' : shown(nameFor(found))));
        const width = widest(labels);
        const images: Omit<InputImage, 'source'>[] = [];
        let confusable = 0;
        async function* items(): AsyncGenerator<RegisterItem<ImageSource>, void, void> {
          for await (const image of job.images()) {
            // Without the source, which may be pixels: they would pile up.
            const { source, ...named } = image;
            // It would be found in every file.
            if (image.isBlank) {
              screen.note(`blank, left out: ${nameOf(image)}`);
              job.done('blank');
              continue;
            }
            images.push(named);
            const metadata = metadataOfPage(image);
            yield unknown
              ? { source, unknown, metadata }
              : { source, label: labelOfFile(image, label), metadata };
          }
        }
        for await (const outcome of classifier.registerMany(items(), {
          signal,
          existing: replace ? 'replace' : 'error',
        })) {
          const image = images[outcome.index]!;
          const stored = outcome.ok ? outcome.result.reference : alreadyThere(outcome.error);
          if (stored === undefined) {
            job.failed(image, outcome.ok || outcome.error);
            continue;
          }
          const word = outcome.ok ? 'registered' : 'there already';
          const cells = [pad(word, 13), pad(shown(stored.label), width), stored.id];
          await screen.print([...cells, printable(nameOf(image))].join('  '));
          const warnings = outcome.ok ? outcome.result.warnings : [];
          for (const warning of warnings) {
            if (warning.code === 'confusable-labels') confusable++;
            else
              screen.note(`docclf: warning: ${warning.code}: ${describeWarning(warning)} (${nameOf(image)})`);
          }
          job.done(word);
        }
        // Of a large gallery there are many: `lint` names each pair once.
        if (confusable > 0 && screen.stderrIsTerminal) {
          screen.note(`docclf: warning: ${confusable} may be taken for another label; see docclf lint.`);
        }
      },
    );
  } finally {
    await classifier.close();
  }
}

function shown(label: string): string {
  return label === negativeLabel ? '(unknown)' : printable(label);
}

/** Registered before under the same label (another label is LABEL_CONFLICT): nothing is left to do. */
function alreadyThere(error: unknown): { readonly id: string; readonly label: string } | undefined {
  return DocclfError.is(error, 'REFERENCE_EXISTS') ? error.details : undefined;
}
