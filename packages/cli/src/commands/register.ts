/** docclf register: images become references; folders are label paths. */
import { DocclfError, negativeLabel, parseLabel } from '@docclf/core';
import { describeWarning, type LintWarning } from '@docclf/core/lint';
import { createDocClassifier, type ImageSource, labelOfFile, type RegisterItem } from '@docclf/node';
import {
  type ConcurrencyOptions,
  type Context,
  embedderOptionsOf,
  type GalleryOptions,
  type ModelOptions,
  type PathOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryWritable, storeOf } from '../gallery-file.ts';
import { overImages } from '../job.ts';
import { describeThresholds } from '../pages/counsel.ts';
import type { InputImage } from '../pages/inputs.ts';
import { metadataOfPage } from '../pages/reference-page.ts';
import type { Screen } from '../screen.ts';
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
    secondLook: secondLook === false ? 'auto' : true,
    rotations,
  });
  let confusable = 0;
  try {
    const code = await overImages(
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
          if (outcome.ok) confusable += tellWarnings(screen, outcome.result.warnings, nameOf(image));
          job.done(word);
        }
      },
    );
    if (screen.stderrIsTerminal && code !== exitCodes.interrupted) {
      if (confusable > 0) screen.note(confusableNote(confusable));
      screen.note(describeThresholds([await classifier.threshold({ signal })]));
    }
    return code;
  } finally {
    await classifier.close();
  }
}

/** @returns how many of the warnings are told together at the end: of a large gallery there are many */
function tellWarnings(screen: Screen, warnings: readonly LintWarning[], name: string): number {
  const [together, each] = [true, false].map((isTogether) =>
    warnings.filter(({ code }) => (code === 'confusable-labels') === isTogether),
  );
  for (const warning of each!)
    screen.note(`docclf: warning: ${warning.code}: ${describeWarning(warning)} (${name})`);
  return together!.length;
}

function confusableNote(count: number): string {
  const who = count === 1 ? 'this reference looks' : `these ${count} references look`;
  return `docclf: warning: ${who} like references of other labels; docclf lint names them. Where none is clearly the nearest the answer is unknown, and a further one of the kind that is not registered may be taken for one of them.`;
}

function shown(label: string): string {
  return label === negativeLabel ? '(unknown)' : printable(label);
}

/** Registered before under the same label (another label is LABEL_CONFLICT): nothing is left to do. */
function alreadyThere(error: unknown): { readonly id: string; readonly label: string } | undefined {
  return DocclfError.is(error, 'REFERENCE_EXISTS') ? error.details : undefined;
}
