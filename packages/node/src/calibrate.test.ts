import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Embedder } from '@docclf/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { calibrate } from './calibrate.ts';
import type { ImageSource } from './source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docclf-calibrate-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An embedder that reads the angle, in degrees, from the last part of the source's name. */
const byAngle = {
  closed: false,
  async embed(sources: readonly ImageSource[]) {
    return sources.map((source) => {
      const angle = (Number(/(\d+)\.png$/.exec(String(source))![1]) * Math.PI) / 180;
      const vector = Float32Array.of(Math.cos(angle), Math.sin(angle));
      return { vector, views: [{ found: 'whole', angle: 0, vector }] };
    });
  },
  async close() {
    this.closed = true;
  },
};
const embedder = byAngle as unknown as Embedder<ImageSource>;

it('takes a folder whose folders are labels, or labelled images', async () => {
  const images = [
    { label: 'id/front', source: '0.png' },
    { label: 'id/front', source: '5.png' },
    { label: 'bank', source: '60.png' },
  ];
  for (const { label, source } of images) {
    await mkdir(join(folder, label), { recursive: true });
    await writeFile(join(folder, label, source), '');
  }
  const options = { rate: { fpr: 0.5 }, perLabel: true, embedder };
  const fromFolder = await calibrate(folder, options);
  // Impostors at 60 and 55 degrees: one of two may pass.
  expect(fromFolder.threshold).toBeCloseTo((1 + Math.cos((55 * Math.PI) / 180)) / 2, 6);
  expect(fromFolder.labels.map(({ label }) => label)).toEqual(['bank', 'id/front']);
  expect(await calibrate(images, options)).toEqual(fromFolder);
  // A loose file is named by itself, as on the command line.
  await writeFile(join(folder, '100.png'), '');
  expect((await calibrate(folder, options)).labels.map(({ label }) => label)).toEqual([
    '100',
    'bank',
    'id/front',
  ]);
  const unknown = ['90.png', '80.png'];
  expect((await calibrate(images, { rate: { fpir: 0.5 }, unknown, embedder })).impostors).toBe(2);
  // Who gave it closes it.
  expect(byAngle.closed).toBe(false);
});
