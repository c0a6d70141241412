/** docclf register --from: what `docclf embed` printed becomes references, without a look at the images. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { DocclfError, type NewReference, parseLabel, spaceOf } from '@docclf/core';
import type { StoreGallery } from '@docclf/gallery';
import { labelOfFile, loadModel } from '@docclf/node';
import type { Context, GalleryOptions, ModelOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { wordingOf } from '../failures.ts';
import { assertGalleryWritable, withGalleryOf } from '../gallery-file.ts';
import { metadataOfPage } from '../pages/reference-page.ts';
import { jsonLine } from '../text.ts';

export interface RegisterVectorsOptions extends GalleryOptions, ModelOptions {
  /** File of NDJSON; `-` is standard input. */
  readonly from: string;
  readonly label?: string;
  readonly replace?: boolean;
}

/** References in one write. */
const batchLength = 500;

export async function registerVectors(context: Context, options: RegisterVectorsOptions): Promise<number> {
  const { screen, signal } = context;
  const label = options.label === undefined ? undefined : parseLabel(options.label);
  await assertGalleryWritable(options.gallery);
  const { manifest } = await loadModel(options.model);
  return withGalleryOf(options.gallery, spaceOf(manifest), async (gallery) => {
    const before = await gallery.size();
    let [lines, failed] = [0, 0];
    let batch: NewReference[] = [];
    for await (const line of linesOf(options.from, context)) {
      if (signal.aborted) break;
      lines++;
      try {
        batch.push(referenceOf(line, manifest.id, label));
      } catch (error) {
        failed++;
        screen.note(`docclf: ${wordingOf(error)} (line ${lines})`);
      }
      if (batch.length < batchLength) continue;
      failed += await write(context, gallery, batch, options);
      batch = [];
    }
    failed += await write(context, gallery, batch, options);
    const added = (await gallery.size()) - before;
    const kept = lines - failed - added;
    screen.note(
      `${added} registered, ${kept} ${options.replace ? 'replaced' : 'there already'}, ${failed} failed.`,
    );
    if (signal.aborted) return exitCodes.interrupted;
    return failed > 0 ? exitCodes.someFailed : exitCodes.done;
  });
}

/**
 * All at once, and where one of them is to blame, one by one.
 *
 * @returns how many failed
 */
async function write(
  context: Context,
  gallery: StoreGallery,
  batch: readonly NewReference[],
  options: RegisterVectorsOptions,
): Promise<number> {
  const existing = options.replace ? 'replace' : 'keep';
  try {
    for (const { id, label } of await gallery.add(batch, { existing })) {
      await context.screen.print(jsonLine({ id, label }));
    }
    return 0;
  } catch (error) {
    if (!DocclfError.is(error) || !/^(REFERENCE|LABEL|VECTOR)_/.test(error.code)) throw error;
    if (batch.length === 1) {
      context.screen.note(`docclf: ${wordingOf(error)}`);
      return 1;
    }
    const half = batch.length >> 1;
    return (
      (await write(context, gallery, batch.slice(0, half), options)) +
      (await write(context, gallery, batch.slice(half), options))
    );
  }
}

async function* linesOf(file: string, { stdin, signal }: Context): AsyncGenerator<string, void, void> {
  const input = file === '-' && stdin ? Readable.from(stdin) : createReadStream(file, { signal });
  try {
    for await (const line of createInterface({ input })) if (line.trim() !== '') yield line;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    throw new DocclfError(code, { file }, { cause });
  }
}

/** @throws INVALID_ARGUMENT, LABEL_* */
function referenceOf(line: string, model: string, label: string | undefined): NewReference {
  const refuse = (expected: string, received: string) =>
    new DocclfError('INVALID_ARGUMENT', { argument: '--from', expected, received });
  let found: Record<string, unknown>;
  try {
    found = Object(JSON.parse(line));
  } catch {
    throw refuse('lines of JSON, as embed prints them', JSON.stringify(line.slice(0, 40)));
  }
  const { file, root = file, page, vector, hash } = found;
  if (typeof file !== 'string' || typeof root !== 'string')
    throw refuse('"file", as embed prints it', 'none');
  if (found.model !== model) throw refuse(`vectors of the model ${model}`, String(found.model).slice(0, 80));
  if (!Array.isArray(vector) || !vector.every((value) => typeof value === 'number')) {
    throw refuse('"vector", a list of numbers', typeof vector);
  }
  const metadata = metadataOfPage({ file, ...(typeof page === 'number' && { page }) });
  const own = typeof found.label === 'string' ? found.label : undefined;
  return {
    label: parseLabel(label === undefined && own !== undefined ? own : labelOfFile({ root, file }, label)),
    vector: Float32Array.from(vector),
    sourceHash: typeof hash === 'string' ? hash : null,
    ...(metadata && { metadata }),
  };
}
