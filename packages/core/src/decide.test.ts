import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { Match } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import type { ResolvedThreshold } from './thresholds.ts';

const threshold: ResolvedThreshold = { value: 0.8, origin: 'given' };
const match = (label: string, score: number) => ({ id: `${label}#1`, label, score });

describe('decide', () => {
  it('accepts the best label at or above the threshold', () => {
    expect(decide([match('bank/form', 0.875), match('bank/card', 0.75)], threshold)).toEqual({
      status: 'accepted',
      label: 'bank/form',
      path: ['bank', 'form'],
      backedOffFrom: null,
      score: 0.875,
      threshold,
      margin: 0.125,
      marginOutside: 0.125,
      referenceId: 'bank/form#1',
      candidates: [
        { label: 'bank/form', score: 0.875, referenceId: 'bank/form#1' },
        { label: 'bank/card', score: 0.75, referenceId: 'bank/card#1' },
      ],
      negative: null,
      reason: 'above-threshold',
      oneOf: [],
    });
    expect(decide([match('a', 0.8)], threshold).status).toBe('accepted');
  });

  it('answers unknown below it and keeps what came nearest', () => {
    expect(decide([match('a', 0.75), match('b', 0.5)], threshold)).toEqual({
      status: 'unknown',
      label: null,
      path: [],
      backedOffFrom: null,
      score: 0.75,
      threshold,
      margin: 0.25,
      marginOutside: null,
      referenceId: 'a#1',
      candidates: [
        { label: 'a', score: 0.75, referenceId: 'a#1' },
        { label: 'b', score: 0.5, referenceId: 'b#1' },
      ],
      negative: null,
      reason: 'below-threshold',
      oneOf: [],
    });
  });

  it('has no margin when there is no other label', () => {
    expect(decide([match('a', 0.9)], threshold)).toMatchObject({ label: 'a', margin: null });
  });

  it('answers unknown for an empty gallery', () => {
    expect(decide([], threshold)).toEqual({
      status: 'unknown',
      label: null,
      path: [],
      backedOffFrom: null,
      score: null,
      threshold,
      margin: null,
      marginOutside: null,
      referenceId: null,
      candidates: [],
      negative: null,
      reason: 'empty-gallery',
      oneOf: [],
    });
  });

  it('does not choose between two labels of the same score', () => {
    const decision = decide([match('a', 0.9), match('b', 0.9)], threshold);
    expect(decision).toMatchObject({ status: 'unknown', label: null, margin: 0, reason: 'tied-labels' });
    expect(decision.oneOf).toEqual(['a', 'b']);
    expect(decision.candidates).toHaveLength(2);
  });

  it('reports a tie below the threshold as below it', () => {
    expect(decide([match('a', 0.5), match('b', 0.5)], threshold).reason).toBe('below-threshold');
  });

  it('never accepts a score that is not a number', () => {
    expect(decide([match('a', Number.NaN)], threshold).status).toBe('unknown');
  });
});

describe('the deepest label that is certain', () => {
  // Multiples of 1/64, so that differences are exact.
  const at = (sixtyFourths: number) => sixtyFourths / 64;
  const margin = at(2);
  const matches = (scores: Readonly<Record<string, number>>) =>
    Object.entries(scores).map(([label, score]) => match(label, at(score)));

  it.each<[string, Record<string, number>, string | null, string, number | null]>([
    ['the best label, apart by the margin', { 'a/x': 60, 'a/y': 58 }, 'a/x', 'above-threshold', 2],
    ['the parent of two that are not', { 'a/x': 60, 'a/y': 59, b: 50 }, 'a', 'backed-off', 10],
    ['a root with nothing outside', { 'a/x': 60, 'a/y': 59 }, 'a', 'backed-off', null],
    [
      'the nearest ancestor and not the root',
      { 'a/b/x': 60, 'a/b/y': 59, 'a/z': 50 },
      'a/b',
      'backed-off',
      10,
    ],
    [
      'an ancestor further up, when the parent has a rival',
      { 'a/b/x': 60, 'a/c': 59, d: 50 },
      'a',
      'backed-off',
      10,
    ],
    ['a rival behind the next label', { 'a/b/x': 60, 'a/b/y': 60, 'a/c': 59, d: 50 }, 'a', 'backed-off', 10],
    // Otherwise a rival from outside would make the answer less certain and deeper at once.
    [
      'the best, when its ancestors have a rival from outside',
      { 'a/x': 60, 'a/y': 59, b: 59 },
      'a/x',
      'above-threshold',
      1,
    ],
    ['the best, when only an unrelated label is near', { a: 60, b: 59 }, 'a', 'above-threshold', 1],
    ['a label whose sub-label is near', { a: 60, 'a/stained': 59, b: 50 }, 'a', 'above-threshold', 10],
    ['a label whose sub-label is nearer', { 'a/stained': 60, a: 59, b: 50 }, 'a', 'backed-off', 10],
    ['an ancestor for a tie within it', { 'a/x': 60, 'a/y': 60, b: 50 }, 'a', 'backed-off', 10],
    ['an ancestor for a tie, even if a rival is near', { 'a/x': 60, 'a/y': 60, b: 59 }, 'a', 'backed-off', 1],
    ['nothing for a tie without an ancestor', { 'a/x': 60, 'b/x': 60 }, null, 'tied-labels', null],
    ['nothing for a tie of three, one outside', { 'a/x': 60, 'a/y': 60, b: 60 }, null, 'tied-labels', null],
    ['nothing for labels alike as strings only', { ab: 60, 'ab-c': 60 }, null, 'tied-labels', null],
    ['nothing below the threshold', { 'a/x': 50, 'a/y': 50 }, null, 'below-threshold', null],
  ])('is %s', (_, scores, label, reason, outside) => {
    const all = matches(scores);
    const decision = decide(all, threshold, { margin });
    expect(decision).toMatchObject({ label, reason, status: label === null ? 'unknown' : 'accepted' });
    expect(decision.path.join('/')).toBe(label ?? '');
    expect(decision.marginOutside).toBe(outside === null ? null : at(outside));
    expect(decision.backedOffFrom).toBe(reason === 'backed-off' ? all[0]!.label : null);
    // What came nearest is told as it came, whatever the answer.
    expect(decision.candidates.map((candidate) => candidate.label)).toEqual(Object.keys(scores));
    expect(decision).toMatchObject({ score: all[0]!.score, referenceId: all[0]!.id });
  });

  it('is the best label with a margin of 0, unless it is tied', () => {
    expect(decide(matches({ 'a/x': 60, 'a/y': 59 }), threshold, { margin: 0 }).label).toBe('a/x');
    expect(decide(matches({ 'a/x': 60, 'a/y': 60 }), threshold, { margin: 0 }).label).toBe('a');
  });

  it('takes 0.01 for the margin by default', () => {
    expect(decide([match('a/x', 0.96), match('a/y', 0.9525)], threshold).label).toBe('a');
    expect(decide([match('a/x', 0.96), match('a/y', 0.9475)], threshold).label).toBe('a/x');
  });
});

describe('a negative reference', () => {
  const negative = (score: number) => match(negativeLabel, score);

  it.each<[string, Match[], string | null, string]>([
    ['wins only to reject', [negative(0.95), match('a', 0.9)], null, 'negative-reference'],
    ['wins a tie', [match('a', 0.9), negative(0.9)], null, 'negative-reference'],
    [
      'wins where the labels are below the threshold',
      [negative(0.9), match('a', 0.5)],
      null,
      'negative-reference',
    ],
    [
      'is nothing behind the best label',
      [match('a', 0.95), negative(0.9), match('b', 0.5)],
      'a',
      'above-threshold',
    ],
    ['does not reject from below the threshold', [negative(0.7), match('a', 0.6)], null, 'below-threshold'],
    ['is no answer of its own', [negative(0.7)], null, 'empty-gallery'],
    ['says so where there is no label', [negative(0.9)], null, 'negative-reference'],
    [
      'is no rival that labels back off for',
      [match('a/x', 0.95), negative(0.949), match('a/y', 0.9)],
      'a/x',
      'above-threshold',
    ],
    [
      'does not keep labels from backing off',
      [match('a/x', 0.95), match('a/y', 0.949), negative(0.94)],
      'a',
      'backed-off',
    ],
  ])('%s', (_, matches, label, reason) => {
    const decision = decide(matches, threshold);
    expect(decision).toMatchObject({ label, reason, status: label === null ? 'unknown' : 'accepted' });
    const { score, id } = matches.find((each) => each.label === negativeLabel)!;
    expect(decision.negative).toEqual({ score, referenceId: id });
    // Candidates, score and margin tell of labels only.
    const labels = matches.filter((each) => each.label !== negativeLabel);
    expect(decision.candidates.map((candidate) => candidate.label)).toEqual(labels.map((each) => each.label));
    expect(decision.score).toBe(labels[0]?.score ?? null);
    expect(decision.margin).toBe(labels[1] ? labels[0]!.score - labels[1].score : null);
  });
});

describe('a gallery of look-alikes', () => {
  /** Falls off evenly: nothing stands out. */
  const crowd = (best: number) =>
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((label, i) => match(label, best - i / 100));

  it('names the labels of which it is one when the best is only the first of many', () => {
    const decision = decide(crowd(0.9), threshold);
    expect(decision).toMatchObject({ status: 'unknown', label: null, reason: 'look-alikes' });
    // Those that are less than 0.05 behind it.
    expect(decision.oneOf).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is below the threshold first of all', () => {
    expect(decide(crowd(0.75), threshold)).toMatchObject({ reason: 'below-threshold', oneOf: [] });
  });

  it('answers their parent where they have one', () => {
    const matches = crowd(0.9).map(({ label, score }) => match(`acme/${label}`, score));
    expect(decide([...matches, match('other', 0.7)], threshold)).toMatchObject({
      label: 'acme',
      backedOffFrom: 'acme/a',
      reason: 'backed-off',
      oneOf: [],
    });
  });

  it('answers the one that stands out, the picture itself, and any with a margin of 0', () => {
    const [, ...others] = crowd(0.9);
    expect(decide([match('a', 0.94), ...others], threshold).label).toBe('a');
    expect(decide([match('a', 0.9999), ...crowd(0.999).slice(1)], threshold).label).toBe('a');
    expect(decide(crowd(0.9), threshold, { margin: 0 }).label).toBe('a');
  });
});
