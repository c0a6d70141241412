import { describe, expect, it } from 'vitest';
import { thrownCode } from './testing.ts';
import { vary } from './variations.ts';

/** Two channels of 3 x 3. Turned by hand: the top-left corner of a picture that is turned clockwise goes right. */
const shape = { channels: 2, width: 3, height: 3 };
const picture = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90);

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
});
