import { describe, expect, it } from 'vitest';
import golden from '../fixtures/golden-maps.json' with { type: 'json' };
import { hypothesesOf } from './hypotheses.ts';
import { grid, mapsLength } from './layout.ts';

/** Maps are kept as eighths of a logit, a byte each. */
function mapsOf(text: string): Float32Array {
  return Float32Array.from(atob(text), (character) => ((character.charCodeAt(0) << 24) >> 24) / 8);
}

/** Logits of an area of ones in nothing, and of a corner map each with one peak. */
function drawn(inside: (x: number, y: number) => boolean, corners: readonly (readonly [number, number])[]) {
  const maps = new Float32Array(mapsLength).fill(-8);
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      if (inside(column + 0.5, row + 0.5)) maps[row * grid + column] = 8;
    }
  }
  corners.forEach(([x, y], i) => {
    maps[(i + 1) * grid * grid + Math.floor(y) * grid + Math.floor(x)] = 8;
  });
  return maps;
}

describe('the quads of golden maps are those of the training code', () => {
  for (const { name, maps, hypotheses } of golden) {
    it(name, () => {
      const found = hypothesesOf(mapsOf(maps), 4);
      expect(found.length).toBe(hypotheses.length);
      found.forEach(({ corners, score, turns }, i) => {
        const expected = hypotheses[i]!;
        expect(score).toBeCloseTo(expected.score, 4);
        corners.forEach(({ x, y }, k) => {
          expect(x).toBeCloseTo(expected.corners[k]![0]!, 3);
          expect(y).toBeCloseTo(expected.corners[k]![1]!, 3);
        });
        turns.forEach((turn, k) => {
          expect(turn).toBeCloseTo(expected.turns[k]!, 4);
        });
      });
    });
  }
});

describe('hypothesesOf', () => {
  it('takes the corners where the peaks are, and begins at the one on the first map', () => {
    const inside = (x: number, y: number) => x > 10 && x < 30 && y > 8 && y < 36;
    // The document lies on its side: its top left is the picture's bottom left.
    const maps = drawn(inside, [
      [10.5, 35.5],
      [10.5, 8.5],
      [29.5, 8.5],
      [29.5, 35.5],
    ]);
    const [best] = hypothesesOf(maps, 4);
    const places = best!.corners.map(({ x, y }) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
    expect(places).toEqual([
      [10.5, 35.5],
      [10.5, 8.5],
      [29.5, 8.5],
      [29.5, 35.5],
    ]);
    expect(best!.turns[0]).toBeGreaterThan(0.99);
    expect(best!.turns.reduce((sum, turn) => sum + turn, 0)).toBeCloseTo(1, 12);
  });

  it('finds four sides where no map shows a corner', () => {
    const maps = drawn((x, y) => x > 10 && x < 30 && y > 8 && y < 36, []);
    const [best] = hypothesesOf(maps, 4);
    const xs = best!.corners.map(({ x }) => x).sort((a, b) => a - b);
    const ys = best!.corners.map(({ y }) => y).sort((a, b) => a - b);
    for (const [i, x] of [10, 10, 30, 30].entries()) expect(xs[i]).toBeCloseTo(x, 1);
    for (const [i, y] of [8, 8, 36, 36].entries()) expect(ys[i]).toBeCloseTo(y, 1);
  });

  it('draws the sides of a document that reaches out of the maps to a corner outside', () => {
    // A square on its tip: the sides are x - y = 24, x + y = 24, x - y = -24 and x + y = 88, so its right tip is at (56, 32).
    const inside = (x: number, y: number) => x - y < 24 && x + y > 24 && x - y > -24 && x + y < 88;
    const [best] = hypothesesOf(drawn(inside, []), 4);
    const right = best!.corners.reduce((a, b) => (b.x > a.x ? b : a));
    expect(right.x).toBeGreaterThan(54);
    expect(right.x).toBeLessThan(58);
    expect(Math.abs(right.y - 32)).toBeLessThan(1.5);
  });

  it('gives no two quads that are nearly one, and not more than asked for', () => {
    for (const { maps } of golden) {
      expect(hypothesesOf(mapsOf(maps), 2).length).toBeLessThanOrEqual(2);
    }
  });

  it.each([
    ['nothing anywhere', () => new Float32Array(mapsLength).fill(-8)],
    ['the mask everywhere', () => new Float32Array(mapsLength).fill(8)],
    ['zeros', () => new Float32Array(mapsLength)],
    ['a single cell', () => drawn((x, y) => x === 20.5 && y === 20.5, [])],
    ['a line one cell thick', () => drawn((x) => x === 20.5, [])],
    [
      'peaks in one line',
      () =>
        drawn(
          () => false,
          [
            [5, 5],
            [10, 10],
            [20, 20],
            [30, 30],
          ],
        ),
    ],
    [
      'peaks in one place',
      () =>
        drawn(
          () => false,
          [
            [5, 5],
            [5, 5],
            [5, 5],
            [5, 5],
          ],
        ),
    ],
    ['a checkerboard', () => drawn((x, y) => (Math.floor(x) + Math.floor(y)) % 2 === 0, [])],
  ] as const)('ends with convex, finite quads or none: %s', (_, make) => {
    for (const { corners, score, turns } of hypothesesOf(make(), 16)) {
      expect(Number.isFinite(score)).toBe(true);
      expect(turns.every((turn) => turn >= 0 && turn <= 1)).toBe(true);
      expect(corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    }
  });
});
