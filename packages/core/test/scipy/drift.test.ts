/** The drift monitor's statistics against scipy's, and its promise against simulated streams. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createDriftMonitor,
  type DriftEvent,
  type DriftMonitor,
  fisherPValue,
  kolmogorovSmirnovDistance,
  kolmogorovSmirnovPValue,
} from '../../src/drift/index.ts';
import { createRandom } from '../../src/evaluation/random.ts';

interface Expected {
  readonly distances: { a: number[]; b: number[]; distance: number; pValue: number; quantiles: number[] }[];
  readonly tables: { a: number; m: number; b: number; n: number; pValue: number }[];
}
const expected: Expected = JSON.parse(
  readFileSync(new URL('./fixtures/drift.json', import.meta.url), 'utf8'),
);
const ascending = (values: readonly number[]) => Float64Array.from(values).sort();

describe('Kolmogorov-Smirnov', () => {
  it.each(expected.distances.map((one, i) => [i, one] as const))(
    'is as far and as probable as scipy says, case %i',
    (_, { a, b, distance, pValue }) => {
      const found = kolmogorovSmirnovDistance(ascending(a), ascending(b));
      expect(found).toBeCloseTo(distance, 12);
      expect(kolmogorovSmirnovPValue(found, a.length, b.length)).toBeCloseTo(pValue, 9);
    },
  );
});

describe('Fisher', () => {
  it.each(expected.tables)('agrees with scipy on $a of $m and $b of $n', ({ a, m, b, n, pValue }) => {
    expect(fisherPValue(a, m, b, n)).toBeCloseTo(pValue, 7);
  });
});

describe('the promise', () => {
  /** Windows of 100 results whose score is uniform, lowered by `shift`. */
  function shareOfAlarms(windows: number, shift: number, falseAlarms: number): number {
    const random = createRandom(3);
    const uniform = () => random.below(2 ** 30) / 2 ** 30;
    let alarms = 0;
    const onEvent = (event: DriftEvent) => {
      if (event.kind === 'window' && event.drifted.length > 0) alarms++;
    };
    const feed = (monitor: DriftMonitor, by: number) => {
      for (let i = 0; i < 100; i++) {
        const score = uniform() - by;
        monitor.observe({ status: score > 0.2 ? 'accepted' : 'unknown', score, margin: uniform() });
      }
    };
    for (let i = 0; i < windows; i++) {
      // A fresh reference each time: alarms that one reference causes come together.
      const monitor = createDriftMonitor({ window: 100, falseAlarms, onEvent });
      feed(monitor, 0);
      feed(monitor, shift);
    }
    return alarms / windows;
  }

  it('gives no more false alarms than it says', () => {
    expect(shareOfAlarms(500, 0, 0.1)).toBeLessThanOrEqual(0.1);
  });

  it('notices a change of the scores', () => {
    expect(shareOfAlarms(50, 0.35, 0.01)).toBe(1);
  });
});

it('tells quantiles as numpy does', () => {
  const { a, quantiles } = expected.distances[2]!;
  const events: DriftEvent[] = [];
  const monitor = createDriftMonitor({ window: a.length, onEvent: (event) => events.push(event) });
  for (const score of a) monitor.observe({ status: 'accepted', score, margin: null });
  expect(events).toHaveLength(1);
  const [event] = events;
  const told = event!.reference.scores;
  told.forEach((value, i) => {
    expect(value).toBeCloseTo(quantiles[i]!, 12);
  });
  expect(event!.reference).toMatchObject({ results: a.length, acceptance: 1, margins: [] });
});
