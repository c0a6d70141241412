/** docclf classify: which document is each file? */
import { resolve } from 'node:path';
import { DocclfError, type Gallery, type ModelManifest, spaceOf } from '@docclf/core';
import { keepUnknown } from '@docclf/core/unknowns';
import { openGallery } from '@docclf/gallery';
import type {
  ConcurrencyOptions,
  Context,
  GalleryOptions,
  ModelOptions,
  PathOptions,
  ThresholdOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryExists, assertGalleryWritable, storeOf } from '../gallery-file.ts';
import { defaultConcurrency, type Job, overImages } from '../job.ts';
import { assertLabels } from '../labels.ts';
import { openClassifier } from '../open-classifier.ts';
import {
  answerRow,
  csvHeading,
  csvRow,
  type NamedAnswer,
  nameOfAnswer,
  pageFacts,
  row,
  stateNote,
  statusOf,
  toldOf,
  whyUnknown,
} from '../pages/answer-text.ts';
import { createCounsel } from '../pages/counsel.ts';
import {
  type AnswerBy,
  answersByFile,
  type FileAnswer,
  type PageAttempt,
  settlePages,
} from '../pages/file-answer.ts';
import type { Screen } from '../screen.ts';
import { jsonLine, nameOf, printable, widest } from '../text.ts';

export interface ClassifyCommandOptions
  extends GalleryOptions,
    ModelOptions,
    ConcurrencyOptions,
    PathOptions,
    ThresholdOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly top?: number;
  readonly expected?: readonly string[];
  readonly rotations?: boolean;
  /** An answer a document; see `classify-all.ts`. */
  readonly all?: boolean;
  /** An answer a page instead of one a file. */
  readonly eachPage?: boolean;
  readonly by?: AnswerBy;
  /** Gallery that takes what comes back unknown. */
  readonly keepUnknown?: string;
  readonly keepThumbnails?: boolean;
}

export async function classify(
  context: Context,
  paths: readonly string[],
  options: ClassifyCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { gallery, top, expected, concurrency = defaultConcurrency } = options;
  await assertGalleryExists(gallery);
  const classifier = await openClassifier(options);
  const inbox = await openInbox(options, classifier.embedder.manifest).catch(async (error) => {
    await classifier.close();
    throw error;
  });
  try {
    const counts = await classifier.labels();
    assertLabels(options.expected ?? [], counts, '--expected');
    const labels = counts.map(({ label }) => printable(label));
    const writer = createWriter(screen, options, widest(labels) + 2);
    const counsel = createCounsel();
    let unknown = 0;
    const body = async (job: Job) => {
      await writer.heading();
      const attempts = job.attempt(concurrency, async ({ source, isBlank }) =>
        isBlank
          ? undefined
          : classifier.classify(source, {
              topK: top,
              expected,
              vector: inbox !== undefined,
              thumbnail: inbox !== undefined && options.keepThumbnails,
              signal,
            }),
      );
      for await (const answer of answersByFile(options.eachPage ? singly(attempts) : attempts, options.by)) {
        if (!settlePages(job, answer)) continue;
        await writer.answer(answer, inbox ? await keepPages(inbox, answer) : new Map());
        counsel.add(answer.result);
        if (answer.result?.status !== 'accepted') unknown++;
        job.done(statusOf({ file: answer.found.file, result: answer.result }));
      }
    };
    const words = ['accepted', 'unknown'];
    const code = await overImages(context, paths, options, words, 'on a terminal', body);
    if (screen.stderrIsTerminal && code !== exitCodes.interrupted) counsel.lines().forEach(screen.note);
    return code !== exitCodes.someFailed && code !== exitCodes.interrupted && unknown > 0
      ? exitCodes.unknown
      : code;
  } finally {
    await inbox?.close();
    await classifier.close();
  }
}

/** Each page as a file of its own. */
async function* singly(attempts: AsyncIterable<PageAttempt>): AsyncGenerator<PageAttempt, void, void> {
  for await (const attempt of attempts) yield { ...attempt, input: { ...attempt.input, isLast: true } };
}

function createWriter(screen: Screen, options: ClassifyCommandOptions, columns: number) {
  const { json, csv, top } = options;

  async function lines(answer: FileAnswer, named: NamedAnswer): Promise<void> {
    const name = options.eachPage ? nameOf(answer.pages[0]!.input) : nameOfAnswer(answer);
    await screen.print(answerRow(named, name, columns));
    const { result } = answer;
    if (!result) return;
    const why = whyUnknown(result);
    if (screen.stdoutIsTerminal && why) await screen.print(row('', why, '', '', '', 0).trimEnd());
    const state = stateNote(result);
    if (screen.stdoutIsTerminal && state) await screen.print(row('', state, '', '', '', 0).trimEnd());
    // The best one is on the line above.
    for (const { label, score } of top === undefined ? [] : result.candidates.slice(1)) {
      await screen.print(row('', printable(label), score.toFixed(4), '', '', columns).trimEnd());
    }
  }

  return {
    async heading() {
      if (csv) await screen.print(csvHeading);
      else if (screen.stdoutIsTerminal && !json)
        await screen.print(row('status', 'label', 'score', 'margin', 'file', columns));
    },
    async answer(answer: FileAnswer, keptAs: ReadonlyMap<number | undefined, string>) {
      const { found, page, pages, result } = answer;
      const { file } = found;
      const named = { file, page, pages: pages.at(-1)?.input.pages, result };
      if (csv) await screen.print(csvRow(named));
      else if (!json) await lines(answer, named);
      else {
        const told = result ? toldOf(result) : { status: 'blank', label: null };
        const place = { file, page: page ?? (options.eachPage ? pages[0]!.input.page : undefined) };
        await screen.print(
          jsonLine({ ...place, ...told, keptAs: keptAs.get(page), pages: pageFacts(answer, keptAs) }),
        );
      }
    },
  };
}

/** The pages of a file that nobody recognised, by their ids in the inbox. */
async function keepPages(inbox: Gallery, { pages, result }: FileAnswer) {
  const kept = new Map<number | undefined, string>();
  if (result?.status === 'accepted') return kept;
  for (const attempt of pages) {
    const id = 'error' in attempt || !attempt.result ? undefined : await keepUnknown(inbox, attempt.result);
    if (id) kept.set(attempt.input.page, id);
  }
  return kept;
}

/** The gallery of `--keep-unknown`: never the one that is searched, or it would answer with what it did not know. */
async function openInbox(
  { keepUnknown: address, gallery }: ClassifyCommandOptions,
  manifest: ModelManifest,
): Promise<Gallery | undefined> {
  if (address === undefined) return undefined;
  if (resolve(address) === resolve(gallery)) {
    const expected = 'another gallery than --gallery';
    throw new DocclfError('INVALID_ARGUMENT', { argument: '--keep-unknown', expected, received: address });
  }
  await assertGalleryWritable(address);
  return openGallery(await storeOf(address), spaceOf(manifest));
}
