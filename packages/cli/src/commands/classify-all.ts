/** docclf classify --all: which documents are in each picture? */
import type { Classification } from '@docclf/core';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryExists } from '../gallery-file.ts';
import { defaultConcurrency, overImages } from '../job.ts';
import { assertLabels } from '../labels.ts';
import { openClassifier } from '../open-classifier.ts';
import { answerRow, row, toldOf, whyUnknown } from '../pages/answer-text.ts';
import type { InputImage } from '../pages/inputs.ts';
import { jsonLine, nameOf, printable, widest } from '../text.ts';
import type { ClassifyCommandOptions } from './classify.ts';

export async function classifyAll(
  context: Context,
  paths: readonly string[],
  options: ClassifyCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { gallery, json, top, expected, concurrency = defaultConcurrency } = options;
  await assertGalleryExists(gallery);
  const classifier = await openClassifier(options);
  try {
    const counts = await classifier.labels();
    assertLabels(expected ?? [], counts, '--expected');
    const columns = widest(counts.map(({ label }) => printable(label))) + 2;
    const print = async (image: InputImage, answers: readonly Classification[]) => {
      if (json) {
        const { file, page } = image;
        const documents = answers.map(toldOf);
        await screen.print(jsonLine({ file, page, documents }));
        return;
      }
      const name = nameOf(image);
      if (answers.length === 0) await screen.print(row('none', '-', '-', '-', printable(name), columns));
      for (const [i, result] of answers.entries()) {
        const called = answers.length < 2 ? name : `${name} (document ${i + 1} of ${answers.length})`;
        await screen.print(answerRow({ file: image.file, result }, called, columns));
        const why = whyUnknown(result);
        if (screen.stdoutIsTerminal && why) await screen.print(row('', why, '', '', '', 0).trimEnd());
      }
    };
    let unknown = 0;
    const words = ['accepted', 'unknown', 'without a document'];
    const code = await overImages(context, paths, options, words, 'on a terminal', async (job) => {
      const answered = job.map(concurrency, async ({ source, isBlank }) =>
        isBlank ? [] : classifier.classifyAll(source, { topK: top, expected, signal }),
      );
      for await (const { image, result } of answered) {
        await print(image, result);
        const isKnown = result.every(({ status }) => status === 'accepted');
        if (!isKnown) unknown++;
        job.done(result.length === 0 ? 'without a document' : isKnown ? 'accepted' : 'unknown');
      }
    });
    return code === exitCodes.done && unknown > 0 ? exitCodes.unknown : code;
  } finally {
    await classifier.close();
  }
}
