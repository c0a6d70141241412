import { decide, type Match, type ResolvedThreshold } from '@docclf/web';
import { describe, expect, it } from 'vitest';
import { percentages, verdictOf, verdictOfVote } from './verdict.ts';

const threshold: ResolvedThreshold = { value: 0.7, origin: 'given' };
const decision = (...matches: [label: string, score: number][]) =>
  decide(
    matches.map(([label, score], i): Match => ({ id: String(i), label, score })),
    threshold,
  );

describe('verdictOf', () => {
  it('names what was accepted', () => {
    expect(verdictOf(decision(['id/front', 0.9], ['id/back', 0.6]))).toMatchObject({
      kind: 'accepted',
      path: ['id', 'front'],
      heading: 'id/front',
    });
  });

  it('says how far it is sure', () => {
    const verdict = verdictOf(decision(['form/1', 0.9], ['form/2', 0.899]));
    expect(verdict).toMatchObject({ kind: 'backed-off', path: ['form'], heading: 'form' });
    expect(verdict.sentence).toContain('form/1');
  });

  it('names the nearest of what is unknown', () => {
    const verdict = verdictOf(decision(['id/front', 0.61]));
    expect(verdict).toMatchObject({ kind: 'unknown', path: [], heading: 'Unknown' });
    expect(verdict.sentence).toContain('most like id/front, but not enough');
  });

  it('says why it is unknown all the same', () => {
    expect(verdictOf(decision(['.', 0.95], ['id', 0.9])).sentence).toContain('not yours');
    expect(verdictOf(decision(['a', 0.9], ['b', 0.9])).sentence).toContain('exactly as much');
  });

  it('says what is seen and which states hold, unless the label says it', () => {
    const accepted = decision(['id/front', 0.9], ['id/back', 0.6]);
    const glaring = { ...accepted, states: ['worn', 'front'], seen: ['glare'] };
    expect(verdictOf(glaring).sentence).toBe(
      'Recognised. State: worn. There is glare: tilt the document or move the light.',
    );
    expect(verdictOf({ ...accepted, states: [], seen: ['stain'] }).sentence).toBe('Recognised.');
  });

  it('asks for a name when there is nothing to compare with', () => {
    expect(verdictOf(decision()).kind).toBe('empty');
  });
});

describe('verdictOfVote', () => {
  const front = decision(['id/front', 0.9]);

  it('is that of the frame when they agree', () => {
    expect(verdictOfVote('id/front', front)).toEqual(verdictOf(front));
    expect(verdictOfVote(null, decision(['id', 0.1])).kind).toBe('unknown');
  });

  it('says less when the frames do', () => {
    expect(verdictOfVote('id', front)).toMatchObject({ kind: 'backed-off', path: ['id'] });
  });

  it('waits while they disagree, but not for an empty gallery', () => {
    expect(verdictOfVote(undefined, front).kind).toBe('looking');
    expect(verdictOfVote(undefined, decision()).kind).toBe('empty');
  });
});

it.each([
  [0.6, 0.7, 60, 70],
  // Not enough, however little is missing.
  [0.6999, 0.7, 69, 70],
  [0.7001, 0.7, 70, 70],
  [0.655, 0.6501, 66, 66],
  [1, 0.7, 100, 70],
])('%f beside %f is %i and %i percent', (score, enough, ...percent) => {
  expect(percentages(score, enough)).toEqual(percent);
});
