import { readFileSync } from 'node:fs';
import { DocclfError } from '@docclf/core';
import { codeOf } from '@docclf/core/testing';
import { afterAll, expect, it } from 'vitest';
import { createHeicReader, type ReadPage, type ReadPagesOptions } from '../src/index.ts';

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const reader = await createHeicReader();
afterAll(() => reader.close());

async function read(bytes: Uint8Array, options?: ReadPagesOptions, from = reader): Promise<ReadPage[]> {
  const pages: ReadPage[] = [];
  for await (const page of from.pages(bytes, options)) pages.push(page);
  return pages;
}

async function imageOf(bytes: Uint8Array, options?: ReadPagesOptions) {
  const [page] = await read(bytes, options);
  if (!page || !('image' in page)) throw page?.error ?? new Error('no page');
  const { data, width } = page.image;
  const at = (x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  return { ...page, at };
}

/** Of lossy pictures: each channel within so many levels. */
const about = (...colour: number[]) => colour.map((value) => expect.closeTo(value, -1));

it('decodes a photo', async () => {
  const { image, size, number, pages, at } = await imageOf(fixture('corner.heic'));
  expect([image.width, image.height, image.channels, number, pages]).toEqual([320, 240, 3, 1, 1]);
  expect(size).toEqual({ width: 320, height: 240 });
  expect(at(80, 60)).toEqual(about(220, 30, 30));
  for (const [x, y] of [
    [240, 60],
    [80, 180],
    [240, 180],
  ] as const)
    expect(at(x, y)).toEqual(about(255, 255, 255));
});

it('turns it as the file says, once', async () => {
  const { image, at } = await imageOf(fixture('turned.heic'));
  expect([image.width, image.height]).toEqual([240, 320]);
  expect(at(180, 80)).toEqual(about(220, 30, 30));
  expect(at(60, 80)).toEqual(about(255, 255, 255));
});

it('shrinks by a whole factor that leaves the shorter side as asked', async () => {
  const { image, size, at } = await imageOf(fixture('corner.heic'), { side: 70 });
  expect([image.width, image.height]).toEqual([106, 80]);
  expect(size).toEqual({ width: 320, height: 240 });
  expect(at(20, 20)).toEqual(about(220, 30, 30));
});

it('has one page', async () => {
  expect(await read(fixture('corner.heic'), { from: 2 })).toEqual([]);
});

it('refuses what declares more pixels, or needs more memory, than is allowed', async () => {
  const small = await createHeicReader({ maximumPixels: 70_000 });
  expect(await codeOf(read(fixture('corner.heic'), {}, small))).toMatch(/^IMAGE_TOO_(LARGE|COSTLY)$/);
  small.close();
  expect(await codeOf(read(fixture('corner.heic'), {}, small))).toBe('CLOSED');
  const tight = await createHeicReader({ maximumMemory: 1000 });
  expect(await codeOf(read(fixture('corner.heic'), {}, tight))).toBe('IMAGE_TOO_COSTLY');
});

it('refuses what is damaged, and decodes the next', async () => {
  const whole = fixture('turned.heic');
  expect(await codeOf(read(new Uint8Array(), { source: 'empty.heic' }))).toBe('IMAGE_CORRUPT');
  expect(await codeOf(read(new Uint8Array(5000).fill(7)))).toBe('IMAGE_CORRUPT');
  for (let length = 20; length < 700; length += 40)
    expect(await codeOf(read(whole.subarray(0, length)))).toMatch(/^IMAGE_(CORRUPT|FORMAT_UNSUPPORTED)$/);
  let state = 5;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < 200; i++) {
    const bytes = whole.slice();
    for (let k = 0; k < 3; k++) bytes[random(bytes.length)] = random(256);
    const outcome = await read(bytes).catch((error) => error);
    expect(Array.isArray(outcome) || DocclfError.is(outcome)).toBe(true);
  }
  expect(await read(whole)).toHaveLength(1);
});

it('tells wrong arguments', async () => {
  expect(await codeOf(read('photo.heic' as never))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(read(fixture('corner.heic'), { side: 0 }))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(read(fixture('corner.heic'), { signal: AbortSignal.abort() }))).toBe('ABORTED');
});
