import { expect, it } from 'vitest';
import { assertLabels } from './labels.ts';

const counts = ['insurance/acme/claim-form', 'insurance/acme/claim-form/glare', 'id-front', '台灣駕照'].map(
  (label) => ({ label, references: 1 }),
);

it('lets labels pass that have references, or labels in them that do', () => {
  assertLabels(['insurance', 'insurance/acme', 'id-front', '台灣駕照'], counts, '--label');
});

it.each([
  ['insurence/acme', 'insurance/acme'],
  ['insurance/acme/claimform', 'insurance/acme/claim-form'],
  ['claim-form', 'insurance/acme/claim-form'],
  ['ID-Front', 'id-front'],
  ['id-forntt', 'id-front'],
  ['台灣駕証', '台灣駕照'],
])('takes %s for %s', (typed, meant) => {
  expect(() => assertLabels([typed], counts, '--label')).toThrow(`did you mean ${meant}?`);
});

it.each(['passport', 'i', 'insurance/acme/claim-form/blurred/photo'])('does not guess at %s', (typed) => {
  expect(() => assertLabels([typed], counts, '--label')).toThrow('`docclf labels` lists them');
});
