/** docclf sort: files go where their label says. */
import { basename, extname } from 'node:path';
import { DocclfError } from '@docclf/core';
import { type Archive, openArchive } from '../archive/archive.ts';
import { defaultTemplate, parseTemplate } from '../archive/template.ts';
import type {
  ConcurrencyOptions,
  Context,
  GalleryOptions,
  ModelOptions,
  PathOptions,
  ThresholdOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { allPaths } from '../files/files-from.ts';
import { type Found, findFiles } from '../files/find-files.ts';
import { assertOtherFolder } from '../files/folders.ts';
import { modifiedOf } from '../files/identity.ts';
import { assertGalleryExists } from '../gallery-file.ts';
import { defaultConcurrency, type Job, overFiles } from '../job.ts';
import { openClassifier } from '../open-classifier.ts';
import { answerRow, nameOfAnswer, statusOf } from '../pages/answer-text.ts';
import { type AnswerBy, answersByFile, type FileAnswer, settlePages } from '../pages/file-answer.ts';
import { jsonLine, pad, printable, widest } from '../text.ts';

export interface SortCommandOptions
  extends GalleryOptions,
    ModelOptions,
    ConcurrencyOptions,
    PathOptions,
    ThresholdOptions {
  readonly to: string;
  readonly template?: string;
  readonly copy?: boolean;
  readonly link?: boolean;
  readonly dryRun?: boolean;
  readonly rotations?: boolean;
  readonly by?: AnswerBy;
  readonly json?: boolean;
}

/** What became of a file that was answered. */
type Sorted = 'moved' | 'copied' | 'linked' | 'there already' | 'planned' | 'gone' | 'unknown' | 'blank';

export async function sort(
  context: Context,
  paths: readonly string[],
  options: SortCommandOptions,
): Promise<number> {
  const sorter = await createSorter(context, options);
  try {
    for (const path of paths) await assertOtherFolder(path, options.to, '--to');
    const roots = await allPaths(context, paths, options);
    const found = await findFiles(roots, { signal: context.signal, without: options.to, mayBeEmpty: true });
    return await sorter.sort(found, 'always');
  } finally {
    await sorter.close();
  }
}

export interface Sorter {
  /** @returns the exit code */
  sort(found: Found, summary: 'always' | 'on a terminal'): Promise<number>;
  /** Changes whenever the gallery does: what was unknown before may be known then. */
  revision(): Promise<string>;
  close(): Promise<void>;
}

/** A classifier and an archive, for one run over a folder or for many. */
export async function createSorter(context: Context, options: SortCommandOptions): Promise<Sorter> {
  const { screen, signal } = context;
  const { gallery, concurrency = defaultConcurrency } = options;
  const pathOf = parseTemplate(options.template ?? defaultTemplate);
  await assertGalleryExists(gallery);
  const archive = openArchive(options.to);
  const classifier = await openClassifier(options);

  async function place(answer: FileAnswer): Promise<{ readonly became: Sorted; readonly to?: string }> {
    const { found, result } = answer;
    if (result?.status !== 'accepted') return { became: result ? 'unknown' : 'blank' };
    if ('error' in found || found.version === undefined) throw notAFile(found.file);
    const ending = extname(found.file);
    const modified = modifiedOf(found.version);
    const path = pathOf({ label: result.label, stem: basename(found.file, ending), ending, modified });
    if (options.dryRun) return { became: 'planned', to: await archive.plan(path) };
    return bring(archive, found as typeof found & { version: string }, path, options);
  }

  return {
    async sort(found, summary) {
      const labels = (await classifier.labels()).map(({ label }) => printable(label));
      const columns = widest(labels) + 2;
      let unknown = 0;
      const body = async (job: Job) => {
        const attempts = job.attempt(concurrency, async ({ source, isBlank }) =>
          isBlank ? undefined : classifier.classify(source, { signal }),
        );
        for await (const answer of answersByFile(attempts, options.by)) {
          if (!settlePages(job, answer)) continue;
          // A file that could not be read as a whole stays for somebody to look at.
          if (answer.pages.some((page) => 'error' in page)) {
            job.step();
            continue;
          }
          try {
            const placed = await place(answer);
            await screen.print(options.json ? json(answer, placed) : line(answer, placed, columns));
            if (placed.became === 'unknown' || placed.became === 'blank') unknown++;
            job.done(placed.became);
          } catch (error) {
            job.failed(answer.pages[0]!.input, error);
          }
        }
      };
      const words = [options.dryRun ? 'planned' : wordFor(options), 'unknown'];
      const code = await overFiles(context, found, options, words, summary, body);
      const isWell = code === exitCodes.done || code === exitCodes.leftOut;
      return isWell && unknown > 0 ? exitCodes.unknown : code;
    },
    revision: () => classifier.gallery.revision(),
    close: () => classifier.close(),
  };
}

function wordFor({ copy, link }: SortCommandOptions) {
  return copy ? 'copied' : link ? 'linked' : 'moved';
}

async function bring(
  archive: Archive,
  found: { readonly file: string; readonly path?: string | Buffer; readonly version: string },
  path: string,
  options: SortCommandOptions,
): Promise<{ readonly became: Sorted; readonly to?: string }> {
  const { copy, link } = options;
  const way = copy ? 'copy' : link ? 'link' : 'move';
  const stored = await archive.store(found.path ?? found.file, path, found.version, way);
  if (stored.became === 'gone') return { became: 'gone' };
  return { became: stored.became === 'done' ? wordFor(options) : stored.became, to: stored.to };
}

function notAFile(file: string): DocclfError {
  const expected = 'files, and folders of files';
  return new DocclfError('INVALID_ARGUMENT', { argument: 'the inbox', expected, received: file });
}

function line(
  answer: FileAnswer,
  { became, to }: { readonly became: Sorted; readonly to?: string },
  columns: number,
): string {
  const { found, result } = answer;
  const told = answerRow({ file: found.file, result }, nameOfAnswer(answer), columns);
  const status = statusOf({ file: found.file, result });
  const row = `${pad(became, 13)}${told.slice(Math.max(status.length, 8))}`;
  return to === undefined ? row : `${row}  ->  ${printable(to)}`;
}

function json({ found: { file }, result, page }: FileAnswer, placed: object): string {
  const { label = null, score = null, evalue = null } = result ?? {};
  return jsonLine({ file, page, label, score, evalue, ...placed });
}
