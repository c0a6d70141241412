import { expect, it } from 'vitest';
import { isPlausible } from './plausible.ts';

const size = { width: 200, height: 100 };

it.each([
  ['as it lies', 0, true],
  ['with two fifths beside the picture', 80, true],
  ['with three fifths beside it', 120, false],
  ['wholly beside it', 250, false],
])('a reference %s: %s pixels to the right, %s', (_, right, plausible) => {
  expect(isPlausible([1, 0, right, 0, 1, 0, 0, 0, 1], size, size)).toBe(plausible);
});

it('a reference in a mirror is not plausible, nor one behind the camera', () => {
  expect(isPlausible([-1, 0, 200, 0, 1, 0, 0, 0, 1], size, size)).toBe(false);
  expect(isPlausible([1, 0, 0, 0, 1, 0, -0.02, 0, 1], size, size)).toBe(false);
});
