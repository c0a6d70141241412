import { describe, expect, it } from 'vitest';
import { thrownCode } from './testing.ts';
import { mayBeNegative, type Variation, vary as varyBy } from './variations.ts';

/** Two channels of 3 x 3. Turned by hand: the top-left corner of a picture that is turned clockwise goes right. */
const shape = { channels: 2, width: 3, height: 3 };
const picture = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90);

/** As a share x of full light is kept: (x - 0.4) / 0.2 in the first channel, (x - 0.5) / 0.1 in the second. */
const scale = { mean: [0.4, 0.5], std: [0.2, 0.1] };
const vary = (tensor: Float32Array, of: typeof shape, variation: Variation) =>
  varyBy(tensor, of, scale, variation);

describe('vary', () => {
  it.each([
    [90, [7, 4, 1, 8, 5, 2, 9, 6, 3, 70, 40, 10, 80, 50, 20, 90, 60, 30]],
    [180, [9, 8, 7, 6, 5, 4, 3, 2, 1, 90, 80, 70, 60, 50, 40, 30, 20, 10]],
    [270, [3, 6, 9, 2, 5, 8, 1, 4, 7, 30, 60, 90, 20, 50, 80, 10, 40, 70]],
  ] as const)('turns by %i degrees clockwise', (turn, expected) => {
    expect([...vary(picture, shape, { turn })]).toEqual(expected);
  });

  it('paints a region over with its mean, channel by channel', () => {
    const hide = { x: 1 / 3, y: 0, width: 2 / 3, height: 2 / 3 };
    expect([...vary(picture, shape, { hide })]).toEqual([
      1, 4, 4, 4, 4, 4, 7, 8, 9, 10, 40, 40, 40, 40, 40, 70, 80, 90,
    ]);
  });

  it('hides where the picture lies and turns afterwards', () => {
    const hide = { x: 1 / 3, y: 0, width: 2 / 3, height: 2 / 3 };
    const hidden = vary(picture, shape, { hide });
    expect(vary(picture, shape, { hide, turn: 90 })).toEqual(vary(hidden, shape, { turn: 90 }));
  });

  it('leaves the picture alone, also when the region is empty', () => {
    const before = picture.slice();
    expect(vary(picture, shape, { hide: { x: 0.5, y: 0.5, width: 0, height: 0.5 } })).toEqual(before);
    vary(picture, shape, { hide: { x: 0, y: 0, width: 1, height: 1 }, turn: 180 });
    expect(picture).toEqual(before);
  });

  it('refuses to turn what is not square', () => {
    const oblong = { channels: 1, width: 2, height: 1 };
    expect(thrownCode(() => vary(Float32Array.of(1, 2), oblong, { turn: 90 }))).toBe('INVALID_ARGUMENT');
  });

  it('inverts light and not numbers, and what is hidden too', () => {
    const pixels = { channels: 2, width: 2, height: 1 };
    const tensor = (...light: number[]) =>
      Float32Array.from(light, (x, i) => (i < 2 ? (x - 0.4) / 0.2 : (x - 0.5) / 0.1));
    const inverted = vary(tensor(0.1, 0.7, 0, 1), pixels, { invert: true });
    tensor(0.9, 0.3, 1, 0).forEach((value, i) => {
      expect(inverted[i]).toBeCloseTo(value, 5);
    });
    const all = { x: 0, y: 0, width: 1, height: 1 };
    const hidden = vary(tensor(0.1, 0.7, 0, 1), pixels, { hide: all, invert: true, turn: undefined });
    tensor(0.6, 0.6, 0.5, 0.5).forEach((value, i) => {
      expect(hidden[i]).toBeCloseTo(value, 5);
    });
  });
});

it('takes for a negative what is a quarter as light as it could be, over all channels', () => {
  const pixel = { channels: 2, width: 1, height: 1 };
  const isDark = (first: number, second: number) =>
    mayBeNegative(Float32Array.of((first - 0.4) / 0.2, (second - 0.5) / 0.1), pixel, scale);
  expect([isDark(0.2, 0.28), isDark(0.2, 0.32), isDark(0, 0), isDark(1, 1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
