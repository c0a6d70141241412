import { expect, it } from 'vitest';
import { type GuideShape, guideIn } from './guide.ts';

const aspects: [GuideShape, number][] = [
  ['page', 210 / 297],
  ['card', 85.6 / 53.98],
  ['slip', 0.48],
];

it.each(aspects)('a %s lies whole in the middle of pictures of any shape', (shape, aspect) => {
  for (const [width, height] of [
    [1280, 720],
    [720, 1280],
    [640, 480],
    [500, 500],
  ] as const) {
    const guide = guideIn(width, height, shape);
    expect(guide.width / guide.height).toBeCloseTo(aspect, 1);
    expect(guide.left).toBeGreaterThan(0);
    expect(guide.top).toBeGreaterThan(0);
    expect(Math.abs(guide.left - (width - guide.left - guide.width))).toBeLessThanOrEqual(1);
    expect(Math.abs(guide.top - (height - guide.top - guide.height))).toBeLessThanOrEqual(1);
    // As large as fits: one side reaches to the border.
    expect(Math.max(guide.width / width, guide.height / height)).toBeCloseTo(0.92, 2);
  }
});

it('is the whole picture when asked', () => {
  expect(guideIn(640, 480, 'all')).toEqual({ left: 0, top: 0, width: 640, height: 480 });
});
