import { expect, test } from 'vitest';
import { assertCorners, type Corners } from './corners.ts';
import { homography, mapPoint } from './homography.ts';

const card = corners([120, 80], [610, 130], [580, 450], [90, 390]);
const frame = corners([0, 0], [200, 0], [200, 150], [0, 150]);

test.each([
  ['a rectangle to a tilted card', frame, card],
  ['a tilted card to a rectangle', card, frame],
  ['a card on its side', corners([610, 130], [580, 450], [90, 390], [120, 80]), frame],
  ['a steep view', corners([400, 10], [410, 10], [900, 1000], [-100, 1000]), frame],
  [
    'tiny to huge',
    corners([0, 0], [1e-3, 0], [1e-3, 2e-3], [0, 1e-3]),
    corners([0, 0], [1e5, 9], [1e5, 1e5], [3, 9e4]),
  ],
  [
    'far from the origin',
    corners([1e6, 1e6], [1e6 + 300, 1e6], [1e6 + 310, 1e6 + 200], [1e6, 1e6 + 190]),
    frame,
  ],
])('maps the corners exactly and back: %s', (_, from, to) => {
  const size = Math.max(...to.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  const there = homography(from, to);
  const back = homography(to, from);
  from.forEach(({ x, y }, i) => {
    const mapped = mapPoint(there, x, y);
    expect(Math.abs(mapped.x - to[i]!.x)).toBeLessThan(1e-8 * size);
    expect(Math.abs(mapped.y - to[i]!.y)).toBeLessThan(1e-8 * size);
  });
  const centre = mapPoint(there, (from[0].x + from[2].x) / 2, (from[0].y + from[2].y) / 2);
  const returned = mapPoint(back, centre.x, centre.y);
  expect(returned.x).toBeCloseTo((from[0].x + from[2].x) / 2, 5);
});

test('is the identity between equal corners', () => {
  homography(card, card).forEach((value, i) => {
    expect(value).toBeCloseTo(i % 4 === 0 ? 1 : 0, 9);
  });
});

test('works where the origin maps to infinity, which a plain 8 x 8 solve cannot express', () => {
  // The sides of this trapezium meet at the origin, on the line that the frame's map sends away.
  const trapezium = corners([-10, 100], [10, 100], [30, 300], [-30, 300]);
  const matrix = homography(trapezium, frame);
  trapezium.forEach(({ x, y }, i) => {
    const mapped = mapPoint(matrix, x, y);
    expect(mapped.x).toBeCloseTo(frame[i]!.x, 6);
    expect(mapped.y).toBeCloseTo(frame[i]!.y, 6);
  });
});

test.each<[string, Corners, RegExp]>([
  ['NaN', corners([0, 0], [Number.NaN, 0], [1, 1], [0, 1]), /finite/],
  ['infinity', corners([0, 0], [Infinity, 0], [1, 1], [0, 1]), /finite/],
  ['three points', corners([0, 0], [1, 0], [1, 1]), /four points/],
  ['two equal corners', corners([0, 0], [0, 0], [1, 1], [0, 1]), /in a line.*repeated/],
  ['four equal corners', corners([3, 3], [3, 3], [3, 3], [3, 3]), /in a line/],
  ['three corners in a line', corners([0, 0], [5, 0], [10, 0], [0, 10]), /in a line/],
  ['mirrored order', corners([0, 0], [0, 1], [1, 1], [1, 0]), /clockwise.*mirrored.*top left, top right/],
  ['reading order', corners([0, 0], [1, 0], [0, 1], [1, 1]), /cross over.*top left, top right/],
  ['a dent', corners([0, 0], [10, 0], [2, 2], [0, 10]), /convex.*one corner/],
])('refuses %s', (_, bad, message) => {
  for (const act of [() => assertCorners(bad), () => homography(bad, frame), () => homography(frame, bad)]) {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_CORNERS' }));
  }
});

function corners(...points: [x: number, y: number][]): Corners {
  return points.map(([x, y]) => ({ x, y })) as unknown as Corners;
}
