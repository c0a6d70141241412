import { describe, expect, it } from 'vitest';
import { DocclfError } from './errors.ts';
import { thrownCode, tinyManifest } from './testing.ts';
import { resolveThreshold, type Threshold } from './thresholds.ts';

const resolve = (threshold: Threshold) => resolveThreshold(threshold, tinyManifest);

describe('resolveThreshold', () => {
  it.each([0, 0.5, 1])('takes the score %d as it is', (value) => {
    expect(resolve(value)).toEqual({ value, origin: 'given' });
  });

  it.each([
    [0.5, 0.5],
    [0.1, 0.55],
    [0.001, 0.7],
  ])('finds the row of fpr %d', (fpr, value) => {
    expect(resolve({ fpr })).toEqual({ value, origin: 'impostor-table', fpr });
  });

  // By NumPy 2.4.6, with the table of the tiny manifest from its smallest rate up:
  // np.interp(np.log(fpr), np.log([.001, .01, .1, .2, .5]), [.7, .62, .55, .53, .5])
  it.each([
    [0.3, 0.5167247885195072],
    [0.05, 0.5710720996964788],
    [0.02, 0.5989279003035214],
    [0.005, 0.6440823996531184],
    [0.0015, 0.6859126992755454],
  ])('interpolates fpr %d between the rows by its logarithm', (fpr, score) => {
    expect(resolve({ fpr }).value).toBeCloseTo(score, 14);
  });

  it('meets a hand-worked number: the geometric mean of two rates has the mean of their scores', () => {
    expect(resolve({ fpr: Math.sqrt(0.1 * 0.01) }).value).toBeCloseTo((0.55 + 0.62) / 2, 14);
  });

  it.each([0.6, 0.0009])('extrapolates nothing to fpr %d, and says what the table covers', (fpr) => {
    try {
      resolve({ fpr });
      expect.unreachable();
    } catch (error) {
      expect(DocclfError.is(error, 'THRESHOLD_UNAVAILABLE') && error.details).toEqual({
        fpr,
        minimumFpr: 0.001,
        maximumFpr: 0.5,
      });
    }
  });

  // By hand: log-linear between the rows (0.1, 0.55), (0.01, 0.62) and (0.001, 0.7).
  it.each([
    ['one comparison: the rate itself', 0.01, 1, 0.62, 0.01],
    ['ten comparisons: nearly a tenth of it', 0.1, 10, 0.61857, 0.010480741793785574],
    ['as many as the table covers', 0.01, 10, 0.69986, 0.0010045289],
    ['more than it covers: its last row', 0.01, 1000, 0.7, 0.0000100502857],
    ['far more: its last row', 0.01, 1e9, 0.7, 1.0050336e-11],
    ['a rate above the table: its lowest score', 0.9, 1, 0.5, 0.9],
  ])('divides a rate of probes among %s', (_, fpir, comparisons, value, fpr) => {
    const resolved = resolveThreshold({ fpir }, tinyManifest, comparisons);
    expect(resolved.value).toBeCloseTo(value, 4);
    expect(resolved.fpr! / fpr).toBeCloseTo(1, 6);
    expect(resolved).toMatchObject({ origin: 'impostor-table', fpir, comparisons });
    expect(resolved.beyondTable).toBe(fpr < 0.001 ? true : undefined);
    // None of so many independent comparisons reaches it: with this the promise is met.
    expect(1 - (1 - resolved.fpr!) ** comparisons).toBeCloseTo(fpir, 6);
  });

  it.each([
    -0.1,
    1.1,
    Number.NaN,
    '0.5',
    null,
    undefined,
    {},
    { fpr: 0 },
    { fpr: 1 },
    { fpr: Number.NaN },
    { fpr: 1n },
    { fpr: '1e-4' },
    { fpir: 0 },
    { fpir: 1 },
    { fpir: '0.01' },
    { fpir: 0.01, fpr: 1e-4 },
  ])('refuses %s', (threshold) => {
    expect(thrownCode(() => resolve(threshold as Threshold))).toBe('INVALID_ARGUMENT');
  });

  it('names what came', () => {
    expect(() => resolve({ fpr: 2 })).toThrow('received { fpr: 2 }');
    expect(() => resolve({ fpir: 2 })).toThrow('received { fpir: 2 }');
    expect(() => resolve({ fpir: 0.1, fpr: 0.1 })).toThrow('received both { fpir } and { fpr }');
    expect(() => resolve(2)).toThrow('received 2.');
  });

  it('does not divide by zero where the last two rows have one score', () => {
    const { impostorScores } = tinyManifest;
    const table = [...impostorScores.table, { fpr: 1e-4, score: 0.7 }];
    const flat = { ...tinyManifest, impostorScores: { ...impostorScores, table } };
    expect(resolveThreshold({ fpir: 1e-6 }, flat).value).toBe(0.7);
  });
});
