import { expect, it } from 'vitest';
import { nextVersion } from './version.mjs';

const step = { before: '0.1.0', made: '1.0.0', released: true, major: false };

it.each([
  ['the first release is what stands in the packages', { ...step, released: false }, '0.1.0'],
  ['a feature that changesets takes for major is minor', step, '0.2.0'],
  ['a repair stays one', { ...step, made: '0.1.1' }, '0.1.1'],
  ['1.0.0 is said by a changeset', { ...step, major: true }, '1.0.0'],
  ['from 1.0.0 on changesets is right', { ...step, before: '1.4.2', made: '2.0.0' }, '2.0.0'],
])('%s', (_, given, wanted) => {
  expect(nextVersion(given)).toBe(wanted);
});
