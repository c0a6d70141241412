import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Classification, DocclfError } from '@docclf/core';
import { expect, it, onTestFinished } from 'vitest';
import { createReviewList, type Settled } from './list.ts';

/** Files in a folder of their own, and a classifier that knows none and remembers what it is shown. */
function review(names: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-review-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = names.map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, file);
  const registered: string[] = [];
  const settled: [Settled, string | undefined][] = [];
  const unknown = { status: 'unknown', candidates: [] } as unknown as Classification;
  const missing = new Set<string>();
  const classifier = {
    gallery: { revision: async () => String(registered.length) },
    async classify(file: string) {
      if (missing.has(file)) throw new DocclfError('FILE_NOT_FOUND', { file });
      return unknown;
    },
    async register(_: string, { label }: { readonly label: string }) {
      registered.push(label);
    },
  };
  const list = createReviewList(
    files.map((file) => ({ image: { file, root: folder, source: file }, result: unknown })),
    0.9,
    classifier as unknown as Parameters<typeof createReviewList>[2],
    (_, became, label) => settled.push([became, label]),
  );
  return { list, files, registered, settled, missing };
}

it('takes one answer for a document, of however many that come at once', async () => {
  const { list, registered, settled } = review(['a', 'b']);
  const { id } = (await list.current())!;
  const answers = await Promise.all([list.answer(id, { label: 'one' }), list.answer(id, { label: 'two' })]);
  expect([answers, registered, settled]).toEqual([['taken', 'settled'], ['one'], [['registered', 'one']]]);
});

it('registers no other file than the one that was shown', async () => {
  const { list, files, registered } = review(['a']);
  const { id } = (await list.current())!;
  writeFileSync(files[0]!, 'of somebody else');
  expect(await list.answer(id, { label: 'one' })).toBe('changed');
  expect([registered, list.left]).toEqual([[], 1]);
  // Shown again, it is.
  expect((await list.current())!.id).toBe(id);
  expect(await list.answer(id, { label: 'one' })).toBe('taken');
});

it('goes on behind a file that is gone', async () => {
  const { list, files, missing, settled } = review(['a', 'b', 'c']);
  missing.add(files[0]!).add(files[1]!);
  expect((await list.current())!.image.file).toBe(files[2]);
  expect(settled).toEqual([
    ['unreadable since', undefined],
    ['unreadable since', undefined],
  ]);
});
