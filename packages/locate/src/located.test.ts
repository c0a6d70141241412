import { assertCorners, type Corners } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import golden from '../fixtures/golden-maps.json' with { type: 'json' };
import { grid, mapsLength } from './layout.ts';
import { adviceFor, located } from './located.ts';

const at = (x: number, y: number) => ({ x, y });
const sure = [5, -5];

/** Maps that show a rectangle, in shares of the photo's sides. */
function rectangle(left: number, top: number, right: number, bottom: number): Float32Array {
  const cell = (share: number) => (share * 160 + 16) / 4;
  const maps = new Float32Array(mapsLength).fill(-8);
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const [x, y] = [column + 0.5, row + 0.5];
      if (x > cell(left) && x < cell(right) && y > cell(top) && y < cell(bottom))
        maps[row * grid + column] = 8;
    }
  }
  return maps;
}

function boundsOf(corners: Corners) {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function expectBounds(corners: Corners | undefined, expected: readonly number[], tolerance: number) {
  boundsOf(corners!).forEach((bound, i) => {
    expect(Math.abs(bound - expected[i]!)).toBeLessThan(tolerance);
  });
}

describe('located', () => {
  it('answers in pixels of the picture, whatever its shape', () => {
    const { quads, advice } = located(
      { maps: rectangle(0.25, 0.25, 0.75, 0.75), confidence: sure },
      { width: 4000, height: 1000 },
    );
    expectBounds(quads[0]?.corners, [1000, 250, 3000, 750], 25);
    expect(advice).toEqual([]);
  });

  it('answers in the picture for a look at a part of it', () => {
    const within: Corners = [at(100, 100), at(500, 100), at(500, 300), at(100, 300)];
    const { quads } = located(
      { maps: rectangle(0.25, 0.25, 0.75, 0.75), confidence: sure },
      { width: 4000, height: 1000 },
      { within },
    );
    expectBounds(quads[0]?.corners, [200, 150, 400, 250], 6);
  });

  it('is honest about none: the chance decides, and says so', () => {
    const shown = rectangle(0.25, 0.25, 0.75, 0.75);
    const none = located({ maps: shown, confidence: [-3, -5] }, { width: 400, height: 400 });
    expect(none.quads).toEqual([]);
    expect(none.advice).toEqual(['nothing-found']);
    expect(none.documentChance).toBeCloseTo(1 / (1 + Math.exp(3)), 12);
    expect(none.wholeChance).toBeCloseTo(1 / (1 + Math.exp(5)), 12);
  });

  it('says what a hand could do better', () => {
    const small = [at(10, 10), at(137, 10), at(137, 400), at(10, 400)] as const;
    const leaving = [at(-30, 10), at(500, 10), at(500, 400), at(-30, 400)] as const;
    const size = { width: 1000, height: 1000 };
    expect(adviceFor(small, size)).toEqual(['too-small']);
    expect(adviceFor(leaving, size)).toEqual(['out-of-frame']);
    expect(adviceFor(undefined, size)).toEqual(['nothing-found']);
  });

  it('a page that fills the frame to the pixel is its picture, and neither small nor outside', () => {
    const { quads, advice } = located(
      { maps: rectangle(0, 0, 1, 1), confidence: [5, 5] },
      { width: 1240, height: 1754 },
    );
    expectBounds(quads[0]?.corners, [0, 0, 1240, 1754], 25);
    expect(advice).toEqual([]);
  });

  it.each([
    [1, 20_000],
    [20_000, 1],
    [1, 1],
    [720, 1280],
  ])('gives corners that can be cut out, or none, in a picture of %i x %i', (width, height) => {
    for (const { maps } of golden) {
      const values = Float32Array.from(
        atob(maps),
        (character) => ((character.charCodeAt(0) << 24) >> 24) / 8,
      );
      for (const { corners } of located({ maps: values, confidence: sure }, { width, height }, { count: 16 })
        .quads) {
        assertCorners(corners);
        for (const { x, y } of corners) {
          expect(Math.abs(x / width - 0.5)).toBeLessThanOrEqual(1);
          expect(Math.abs(y / height - 0.5)).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it('refuses maps, chances, sizes and parts that are none', () => {
    const maps = rectangle(0.25, 0.25, 0.75, 0.75);
    const size = { width: 10, height: 10 };
    const refused = expect.objectContaining({ name: 'PreprocessError', code: 'INVALID_ARGUMENT' });
    expect(() => located({ maps: maps.subarray(1), confidence: sure }, size)).toThrow(refused);
    expect(() => located({ maps: maps.map(() => Number.NaN), confidence: sure }, size)).toThrow(refused);
    expect(() => located({ maps, confidence: [1] }, size)).toThrow(refused);
    expect(() => located({ maps, confidence: [1, Infinity] }, size)).toThrow(refused);
    expect(() => located({ maps, confidence: sure }, { width: 0, height: 10 })).toThrow(refused);
    const crossing = [at(0, 0), at(4, 4), at(4, 0), at(0, 4)] as const;
    expect(() => located({ maps, confidence: sure }, size, { within: crossing })).toThrow(
      expect.objectContaining({ code: 'INVALID_CORNERS' }),
    );
  });
});
