/** docclf verify: is this image an X? */
import { describeChance, parseLabel } from '@docclf/core';
import type { Context, GalleryOptions, ModelOptions, ThresholdOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { endsTheRun, wordingOf } from '../failures.ts';
import { assertGalleryExists } from '../gallery-file.ts';
import { assertLabels } from '../labels.ts';
import { openClassifier } from '../open-classifier.ts';
import { jsonLine, printable } from '../text.ts';

export interface VerifyCommandOptions extends GalleryOptions, ModelOptions, ThresholdOptions {
  readonly label: string;
  readonly json?: boolean;
  readonly rotations?: boolean;
}

export async function verify(
  { screen, signal }: Context,
  file: string,
  options: VerifyCommandOptions,
): Promise<number> {
  const { gallery, json } = options;
  const label = parseLabel(options.label);
  await assertGalleryExists(gallery);
  const classifier = await openClassifier(options);
  try {
    assertLabels([label], await classifier.labels(), '--label');
  } catch (error) {
    await classifier.close();
    throw error;
  }
  try {
    const result = await classifier.verify(file, label, { signal });
    const { accepted, score, threshold, evalue } = result;
    if (json) await screen.print(jsonLine({ file, ...result }));
    else {
      const cells = [accepted ? 'accepted' : 'rejected', printable(result.label)];
      const scores = [score.toFixed(4), accepted ? '>=' : '<', threshold.value.toFixed(4)].join(' ');
      await screen.print([...cells, scores, printable(file)].join('  '));
      if (evalue !== null && screen.stderrIsTerminal) screen.note(`${describeChance(evalue)}.`);
    }
    return accepted ? exitCodes.done : exitCodes.unknown;
  } catch (error) {
    if (signal.aborted || endsTheRun(error)) throw error;
    screen.note(`docclf: ${wordingOf(error, { file })}`);
    return exitCodes.someFailed;
  } finally {
    await classifier.close();
  }
}
