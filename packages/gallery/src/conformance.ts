/** The suite that shows a store author what is missing. Runs under any test runner, in Node and in browsers. */
import { DocclfError } from '@docclf/core';
import { ConformanceError } from './conformance/assert.ts';
import { behaviourCases } from './conformance/behaviour.ts';
import { commitCases } from './conformance/commits.ts';
import { contractCases } from './conformance/contract.ts';
import { faultCases } from './conformance/faults.ts';
import { withFixture } from './conformance/fixture.ts';
import { galleryLifeCases } from './conformance/gallery-life.ts';
import { gallerySearchCases } from './conformance/gallery-search.ts';
import { neighbourCases } from './conformance/neighbours.ts';
import { scaleCases } from './conformance/scale.ts';
import { sharingCases } from './conformance/sharing.ts';
import type { ConformanceCase, ConformanceFaults } from './conformance/types.ts';
import type { GalleryStore } from './store.ts';

export { conformanceSpace, writeUntilKilled } from './conformance/faults.ts';
export type { ConformanceFault, ConformanceFaults } from './conformance/types.ts';

export interface ConformanceOptions {
  /** The runner's own function, such as `test` of vitest, node:test or jest. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** Goes before each test's name. */
  readonly name: string;
  /**
   * A store that is not yet opened. Each test has a place of its own, such as `place-07`, to be used in a
   * file's, table's or database's name. At its first use a place must be empty, so make it part of
   * something that is new in each run; the same place again must reach the same references.
   */
  readonly createStore: (place: string) => GalleryStore | Promise<GalleryStore>;
  /**
   * What your test can break, so that the suite sees what a store makes of it. A fault that is left out is
   * not tried, and its test not registered. Default: none.
   */
  readonly faults?: ConformanceFaults;
  /** References of the test of many, at least 10. Default: 2,000, which takes seconds; try 100,000 now and then. */
  readonly scale?: number;
  /** Tests that the store is known to fail: name to reason. One that passes after all is an error. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** Gets a line for each measured figure, such as the recall of an approximate store. Default: nobody. */
  readonly report?: (line: string) => void;
}

const cases: readonly ConformanceCase[] = [
  ...contractCases,
  ...commitCases,
  ...neighbourCases,
  ...behaviourCases,
  ...gallerySearchCases,
  ...galleryLifeCases,
  ...sharingCases,
  ...scaleCases,
  ...faultCases,
];

/** The names of all tests, for `exceptions`. */
export const conformanceTests: readonly string[] = cases.map(({ name }) => name);

/**
 * Registers the conformance tests of a store.
 *
 * @example
 * import { test } from 'vitest';
 * galleryConformance({ test, name: 'my store', createStore: (place) => createMyStore(`${folder}/${place}`) });
 *
 * @throws INVALID_ARGUMENT when an exception names no test that runs, or has no reason
 */
export function galleryConformance(options: ConformanceOptions): void {
  const { test, name, createStore, faults = {}, scale = 2000, exceptions = {}, report = () => {} } = options;
  const runs = ({ needs }: ConformanceCase) => needs === undefined || faults[needs] !== undefined;
  for (const [excepted, reason] of Object.entries(exceptions)) {
    if (cases.some((one) => one.name === excepted && runs(one)) && reason.trim() !== '') continue;
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'exceptions',
      expected: 'names of tests that run (see conformanceTests), each with a reason',
      received: JSON.stringify({ [excepted]: reason }),
    });
  }
  cases.forEach((one, i) => {
    if (!runs(one)) return;
    const { name: caseName, run } = one;
    const place = `place-${String(i + 1).padStart(2, '0')}`;
    const passes = () =>
      withFixture(
        {
          place,
          faults,
          scale,
          create: () => createStore(place),
          report: (line) => report(`${name}: ${line}`),
        },
        run,
      );
    const reason = exceptions[caseName];
    if (reason === undefined) {
      test(`${name}: ${caseName}`, passes);
      return;
    }
    test(`${name}: ${caseName} (excepted: ${reason})`, async () => {
      try {
        await passes();
      } catch {
        return;
      }
      throw new ConformanceError(`The store passes this test after all. Remove the exception "${caseName}".`);
    });
  });
}
