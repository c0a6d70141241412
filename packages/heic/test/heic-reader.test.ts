import { readFileSync } from 'node:fs';
import { DocclfError } from '@docclf/core';
import { codeOf } from '@docclf/core/testing';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { fromDisplayP3, isDisplayP3 } from '../src/display-p3.ts';
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

/** The same numbers, said to be of other primaries (ITU-T H.273). */
function withPrimaries(name: string, primaries: number): Uint8Array {
  const bytes = Buffer.from(fixture(name));
  bytes.writeUInt16BE(primaries, bytes.indexOf('nclx') + 4);
  return bytes;
}

it('takes Display P3 for what it is', async () => {
  const { at } = await imageOf(withPrimaries('corner.heic', 12));
  // By hand: P3's red of 220, 30, 30 is beyond sRGB's.
  expect(at(80, 60)).toEqual(about(240, 0, 0));
  expect(at(240, 180)).toEqual(about(255, 255, 255));
  expect((await imageOf(withPrimaries('corner.heic', 2))).at(80, 60)).toEqual(about(220, 30, 30));
});

it('converts it as Little CMS does, by the profile of another maker', async () => {
  // A grid of colours of sRGB, put into Display P3 by sharp.
  const levels = [0, 20, 90, 160, 230, 255];
  const colours = levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b])));
  const raw = { width: 36, height: 6, channels: 3 } as const;
  const png = await sharp(Uint8Array.from(colours), { raw }).withIccProfile('p3').png().toBuffer();
  const { icc } = await sharp(png).metadata();
  expect(isDisplayP3(icc!)).toBe(true);
  const rawOf = async (options: object) => {
    const { data } = await sharp(png, options)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return new Uint8Array(data);
  };
  const [stored, expected] = [await rawOf({ ignoreIcc: true }), await rawOf({})];
  const { data } = fromDisplayP3({ ...raw, data: stored });
  const differences = expected.map((value, i) => Math.abs(value - data[i]!));
  expect(Math.max(...differences)).toBeLessThanOrEqual(3); // Of 255; Little CMS rounds dark colours more.
  expect(Math.max(...expected.map((value, i) => Math.abs(value - stored[i]!)))).toBeGreaterThan(20);
});

it('takes no other profile for it, nor half of one', async () => {
  const raw = { width: 1, height: 1, channels: 3 } as const;
  const iccOf = async (name: string) => {
    const png = await sharp(new Uint8Array(3), { raw }).withIccProfile(name).png().toBuffer();
    return new Uint8Array((await sharp(png).metadata()).icc!);
  };
  expect(isDisplayP3(await iccOf('srgb'))).toBe(false);
  const whole = await iccOf('p3');
  for (let length = 0; length < whole.length; length += 7) isDisplayP3(whole.subarray(0, length));
  expect(isDisplayP3(whole.subarray(0, 200))).toBe(false);
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
