import { describe, expect, it } from 'vitest';
import { type Announced, createVote, defaultVote, includes } from './voting.ts';

/** What is announced after each frame, with a window of 5 of which 4 announce and fewer than 2 take back. */
function announcements(...frames: (string | null)[]): Announced[] {
  const vote = createVote({ window: 5, enter: 4, leave: 2 });
  return frames.map((label) => vote.cast(label));
}

describe('createVote', () => {
  it('announces once enough frames agree', () => {
    expect(announcements('id', 'id', 'id', 'id')).toEqual([undefined, undefined, undefined, 'id']);
  });

  it('is not moved by a bad frame', () => {
    expect(announcements('id', 'id', 'id', 'id', null, 'x', 'id').slice(3)).toEqual(['id', 'id', 'id', 'id']);
  });

  it('announces unknown by the same rule', () => {
    expect(announcements(null, null, null, null).at(-1)).toBeNull();
  });

  it('goes from one label to another without a gap when it is clear', () => {
    const frames = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];
    expect(announcements(...frames).slice(3)).toEqual(['a', 'a', 'a', 'a', 'b']);
  });

  it('takes back what too few frames still say, when they agree on nothing else', () => {
    const frames = ['a', 'a', 'a', 'a', 'b', 'c', 'b', 'c'];
    // In the window after the last frame: a, b, c, b, c.
    expect(announcements(...frames).slice(3)).toEqual(['a', 'a', 'a', 'a', undefined]);
  });

  it('announces what sub-labels that waver have in common', () => {
    expect(announcements('form/1', 'form/2', 'form/1', 'form/2').at(-1)).toBe('form');
  });

  it('goes deeper when the frames agree, and keeps the depth while some do', () => {
    const vote = createVote({ window: 5, enter: 4, leave: 2 });
    const cast = (...labels: string[]) => labels.map((label) => vote.cast(label)).at(-1);
    expect(cast('form', 'form', 'form', 'form/1')).toBe('form');
    expect(cast('form/1', 'form/1', 'form/1')).toBe('form/1');
    expect(cast('form', 'form', 'form')).toBe('form/1');
    expect(cast('form')).toBe('form');
  });

  it('does not take a label for the ancestor of one that only begins alike', () => {
    expect(announcements('id', 'idea', 'id', 'idea').at(-1)).toBeUndefined();
  });

  it('prefers a label to unknown only by votes', () => {
    expect(announcements('a', null, 'a', null, null).at(-1)).toBeUndefined();
  });

  it.each([
    { window: 4, enter: 2, leave: 1 },
    { window: 4, enter: 5, leave: 1 },
    { window: 5, enter: 3, leave: 3 },
    { window: 5, enter: 3, leave: 0 },
  ])('refuses rules by which two could win or one could flicker: %o', (options) => {
    expect(() => createVote(options)).toThrow(RangeError);
  });

  it('has usable defaults', () => {
    expect(() => createVote(defaultVote)).not.toThrow();
  });
});

it('includes sub-labels by segment', () => {
  expect(includes('a', 'a/b')).toBe(true);
  expect(includes('a', 'a')).toBe(true);
  expect(includes('a', 'ab')).toBe(false);
  expect(includes('a/b', 'a')).toBe(false);
  expect(includes(null, null)).toBe(true);
  expect(includes(null, 'a')).toBe(false);
  expect(includes('a', null)).toBe(false);
});
