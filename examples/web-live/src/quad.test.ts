import type { Corners } from '@docclf/web';
import { expect, it } from 'vitest';
import { firstOutline, placeOf, withCorner } from './quad.ts';

const picture = { width: 100, height: 200 };
const outline = firstOutline(picture);

it('begins a little inside of the picture, clockwise from the top left', () => {
  expect(outline).toEqual([
    { x: 12, y: 24 },
    { x: 88, y: 24 },
    { x: 88, y: 176 },
    { x: 12, y: 176 },
  ]);
});

it('moves one corner and leaves the others', () => {
  const moved = withCorner(outline, 1, { x: 95, y: 5 }, picture)!;
  expect(moved[1]).toEqual({ x: 95, y: 5 });
  expect([moved[0], moved[2], moved[3]]).toEqual([outline[0], outline[2], outline[3]]);
});

it('keeps corners in the picture', () => {
  expect(withCorner(outline, 0, { x: -40, y: 500 }, picture)).toBeUndefined();
  expect(withCorner(outline, 2, { x: 400, y: 500 }, picture)![2]).toEqual({ x: 100, y: 200 });
});

it.each([
  ['crosses another', { x: 99, y: 24 }],
  ['lies on another', { x: 88, y: 24 }],
  ['lies inside of the others', { x: 60, y: 120 }],
])('refuses a corner that %s', (_, place) => {
  expect(withCorner(outline, 0, place, picture)).toBeUndefined();
});

it('names corners by where they are, whichever way up the document lies', () => {
  const onItsHead = [outline[2], outline[3], outline[0], outline[1]] as unknown as Corners;
  expect(onItsHead.map((corner) => placeOf(corner, onItsHead))).toEqual([
    'Bottom right',
    'Bottom left',
    'Top left',
    'Top right',
  ]);
});
