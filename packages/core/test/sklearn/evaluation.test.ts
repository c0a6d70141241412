/** The figures of an evaluation against scikit-learn and slow definitions: see generate.py. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { areaUnderRoc, detCurve, rocCurve } from '../../src/evaluation/curves.ts';
import { type EvaluationOptions, evaluateVectors } from '../../src/evaluation/evaluate.ts';
import { sweepGallerySizes } from '../../src/evaluation/gallery-size.ts';
import { groupImages } from '../../src/evaluation/labelled-images.ts';
import { rankPairs } from '../../src/evaluation/pairs.ts';
import { scoreTable } from '../../src/evaluation/score-table.ts';
import { searchData } from '../../src/evaluation/searches.ts';
import { thresholdAtFpr, verify } from '../../src/evaluation/verification.ts';

interface Figure {
  value: number;
  interval: [number, number];
}
interface Share {
  micro: number;
  macro: number;
}
interface Identified {
  ranks: (Share & { rank: number })[];
  fnirAtFpir: { fpir: number; fnir: Share; misses: Share; misidentifications: Share }[];
  confusions: Record<string, number>;
  searches: number;
}
interface Expected {
  options: Required<
    Pick<EvaluationOptions, 'fprs' | 'fpirs' | 'ranks' | 'draws' | 'galleryDraws' | 'seed'>
  > & { threshold: number };
  curves: {
    name: string;
    genuine: number[];
    impostor: number[];
    fpr: number[];
    tpr: number[];
    thresholds: number[];
    det: [number, number, number][];
    auroc: number;
    tprAtFpr: number[];
  }[];
  set: { vectors: number[][]; labels: string[]; unknown: number[][] };
  pairs: [number, string, string][];
  verification: {
    micro: Figure[];
    macro: Figure[];
    auroc: Figure;
    genuinePairs: number;
    impostorPairs: number;
  };
  identification: { unknown: Identified; withoutUnknown: Identified };
  gallerySizes: { types: number; fpir: number; fnir: number; misses: number; misidentifications: number }[];
}

const expected: Expected = JSON.parse(
  readFileSync(new URL('fixtures/expected.json', import.meta.url), 'utf8'),
);
const { threshold, ...others } = expected.options;
// With a margin of 0 the answer is the best label, as scikit-learn's and the slow definitions' is.
const options = { ...others, operatingPoint: { asked: threshold }, margin: 0 };
const quarters = (vector: number[]) => Float32Array.from(vector, (value) => value / 4);
const known = expected.set.vectors.map((vector, i) => ({
  label: expected.set.labels[i]!,
  vector: quarters(vector),
}));
const unknown = expected.set.unknown.map(quarters);

// The same sums in another order: the last digit may differ.
const close = (value: number) => expect.closeTo(value, 12);
const closeFigure = ({ value, interval }: Figure) => ({ value: close(value), interval: interval.map(close) });

it.each(expected.curves)('draws the curves of scikit-learn: $name', (curve) => {
  const { genuine, impostor } = curve;
  const roc = rocCurve(genuine, impostor);
  expect([...roc.thresholds]).toEqual([Number.POSITIVE_INFINITY, ...curve.thresholds]);
  expect([...roc.fpr]).toEqual(curve.fpr);
  expect([...roc.tpr]).toEqual(curve.tpr);
  expect(areaUnderRoc(genuine, impostor)).toBeCloseTo(curve.auroc, 12);
  // scikit-learn leaves out the flat ends.
  const det = detCurve(roc);
  const points = new Map([...det.thresholds].map((threshold, i) => [threshold, [det.fpr[i], det.fnr[i]]]));
  for (const [threshold, fpr, fnr] of curve.det) {
    expect(points.get(threshold)).toEqual([close(fpr), close(fnr)]);
  }
});

it.each(expected.curves)(
  'finds the threshold of the largest TPR: $name',
  ({ genuine, impostor, tprAtFpr }) => {
    const [a, b] = [Float32Array.from(genuine), Float32Array.from(impostor)];
    const found = options.fprs.map((fpr) => {
      const threshold = thresholdAtFpr(a, b, fpr) ?? Number.POSITIVE_INFINITY;
      expect(b.filter((score) => score >= threshold).length / b.length).toBeLessThanOrEqual(fpr);
      return a.filter((score) => score >= threshold).length / a.length;
    });
    expect(found).toEqual(tprAtFpr);
  },
);

it('ranks all pairs', () => {
  const images = groupImages(known);
  const { genuine, impostor } = rankPairs(images, scoreTable(images.vectors));
  const scoresOf = (same: boolean) =>
    expected.pairs.filter(([, a, b]) => (a === b) === same).map(([score]) => score);
  expect([...genuine.scores]).toEqual(scoresOf(true));
  expect([...impostor.scores]).toEqual(scoresOf(false));
  const named = [genuine, impostor].flatMap(({ scores, first, second }) =>
    [...scores].map((score, i) => [score, known[first[i]!]!.label, known[second[i]!]!.label]),
  );
  expect(named.map(String).sort()).toEqual(expected.pairs.map(String).sort());
});

it('gives micro and macro rates with the intervals of resampled types', () => {
  const images = groupImages(known);
  const result = verify(rankPairs(images, scoreTable(images.vectors)), options.fprs, options);
  const { micro, macro, auroc, genuinePairs, impostorPairs } = expected.verification;
  expect(result.rates.map((rate) => rate.micro)).toEqual(micro.map(closeFigure));
  expect(result.rates.map((rate) => rate.macro)).toEqual(macro.map(closeFigure));
  expect(result.auroc).toEqual(closeFigure(auroc));
  expect([result.genuinePairs, result.impostorPairs]).toEqual([genuinePairs, impostorPairs]);
});

it.each([
  ['with unknown images', { ...options, unknown }, expected.identification.unknown],
  ['without', options, expected.identification.withoutUnknown],
])('identifies, %s', (_, given, { ranks, fnirAtFpir, confusions, searches }) => {
  const { identification } = evaluateVectors(known, given);
  const shares = (measure: { micro: { value: number | null }; macro: { value: number | null } }) => ({
    micro: measure.micro.value,
    macro: measure.macro.value,
  });
  const closeShare = ({ micro, macro }: Share) => ({ micro: close(micro), macro: close(macro) });
  expect(identification.searches).toBe(searches);
  expect(identification.ranks.map((row) => ({ rank: row.rank, ...shares(row) }))).toEqual(
    ranks.map((row) => ({ rank: row.rank, ...closeShare(row) })),
  );
  expect(
    identification.fnirAtFpir.map((row) => [
      row.fpir,
      shares(row.fnir),
      shares(row.misses),
      shares(row.misidentifications),
    ]),
  ).toEqual(
    fnirAtFpir.map((row) => [
      row.fpir,
      closeShare(row.fnir),
      closeShare(row.misses),
      closeShare(row.misidentifications),
    ]),
  );
  expect(
    Object.fromEntries(identification.confusions.map((c) => [`${c.truth} > ${c.predicted}`, c.searches])),
  ).toEqual(confusions);
});

it('sweeps the size of the gallery', () => {
  const sizes = expected.gallerySizes.map(({ types }) => types);
  const { gallerySizes } = evaluateVectors(known, { ...options, unknown });
  const closeRow = ({ types, ...rates }: Expected['gallerySizes'][number]) => ({
    types,
    threshold,
    ...Object.fromEntries(Object.entries(rates).map(([name, value]) => [name, close(value)])),
  });
  expect(gallerySizes.map(({ types }) => types)).toEqual(sizes);
  expect(gallerySizes).toEqual(expected.gallerySizes.map(closeRow));
  expect(() => sweepGallerySizes(dataOf(), { ...options, sizes: [sizes.at(-1)! + 1] })).toThrow('sizes');
});

function dataOf() {
  return searchData(groupImages(known));
}
