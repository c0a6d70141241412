import { describe, expect, it } from 'vitest';
import { type Member, siblingsOf } from './family.ts';

/** At so many degrees: two members score (cosine of the angle between them + 1) / 2. */
const at = (degrees: number): Float32Array => {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(angle), Math.sin(angle));
};
const member = (label: string, degrees: number): Member => ({
  id: label,
  label,
  vector: at(degrees),
  map: undefined,
});
const labels = (siblings: readonly Member[]) => siblings.map(({ label }) => label);

describe('siblingsOf', () => {
  // 40 degrees apart score 0.88, 50 degrees 0.82, 90 degrees 0.5.
  const family = [member('plain', 0), member('stained', 40), member('another', 90)];

  it('are those that lie nearer to the best reference than the probe does', () => {
    expect(labels(siblingsOf(at(-50), family, 'plain', 0.6))).toEqual(['plain', 'stained']);
    expect(labels(siblingsOf(at(-60), family, 'plain', 0.6))).toEqual(['plain', 'stained']);
  });

  it('is the best alone where the probe is nearer to it than any other: notes of one series, each by its own photo', () => {
    expect(labels(siblingsOf(at(-20), family, 'plain', 0.6))).toEqual(['plain']);
    expect(labels(siblingsOf(at(20), family, 'plain', 0.6))).toEqual(['plain']);
    expect(labels(siblingsOf(at(0), family, 'plain', 0.6))).toEqual(['plain']);
  });

  it('never are what the threshold would refuse', () => {
    expect(labels(siblingsOf(at(-120), family, 'plain', 0.6))).toEqual(['plain', 'stained']);
    expect(labels(siblingsOf(undefined, family, 'plain', 0.9))).toEqual(['plain']);
    expect(labels(siblingsOf(undefined, family, 'plain', 0.6))).toEqual(['plain', 'stained']);
  });

  it('are none without the best reference', () => {
    expect(siblingsOf(at(0), family, 'gone', 0.6)).toEqual([]);
  });
});
