import { expect, test } from 'vitest';
import { goldenImage } from './golden-image.ts';

test('is the picture of the formula', () => {
  const { data, width, height, channels } = goldenImage();
  expect([width, height, channels, data.length]).toEqual([200, 150, 3, 90_000]);
  expect([...data.slice(0, 3)]).toEqual([0, 53, 106]);
  // x = 199, y = 149: column 24, row 18, so 888 + 1638 + 4752 = 7278, and 7278 mod 256 = 110.
  expect([...data.slice(-3)]).toEqual([110, 163, 216]);
});
