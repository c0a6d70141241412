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
import { areMixed, type Part, pagesOfPart, partsOf } from '../pages/parts.ts';
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
type Sorted =
  | 'moved'
  | 'copied'
  | 'linked'
  | 'there already'
  | 'planned'
  | 'gone'
  | 'unknown'
  | 'blank'
  | 'mixed';

interface Placed {
  readonly became: Sorted;
  /** Its new path. */
  readonly to?: string;
  /** Of what is mixed. */
  readonly parts?: readonly Part[];
}

/** These stay, for somebody to look at. */
const staying: ReadonlySet<Sorted> = new Set(['unknown', 'blank', 'mixed']);

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

  async function place(answer: FileAnswer): Promise<Placed> {
    const { found, pages, result } = answer;
    if (result?.status !== 'accepted') return { became: result ? 'unknown' : 'blank' };
    const parts = pages.length > 1 ? await partsOf(pages, classifier.gallery) : [];
    if (areMixed(parts)) return { became: 'mixed', parts };
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
      let left = 0;
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
            if (staying.has(placed.became)) left++;
            job.done(placed.became);
          } catch (error) {
            job.failed(answer.pages[0]!.input, error);
          }
        }
      };
      const words = [options.dryRun ? 'planned' : wordFor(options), 'unknown'];
      const code = await overFiles(context, found, options, words, summary, body);
      const isWell = code === exitCodes.done || code === exitCodes.leftOut;
      return isWell && left > 0 ? exitCodes.unknown : code;
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
): Promise<Placed> {
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

function line(answer: FileAnswer, placed: Placed, columns: number): string {
  const { became, to, parts } = placed;
  const named = { file: answer.found.file, result: resultOf(answer, placed) };
  const told = answerRow(named, nameOfAnswer(answer), columns);
  const row = `${pad(became, 13)}${told.slice(Math.max(statusOf(named).length, 8))}`;
  if (parts) return `${row}:  ${parts.map(partText).join(', ')}`;
  return to === undefined ? row : `${row}  ->  ${printable(to)}`;
}

/** None of one label for what is several documents. */
function resultOf({ result }: FileAnswer, { parts }: Placed): FileAnswer['result'] {
  return parts ? undefined : result;
}

function partText(part: Part): string {
  return `${pagesOfPart(part)} ${printable(part.label ?? '(unknown)')}`;
}

function json(answer: FileAnswer, placed: Placed): string {
  const { label = null, score = null, evalue = null } = resultOf(answer, placed) ?? {};
  return jsonLine({ file: answer.found.file, page: answer.page, label, score, evalue, ...placed });
}
