/** A run over many images: one bad image is a line on stderr, and the others go on. */
import { availableParallelism } from 'node:os';
import { DocclfError, mapConcurrent } from '@docclf/core';
import type { Context, PathOptions } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { endsTheRun } from './failures.ts';
import { allPaths } from './files/files-from.ts';
import { type Found, type FoundFile, findFiles, type LeftOut } from './files/find-files.ts';
import { describeLeftOut, matters, wordFor } from './files/left-out.ts';
import { type InputImage, type InputOfFile, type InputPlace, imagesOf } from './pages/inputs.ts';
import { OutputClosed, type Screen } from './screen.ts';
import { createTally, type Failure, type Tally } from './tally.ts';

export interface Job {
  /** Files that the paths led to. */
  readonly files: readonly FoundFile[];
  /** What has failed so far, as it was reported. */
  readonly failures: readonly Failure[];
  /** The images; failures on the way to them are reported. */
  images(): AsyncIterable<InputImage>;
  /** Runs `work` on every image, several at once; results in the images' order, failures reported. */
  map<Result>(
    concurrency: number,
    work: (image: InputImage) => Promise<Result>,
  ): AsyncIterable<{ readonly image: InputImage; readonly result: Result }>;
  /** As `map`, for who answers file by file: failures are handed over, not reported. */
  attempt<Result>(
    concurrency: number,
    work: (image: InputImage) => Promise<Result>,
  ): AsyncIterable<Attempt<Result>>;
  /** Counts an image under the word that the summary uses. */
  done(word: string): void;
  /** Progress alone: an image that the summary does not count. */
  step(): void;
  /** Reports an image, unless all others would fail in the same way: then throws. */
  failed(image: InputPlace, error: unknown): void;
}

/** What became of an image. */
export type Attempt<Result> = { readonly input: InputOfFile } & (
  | { readonly image: InputImage; readonly result: Result }
  | { readonly error: unknown }
);

/** Decoding runs on other threads: an image for each core, and one being prepared for them. */
export const defaultConcurrency = availableParallelism() + 1;

/**
 * @param words what the summary counts, in its order
 * @param summary when the summary is printed, if all went well
 * @returns the exit code
 */
export async function overImages(
  context: Context,
  paths: readonly string[],
  options: PathOptions,
  words: readonly string[],
  summary: 'always' | 'on a terminal',
  body: (job: Job) => Promise<void>,
): Promise<number> {
  const found = await findFiles(await allPaths(context, paths, options), context);
  return overFiles(context, found, options, words, summary, body);
}

/** As `overImages`, over files that were found already. */
export async function overFiles(
  context: Context,
  { files, leftOut }: Found,
  options: PathOptions,
  words: readonly string[],
  summary: 'always' | 'on a terminal',
  body: (job: Job) => Promise<void>,
): Promise<number> {
  const { screen } = context;
  const tally = createTally(screen, words, files.length);
  try {
    await body(createJob(context, files, options, tally));
  } catch (error) {
    screen.endProgress();
    if (error instanceof OutputClosed) throw error;
    const kept = `${tally.progress()} images. What was done is kept: ${tally.summary()}.`;
    if (DocclfError.is(error, 'ABORTED')) {
      screen.note(`docclf: ABORTED: Interrupted after ${kept}`);
      return exitCodes.interrupted;
    }
    screen.note(`Stopped after ${kept}`);
    throw error;
  }
  screen.endProgress();
  tellLeftOut(screen, leftOut, options);
  const someFailed = tally.failures.length > 0;
  if (someFailed || summary === 'always' || screen.stderrIsTerminal) screen.note(`${tally.summary()}.`);
  if (someFailed) return exitCodes.someFailed;
  return leftOut.some(matters) ? exitCodes.leftOut : exitCodes.done;
}

function createJob(
  { signal }: Context,
  files: readonly FoundFile[],
  options: PathOptions,
  tally: Tally,
): Job {
  async function* inputs(): AsyncGenerator<InputOfFile, void, void> {
    for (const file of files) {
      let images = 0;
      for await (const image of imagesOf(file, { signal, pages: options.pages })) {
        if (++images > 1) tally.oneMore();
        yield image;
      }
    }
  }

  async function* attempt<Result>(concurrency: number, work: (image: InputImage) => Promise<Result>) {
    const attemptOne = async (input: InputOfFile): Promise<Attempt<Result>> => {
      if ('error' in input) return { input, error: input.error };
      try {
        return { input, image: input, result: await work(input) };
      } catch (error) {
        if (endsTheRun(error)) throw error;
        return { input, error };
      }
    };
    yield* mapConcurrent(inputs(), concurrency, attemptOne, signal);
  }

  return {
    files,
    failures: tally.failures,
    async *images() {
      for await (const input of inputs()) {
        if ('error' in input) tally.failed(input, input.error);
        else yield input;
      }
    },
    async *map(concurrency, work) {
      for await (const outcome of attempt(concurrency, work)) {
        if ('error' in outcome) tally.failed(outcome.input, outcome.error);
        else yield outcome;
      }
    },
    attempt,
    done: tally.count,
    step: tally.step,
    failed: tally.failed,
  };
}

function tellLeftOut(screen: Screen, leftOut: readonly LeftOut[], { listLeftOut }: PathOptions): void {
  if (leftOut.length === 0) return;
  if (listLeftOut) for (const { file, kind } of leftOut) screen.note(`left out: ${file} (${wordFor(kind)})`);
  screen.note(`${describeLeftOut(leftOut)}${listLeftOut ? '.' : '; --list-left-out names them.'}`);
}
