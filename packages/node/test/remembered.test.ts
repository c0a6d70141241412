/** What a decoder took goes with its picture: libvips would remember it for the sake of the next hundred operations. */
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { decodeImage } from '../src/index.ts';

const before = sharp.cache();
afterAll(() => {
  sharp.cache({ memory: before.memory.max, files: before.files.max, items: before.items.max });
});

const plain = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#eee' } });

it.each([
  ['GIF', () => plain(2000).gif({ effort: 1 })],
  ['progressive JPEG', () => plain(2000).jpeg({ progressive: true })],
  ['AVIF', () => plain(1200).avif({ effort: 0 })],
] as const)(
  'of a large %s nothing is remembered, and what the process has set stays set',
  async (_, make) => {
    const file = await make().toBuffer();
    sharp.cache({ memory: 40, files: 10, items: 60 });
    await decodeImage(file, { side: 500 });
    expect(sharp.cache()).toMatchObject({
      memory: { max: 40 },
      files: { current: 0, max: 10 },
      items: { current: 0, max: 60 },
    });
  },
);

it('the memory of a process that works with small pictures is its own', async () => {
  const small = await plain(300).png().toBuffer();
  sharp.cache({ memory: 40, files: 10, items: 60 });
  await decodeImage(small);
  expect(sharp.cache().items.current).toBeGreaterThan(0);
});

it('of several at once nothing is remembered either, and what is set meanwhile stays', async () => {
  const file = await plain(2000).gif({ effort: 1 }).toBuffer();
  sharp.cache({ memory: 40, files: 10, items: 60 });
  await Promise.all([1, 2, 3].map(() => decodeImage(file, { side: 500 })));
  expect(sharp.cache()).toMatchObject({ memory: { max: 40 }, items: { current: 0, max: 60 } });
  const decoding = decodeImage(file, { side: 500 });
  // Once it has begun.
  while (sharp.cache().items.max > 0) await new Promise((resolve) => setImmediate(resolve));
  sharp.cache({ memory: 20, files: 5, items: 30 });
  await decoding;
  expect(sharp.cache()).toMatchObject({ memory: { max: 20 }, files: { max: 5 }, items: { max: 30 } });
});
