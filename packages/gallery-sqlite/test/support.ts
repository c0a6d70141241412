/** Small references, and folders that vanish. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewReference } from '@docclf/core';
import { openGallery, type StoreGallery } from '@docclf/gallery';
import { onTestFinished } from 'vitest';
import { createSqliteStore } from '../src/index.ts';

export const space = { id: 'test@1', dimension: 4 };

/** A path in a folder of this test, which is removed afterwards. */
export function temporaryFile(name = 'gallery.db'): string {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** Closed when the test ends. */
export async function openFileGallery(file: string, bound = space): Promise<StoreGallery> {
  const gallery = await openGallery(createSqliteStore({ file }), bound);
  onTestFinished(() => gallery.close());
  return gallery;
}

export const axis = (i: number) => Float32Array.from({ length: 4 }, (_, j) => (j === i ? 1 : 0));

export const reference = (id: string, i = 0): NewReference => ({ id, label: `type/${id}`, vector: axis(i) });

/** Numbers in [0, 1), the same in each run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
