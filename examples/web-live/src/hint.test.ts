import { expect, it } from 'vitest';
import { createSteady, hintFor } from './hint.ts';

it('says the first thing to do, and only that', () => {
  expect(hintFor([], undefined, false)).toBeUndefined();
  expect(hintFor(['too-small', 'out-of-frame'], undefined, false)).toMatch(/^Move back/);
  expect(hintFor(['too-small'], 'glare', false)).toBe('Come closer');
  expect(hintFor([], 'glare', false)).toMatch(/^Glare/);
  expect(hintFor(['nothing-found'], 'dark', false)).toMatch(/^Too dark/);
});

it('leaves in peace who is understood', () => {
  expect(hintFor(['too-small'], 'dark', true)).toBeUndefined();
});

it('changes its mind only when it was told so often enough', () => {
  const steady = createSteady<string>(3);
  expect(['a', 'a', 'a', 'b', 'b', 'a', 'b', 'b', 'b'].map(steady)).toEqual([
    undefined,
    undefined,
    'a',
    'a',
    'a',
    'a',
    'a',
    'a',
    'b',
  ]);
});
