import { describe, expect, it } from 'vitest';
import { areaOf, clockwise, hullOf, intersection, isConvex, meet, overlapOf } from './polygon.ts';

const at = (x: number, y: number) => ({ x, y });
const square = (x: number, y: number, side: number) => [
  at(x, y),
  at(x + side, y),
  at(x + side, y + side),
  at(x, y + side),
];

describe('polygons', () => {
  it('a clockwise area is positive, with y down', () => {
    expect(areaOf(square(0, 0, 3))).toBe(9);
    expect(areaOf(square(0, 0, 3).reverse())).toBe(-9);
  });

  it('two squares of side 2 shifted by 1 on both axes share 1 of 7', () => {
    expect(overlapOf(square(0, 0, 2), square(1, 1, 2))).toBeCloseTo(1 / 7, 12);
    expect(overlapOf(square(0, 0, 2), square(0, 0, 2))).toBeCloseTo(1, 12);
    expect(overlapOf(square(0, 0, 2), square(5, 5, 2))).toBe(0);
    expect(intersection(square(0, 0, 2), square(5, 5, 2))).toEqual([]);
  });

  it('a square and the same square on its tip share an octagon of 8 (sqrt(2) - 1) of its area 4', () => {
    const r = Math.SQRT2;
    const tip = [at(0, -r), at(r, 0), at(0, r), at(-r, 0)];
    expect(areaOf(intersection(square(-1, -1, 2), tip))).toBeCloseTo(8 * (Math.SQRT2 - 1), 12);
  });

  it('the hull leaves out what is inside and what is on a side', () => {
    const points = [...square(0, 0, 4), at(2, 2), at(2, 0), at(4, 1)];
    const hull = hullOf(points);
    expect(hull).toHaveLength(4);
    expect(areaOf(hull)).toBe(16);
  });

  it('clockwise begins nowhere in particular but goes round', () => {
    const mixed = clockwise([at(4, 4), at(0, 0), at(0, 4), at(4, 0)]);
    expect(areaOf(mixed)).toBe(16);
    expect(isConvex(mixed)).toBe(true);
  });

  it('refuses crossing, straight, dented and mirrored quads as convex', () => {
    expect(isConvex([at(0, 0), at(4, 4), at(4, 0), at(0, 4)])).toBe(false);
    expect(isConvex([at(0, 0), at(2, 0), at(4, 0), at(0, 4)])).toBe(false);
    expect(isConvex([at(0, 0), at(4, 0), at(1, 1), at(0, 4)])).toBe(false);
    expect(isConvex(square(0, 0, 2).reverse())).toBe(false);
  });

  it('lines meet where they cross, parallels nowhere', () => {
    expect(meet(at(0, 0), at(1, 1), at(4, 0), at(-1, 1))).toEqual(at(2, 2));
    expect(meet(at(0, 0), at(1, 1), at(4, 0), at(2, 2))).toBeUndefined();
    expect(meet(at(0, 0), at(0, 0), at(4, 0), at(2, 2))).toBeUndefined();
  });
});
