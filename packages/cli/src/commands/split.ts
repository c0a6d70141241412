/** docclf split: a batch scan becomes a file a document. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { DocclfError } from '@docclf/core';
import { readRegular } from '@docclf/node/files';
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
import { look, modifiedOf } from '../files/identity.ts';
import { headLength, kindByBytes } from '../files/kinds.ts';
import { assertGalleryExists } from '../gallery-file.ts';
import { defaultConcurrency, type Job, overImages } from '../job.ts';
import { openClassifier } from '../open-classifier.ts';
import { answersByFile, type FileAnswer, settlePages } from '../pages/file-answer.ts';
import { type Part, pagesOfPart, partsOf } from '../pages/parts.ts';
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
    try {
      for (const [i, part] of parts.entries()) {
        const path = withPages(pathOf({ label: part.label ?? 'unknown', ...nameOf(answer.found) }), part);
        const document = options.dryRun ? undefined : (await documents.next()).value;
        const { to, became } = document
          ? await writer.write(path, document)
          : { to: await writer.plan(path), became: 'planned' };
        if (part.label === null) unknown++;
        if (options.json) await screen.print(jsonLine({ file, ...part, became, output: to }));
        else {
          const row = [pad(pagesOfPart(part), 7), pad(labels[i]!, widest(labels)), printable(to)].join('  ');
          await screen.print(became === 'there already' ? `${row} (there already)` : row);
        }
      }
    } finally {
      // Its thread would keep the program from ending.
      await documents.return();
    }
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

function nameOf(found: FoundFile) {
  const modified = 'version' in found && found.version ? modifiedOf(found.version) : new Date();
  return { stem: basename(found.file, extname(found.file)), ending: '.pdf', modified };
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

/** Whole files under names that are free; what an earlier run wrote is there already. */
function createWriter(folder: string) {
  const root = resolve(folder);
  const names = createNames(root);

  async function write(path: string, bytes: Uint8Array): Promise<{ to: string; became: string }> {
    const target = join(root, path);
    const temporary = join(dirname(target), `.docclf-${randomUUID()}.part`);
    try {
      await realDisk.makeFolder(dirname(target));
      while (true) {
        const same = await names.taken(path, (candidate) => holds(candidate, bytes));
        if (same) return { to: same, became: 'there already' };
        const to = await names.free(path);
        await writeFile(temporary, bytes, { flag: 'wx' });
        try {
          await give(realDisk, temporary, to);
          return { to, became: 'written' };
        } catch (error) {
          // Somebody made a file of that name in between: it is looked at, then the next number.
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
      }
    } catch (cause) {
      // What there was room for of it takes room from others.
      await realDisk.remove(temporary).catch(() => {});
      throw new DocclfError('FILE_UNWRITABLE', { file: target }, { cause });
    }
  }

  return { write, plan: names.plan };
}

async function holds(file: string, bytes: Uint8Array): Promise<boolean> {
  const there = await look(file);
  return (
    there?.isFile() === true && there.size === BigInt(bytes.length) && (await readRegular(file)).equals(bytes)
  );
}
