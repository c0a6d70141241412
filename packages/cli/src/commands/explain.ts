/** docclf explain: why this answer? */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DocclfError } from '@docclf/core';
import { explain as explainSource } from '@docclf/core/explain';
import type { Context, GalleryOptions, ModelOptions, ThresholdOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { explanationPage } from '../explanation/page.ts';
import { endsTheRun, wordingOf } from '../failures.ts';
import { assertGalleryExists } from '../gallery-file.ts';
import { openClassifier } from '../open-classifier.ts';
import { jsonLine, printable } from '../text.ts';

export interface ExplainCommandOptions extends GalleryOptions, ModelOptions, ThresholdOptions {
  readonly output: string;
  readonly json?: boolean;
  readonly rotations?: boolean;
}

export async function explain(
  { screen, signal }: Context,
  file: string,
  options: ExplainCommandOptions,
): Promise<number> {
  const { gallery, output, json } = options;
  await assertGalleryExists(gallery);
  const classifier = await openClassifier(options);
  try {
    const explanation = await explainSource(classifier, file, { signal });
    const { classification, carried, separated } = explanation;
    await write(output, explanationPage(explanation, { name: basename(file) }));
    const { status, label, candidates, score } = classification;
    if (json) await screen.print(jsonLine({ file, ...classification, carried, separated }));
    else {
      const shown = label ?? (candidates[0] ? `(${candidates[0].label})` : '-');
      await screen.print([status, printable(shown), score?.toFixed(4) ?? '-', printable(output)].join('  '));
    }
    return status === 'accepted' ? exitCodes.done : exitCodes.unknown;
  } catch (error) {
    if (signal.aborted || endsTheRun(error)) throw error;
    screen.note(`docclf: ${wordingOf(error, { file })}`);
    return exitCodes.someFailed;
  } finally {
    await classifier.close();
  }
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
  }
}
