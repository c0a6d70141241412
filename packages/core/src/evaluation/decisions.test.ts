import { expect, it } from 'vitest';
import { direction } from '../../test/doubles.ts';
import { countDecisions } from './decisions.ts';
import { groupImages, type LabelledVector } from './labelled-images.ts';
import { crossTable, scoreTable } from './score-table.ts';

const at = (label: string, degrees: number): LabelledVector => ({
  label,
  vector: Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)),
});

function count(
  items: readonly LabelledVector[],
  options: { threshold: number; margin?: number; negatives?: Float32Array[] },
  strangers: readonly Float32Array[] = [],
) {
  const images = groupImages(items);
  const unknown = strangers.length > 0 ? crossTable(strangers, images.vectors) : undefined;
  const data = { images, table: scoreTable(images.vectors), unknown };
  return countDecisions(data, { galleryDraws: 1, seed: 0, ...options });
}

// Types of two equal images, so that whichever is drawn, the other is a probe with a known answer.
const pair = (label: string, degrees: number) => [at(label, degrees), at(label, degrees)];

it('backs off to the parent where siblings are too near', () => {
  // Scores of 1 and (1 + cos 5°) / 2 = 0.998: nearer than 0.01.
  const forms = [...pair('form/gen-1', 0), ...pair('form/gen-2', 5), ...pair('id', 90)];
  const answers = count(forms, { threshold: 0.9 });
  expect(answers).toMatchObject({ searches: 3, right: 1, ancestor: 2, parentRight: 0, wrong: 0, unknown: 0 });
  expect(answers.depths).toEqual([
    { depth: 1, searches: 3, right: 3, open: 0, wrong: 0 },
    { depth: 2, searches: 2, right: 0, open: 2, wrong: 0 },
  ]);
  expect(count(forms, { threshold: 0.9, margin: 0.001 })).toMatchObject({ right: 3, ancestor: 0 });
});

it('knows a right parent with a wrong child from a wrong answer, by segments and not by text', () => {
  // The lone image of form/b stands nearer to form/a, that of fo to form/a too.
  const items = [at('form/a', 0), at('form/b', 60), at('form/b', 1), at('fo', 120), at('fo', 2)];
  const found = [0, 1, 2, 3].map((seed) => {
    const images = groupImages(items);
    return countDecisions(
      { images, table: scoreTable(images.vectors) },
      { threshold: 0.5, margin: 0, galleryDraws: 1, seed },
    );
  });
  for (const { searches, right, ancestor, parentRight, wrong, unknown } of found) {
    expect(right + ancestor + parentRight + wrong + unknown).toBe(searches);
  }
  // When 60 and 120 degrees stand for their types, the probes at 1 and 2 degrees are form/a.
  expect(found.some(({ parentRight, wrong }) => parentRight === 1 && wrong === 1)).toBe(true);
});

it('counts what the threshold and negative references refuse', () => {
  const items = [...pair('a', 0), ...pair('b', 90)];
  expect(count(items, { threshold: 1.1 }).unknown).toBe(2);
  // A negative reference at b's own place: a tie rejects.
  expect(count(items, { threshold: 0.9, negatives: [at('', 90).vector] })).toMatchObject({
    right: 1,
    unknown: 1,
  });
});

it('searches strangers, or each image among the other types', () => {
  const items = [...pair('a', 0), ...pair('b', 20), ...pair('c', 180)];
  // Without their own type, a and b are taken for each other: (1 + cos 20°) / 2 = 0.97.
  expect(count(items, { threshold: 0.9 }).nonMated).toEqual({ searches: 3, accepted: 2 });
  const strangers = [direction(0.99), direction(0)];
  expect(count(items, { threshold: 0.9 }, strangers).nonMated).toEqual({ searches: 2, accepted: 2 });
  expect(count([at('a', 0)], { threshold: 0.9 })).toMatchObject({ searches: 0, nonMated: null, depths: [] });
});
