/** docclf review: what nobody recognised, on a page of this machine. */
import { once } from 'node:events';
import type {
  ConcurrencyOptions,
  Context,
  GalleryOptions,
  ModelOptions,
  PathOptions,
  ThresholdOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { wordingOf } from '../failures.ts';
import { assertGalleryExists, assertGalleryWritable } from '../gallery-file.ts';
import { defaultConcurrency, type Job, overImages } from '../job.ts';
import { openClassifier } from '../open-classifier.ts';
import { answersByFile, type FileAnswer, settlePages } from '../pages/file-answer.ts';
import type { InputImage } from '../pages/inputs.ts';
import { createReviewList, type Doubtful, type Settled } from '../review/list.ts';
import { serveReview } from '../review/server.ts';
import { nameOf, pad, printable } from '../text.ts';

export interface ReviewCommandOptions
  extends GalleryOptions,
    ModelOptions,
    ConcurrencyOptions,
    PathOptions,
    ThresholdOptions {
  readonly port: number;
  readonly rotations?: boolean;
  readonly thumbnails?: boolean;
}

export async function review(
  context: Context,
  paths: readonly string[],
  options: ReviewCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { gallery, concurrency = defaultConcurrency } = options;
  await assertGalleryExists(gallery);
  await assertGalleryWritable(gallery);
  const classifier = await openClassifier(options);
  const doubtful: Omit<Doubtful, 'id'>[] = [];
  const counts = new Map<Settled, number>();

  async function tell({ image }: Doubtful, became: Settled, label?: string): Promise<void> {
    counts.set(became, (counts.get(became) ?? 0) + 1);
    await screen.print([pad(became, 16), printable(label ?? '-'), printable(nameOf(image))].join('  '));
  }

  try {
    const body = async (job: Job) => {
      const attempts = job.attempt(concurrency, async ({ source, isBlank }) =>
        isBlank ? undefined : classifier.classify(source, { signal, vector: true }),
      );
      for await (const answer of answersByFile(attempts)) {
        if (!settlePages(job, answer)) continue;
        const { result } = answer;
        const image = imageOf(answer);
        if (result?.status === 'unknown' && image) doubtful.push({ image, result });
        job.done(result?.status ?? 'blank');
      }
    };
    const code = await overImages(context, paths, options, ['accepted', 'unknown'], 'always', body);
    if (code === exitCodes.interrupted) return code;
    let told = Promise.resolve();
    const { value } = await classifier.threshold({ signal });
    const list = createReviewList(doubtful, value, classifier, (...settled) => {
      told = told.then(() => tell(...settled));
      // Awaited at the end, where it is thrown.
      told.catch(() => {});
    });
    if (list.left === 0) return code;
    const labels = async () => (await classifier.labels()).map(({ label }) => label);
    const server = await serveReview({ port: options.port, list, labels, wordingOf });
    await screen.print(server.url);
    if (!signal.aborted) await Promise.race([server.ended, once(signal, 'abort')]);
    await server.close();
    await told;
    const summary = [...counts].map(([became, count]) => `${count} ${became}`).concat(`${list.left} left`);
    screen.note(`${summary.join(', ')}.`);
    return list.left > 0 || counts.has('skipped') ? exitCodes.unknown : code;
  } finally {
    await classifier.close();
  }
}

/** The page of a file that came closest to an answer. */
function imageOf({ pages, page }: FileAnswer): InputImage | undefined {
  const attempt = pages.find(({ input }) => input.page === page);
  return attempt && 'image' in attempt ? attempt.image : undefined;
}
