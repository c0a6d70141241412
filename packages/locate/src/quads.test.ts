import type { Corners } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import { angleOf, insetCorners, mapCorners, turnCorners, wholeOf } from './quads.ts';

const at = (x: number, y: number) => ({ x, y });
const sheet: Corners = [at(10, 20), at(110, 20), at(110, 220), at(10, 220)];

function expectCorners(found: Corners, expected: readonly (readonly [number, number])[]) {
  found.forEach(({ x, y }, i) => {
    expect(x).toBeCloseTo(expected[i]![0], 9);
    expect(y).toBeCloseTo(expected[i]![1], 9);
  });
}

describe('quads', () => {
  it('a turn begins at the next corner, four are none', () => {
    expect(turnCorners(sheet, 1)[0]).toBe(sheet[1]);
    expect(turnCorners(sheet, -1)[0]).toBe(sheet[3]);
    expect(turnCorners(sheet, 4)).toEqual(sheet);
  });

  it('an inset takes its share of each side, a negative one adds it', () => {
    expectCorners(insetCorners(sheet, 0.1), [
      [20, 40],
      [100, 40],
      [100, 200],
      [20, 200],
    ]);
    expectCorners(insetCorners(sheet, -0.1), [
      [0, 0],
      [120, 0],
      [120, 240],
      [0, 240],
    ]);
  });

  it('an inset of half in perspective ends where the diagonals cross', () => {
    const tilted: Corners = [at(0, 0), at(100, 20), at(100, 80), at(0, 100)];
    const inner = insetCorners(tilted, 0.4999999);
    // The diagonals (0, 0) to (100, 80) and (100, 20) to (0, 100) cross at x = 62.5.
    for (const corner of inner) {
      expect(corner.x).toBeCloseTo(62.5, 3);
      expect(corner.y).toBeCloseTo(50, 3);
    }
    for (const share of [0.5, -1, Number.NaN]) expect(() => insetCorners(tilted, share)).toThrow(RangeError);
  });

  it('a quad found in a cut-out goes back to where it lies in the picture', () => {
    const unit = wholeOf({ width: 1, height: 1 });
    const left: Corners = [at(0, 0), at(0.5, 0), at(0.5, 1), at(0, 1)];
    expectCorners(mapCorners(left, unit, sheet), [
      [10, 20],
      [60, 20],
      [60, 220],
      [10, 220],
    ]);
    // A cut-out of a document that lies on its side: its top is the picture's right.
    expectCorners(mapCorners(left, unit, turnCorners(sheet, 1)), [
      [110, 20],
      [110, 120],
      [10, 120],
      [10, 20],
    ]);
  });

  it.each([0, 1, 2, 3])('the angle is clockwise: %i quarters', (turns) => {
    expect(angleOf(turnCorners(sheet, turns))).toBe(turns * 90);
  });

  it('an angle is never 360', () => {
    expect(angleOf([at(0, 1e-18), at(1, 0), at(1, 1), at(0, 1)])).toBe(0);
  });
});
