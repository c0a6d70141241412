/** docclf split: a batch scan becomes a file a document. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { DocclfError } from '@docclf/core';
import { realDisk } from '../archive/disk.ts';
import { createNames } from '../archive/names.ts';
import { parseTemplate } from '../archive/template.ts';
import { give } from '../archive/transfer.ts';
import type {
  ConcurrencyOptions,
  Context,
  GalleryOptions,
  ModelOptions,
  PathOptions,
  ThresholdOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { FoundFile } from '../files/find-files.ts';
import { headLength, kindByBytes } from '../files/kinds.ts';
import { readRegular } from '../files/regular-file.ts';
import { assertGalleryExists } from '../gallery-file.ts';
import { defaultConcurrency, type Job, overImages } from '../job.ts';
import { openClassifier } from '../open-classifier.ts';
import { answersByFile, type FileAnswer, settlePages } from '../pages/file-answer.ts';
import { type Part, partsOf } from '../pages/parts.ts';
import { pdfReader } from '../pages/readers.ts';
import { jsonLine, pad, printable, widest } from '../text.ts';

export interface SplitCommandOptions
  extends GalleryOptions,
    ModelOptions,
    ConcurrencyOptions,
    PathOptions,
    ThresholdOptions {
  readonly to: string;
  readonly template?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The pages come behind it: parts of one label are told apart by them. */
const defaultSplitTemplate = '{label}/{stem}';

export async function split(
  context: Context,
  paths: readonly string[],
  options: SplitCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { gallery, concurrency = defaultConcurrency } = options;
  const pathOf = parseTemplate(options.template ?? defaultSplitTemplate);
  const writer = createWriter(options.to);
  await assertGalleryExists(gallery);
  const classifier = await openClassifier(options);
  let unknown = 0;

  async function splitFile(answer: FileAnswer): Promise<void> {
    const { file } = answer.found;
    const bytes = await bytesOf(answer.found);
    const parts = await partsOf(answer.pages, classifier.gallery);
    const labels = parts.map(({ label }) => printable(label ?? '(unknown)'));
    const documents = pdfReader.split(bytes, parts, { source: file, signal });
    for (const [i, part] of parts.entries()) {
      const path = withPages(
        pathOf({
          label: part.label ?? 'unknown',
          stem: basename(file, extname(file)),
          ending: '.pdf',
          modified: new Date(),
        }),
        part,
      );
      const document = options.dryRun ? undefined : (await documents.next()).value;
      const to = document ? await writer.write(path, document) : await writer.plan(path);
      if (part.label === null) unknown++;
      const range = part.from === part.to ? `${part.from}` : `${part.from}-${part.to}`;
      if (options.json) await screen.print(jsonLine({ file, ...part, output: to }));
      else await screen.print([pad(range, 7), pad(labels[i]!, widest(labels)), printable(to)].join('  '));
    }
    await documents.return();
  }

  const body = async (job: Job) => {
    const attempts = job.attempt(concurrency, async ({ source, isBlank }) =>
      isBlank ? undefined : classifier.classify(source, { signal }),
    );
    for await (const answer of answersByFile(attempts)) {
      if (!settlePages(job, answer)) continue;
      try {
        await splitFile(answer);
        job.done('split');
      } catch (error) {
        job.failed({ file: answer.found.file }, error);
      }
    }
  };
  try {
    const code = await overImages(context, paths, options, ['split'], 'always', body);
    return code === exitCodes.done && unknown > 0 ? exitCodes.unknown : code;
  } finally {
    await classifier.close();
  }
}

/** `scan.pdf` of pages 3 to 5 is `scan-3-5.pdf`. */
function withPages(path: string, { from, to }: Part): string {
  const stem = path.slice(0, -extname(path).length);
  return `${stem}-${from === to ? from : `${from}-${to}`}.pdf`;
}

/** @throws INVALID_ARGUMENT for what is no PDF, FILE_UNREADABLE */
async function bytesOf(found: FoundFile): Promise<Uint8Array> {
  if ('error' in found) throw found.error;
  const { file, path = file } = found;
  let bytes: Uint8Array;
  try {
    bytes = await readRegular(path);
  } catch (cause) {
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
  if (kindByBytes(bytes.subarray(0, headLength)) === 'pdf') return bytes;
  throw new DocclfError('INVALID_ARGUMENT', { argument: 'split', expected: 'PDFs', received: file });
}

/** Whole files under names that are free. */
function createWriter(folder: string) {
  const root = resolve(folder);
  const names = createNames(root);

  async function write(path: string, bytes: Uint8Array): Promise<string> {
    const target = join(root, path);
    const temporary = join(dirname(target), `.docclf-${randomUUID()}.part`);
    try {
      await realDisk.makeFolder(dirname(target));
      while (true) {
        const to = await names.free(path);
        await writeFile(temporary, bytes, { flag: 'wx' });
        try {
          await give(realDisk, temporary, to);
          return to;
        } catch (error) {
          // Somebody made a file of that name in between: the next number then.
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
      }
    } catch (cause) {
      throw new DocclfError('FILE_UNWRITABLE', { file: target }, { cause });
    }
  }

  return { write, plan: names.plan };
}
