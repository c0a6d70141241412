import { goldenImage } from '@docclf/preprocess';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePng } from './golden-png.ts';

test('libpng reads the pixels that went in', async () => {
  const image = goldenImage();
  const { data, info } = await sharp(encodePng(image)).raw().toBuffer({ resolveWithObject: true });
  expect([info.format, info.width, info.height, info.channels]).toEqual(['raw', 200, 150, 3]);
  expect([...data]).toEqual([...image.data]);
});
