/** docclf crop: documents cut out of photos and straightened. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { DocclfError } from '@docclf/core';
import { angleOf, type Crop, createNodeLocaliser, encodeJpeg } from '@docclf/node';
import type { ConcurrencyOptions, Context, PathOptions } from '../context.ts';
import { defaultConcurrency, overImages } from '../job.ts';
import type { InputImage } from '../pages/inputs.ts';
import { readers } from '../pages/readers.ts';
import { jsonLine, nameOf, pad, printable } from '../text.ts';

export interface CropCommandOptions extends ConcurrencyOptions, PathOptions {
  readonly output: string;
  readonly turns?: number;
  readonly json?: boolean;
}

export async function crop(
  context: Context,
  paths: readonly string[],
  options: CropCommandOptions,
): Promise<number> {
  const { output, turns, json, concurrency = defaultConcurrency } = options;
  const { screen, signal } = context;
  const localiser = await createNodeLocaliser({ readers });
  const taken = new Set<string>();
  try {
    return await overImages(
      context,
      paths,
      options,
      ['cropped', 'without a document'],
      'on a terminal',
      async (job) => {
        const outcomes = job.map(concurrency, ({ source }) => localiser.crop(source, { turns, signal }));
        for await (const { image, result } of outcomes) {
          const { file, page } = image;
          const target = result && freeName(join(output, nameFor(image)), taken);
          if (result && target) {
            try {
              await write(target, await encodeJpeg(result.picture), file);
            } catch (error) {
              job.failed(image, error);
              continue;
            }
          }
          const { corners, advice = ['nothing-found'], image: size } = result ?? {};
          if (json)
            await screen.print(
              jsonLine({ file, page, output: target ?? null, corners, image: size, advice }),
            );
          else await screen.print(line(image, result, target));
          job.done(result ? 'cropped' : 'without a document');
        }
      },
    );
  } finally {
    await localiser.close();
  }
}

/** Where it lies below the path that led to it, as a JPEG. */
function nameFor({ file, root, page }: InputImage): string {
  const below = relative(root, file) || basename(file);
  const stem = below.slice(0, below.length - extname(below).length);
  return `${stem}${page === undefined ? '' : `-${page}`}.jpg`;
}

/** scan.png and scan.jpg would be one file: the second gets a number. */
function freeName(path: string, taken: Set<string>): string {
  const stem = path.slice(0, -extname(path).length);
  let free = path;
  for (let number = 2; taken.has(free); number++) free = `${stem}-${number}.jpg`;
  taken.add(free);
  return free;
}

async function write(target: string, bytes: Uint8Array, source: string): Promise<void> {
  if (resolve(target) === resolve(source)) {
    const expected = 'another folder than that of the images';
    throw new DocclfError('INVALID_ARGUMENT', { argument: '--output', expected, received: dirname(target) });
  }
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file: target }, { cause });
  }
}

function line(image: InputImage, result: Crop | undefined, target: string | undefined): string {
  const name = printable(nameOf(image));
  if (result === undefined || target === undefined) return [pad('none', 7), name].join('  ');
  const { width, height } = result.picture;
  const degrees = `${Math.round(angleOf(result.corners)) % 360}°`;
  const advice = result.advice.length > 0 ? [result.advice.join(' ')] : [];
  return [
    pad('cropped', 7),
    pad(`${width}x${height}`, 9),
    pad(degrees, 4),
    name,
    printable(target),
    ...advice,
  ].join('  ');
}
