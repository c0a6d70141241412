/** Writes the report page: pictures of the worst pairs are made here, the page itself knows no files. */
import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DocclfError, type Embedder, mapConcurrent } from '@docclf/core';
import type { ImageSource } from '@docclf/node';
import { defaultConcurrency } from '../job.ts';
import type { Evaluated } from './evaluated.ts';
import { reportPage } from './report.ts';

/**
 * Before thousands of images are embedded in vain.
 *
 * @throws FILE_UNWRITABLE
 */
export async function assertReportWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
  }
}

/** @throws FILE_UNWRITABLE, ABORTED */
export async function writeReport(
  file: string,
  evaluated: Evaluated,
  embedder: Embedder<ImageSource>,
  signal: AbortSignal,
): Promise<void> {
  const { genuine, impostor } = evaluated.evaluation.worst;
  const wanted = new Set([...genuine, ...impostor].flatMap(({ first, second }) => [first, second]));
  const thumbnails = new Map<number, Uint8Array>();
  const make = async (image: number) => {
    const [embedding] = await embedder.embed([evaluated.images[image]!.source], { thumbnail: true, signal });
    return { image, thumbnail: embedding!.thumbnail! };
  };
  for await (const { image, thumbnail } of mapConcurrent(wanted, defaultConcurrency, make, signal)) {
    thumbnails.set(image, thumbnail);
  }
  try {
    await writeFile(file, reportPage(evaluated, thumbnails, new Date()));
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
  }
}
