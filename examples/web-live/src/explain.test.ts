import { DocclfError, errorCodes } from '@docclf/web';
import { describe, expect, it } from 'vitest';
import { explain, technical } from './explain.ts';
import { NoSimdError } from './simd.ts';

/** Stands for the details of any code. */
const facts =
  'source format width height minimumSide maximumAspect maximumPixels maximumBytes frames page pages file folder model minimumCosine difference maximumDifference operation label length maximum problem references existing requested id expected received gallery holder supported expectedBytes receivedBytes store address requirement capability';
const details = {
  ...Object.fromEntries(facts.split(' ').map((fact) => [fact, 'x'])),
  problems: ['x'],
  cosine: 0.5,
};
const errorOf = (code: (typeof errorCodes)[number]) => new DocclfError(code, details as never);

/** Cannot come up in the page: options that only code passes, files of a server, calls that it does not make, PDFs. */
const ofCode = [
  'INVALID_ARGUMENT',
  'ABORTED',
  'CLOSED',
  'FILE_NOT_FOUND',
  'FILE_UNWRITABLE',
  'FILE_CHANGED',
  'FOLDER_WITHOUT_IMAGES',
  'IMAGE_PAGE_MISSING',
  'IMAGE_TOO_COSTLY',
  'THRESHOLD_UNAVAILABLE',
  'VECTOR_DIMENSION',
  'VECTOR_NOT_FINITE',
  'VECTOR_NOT_UNIT',
  'REFERENCE_INVALID',
  'CAPABILITY_UNSUPPORTED',
  'GALLERY_COPY_DIFFERS',
  'STORE_UNREACHABLE',
  'STORE_ACCESS_DENIED',
  'PDF_CORRUPT',
  'PDF_ENCRYPTED',
  'PDF_TOO_MANY_PAGES',
  'PDF_TOO_COSTLY',
];

describe('explain', () => {
  it('knows a browser that cannot run the model', () => {
    expect(explain(new NoSimdError()).title).toContain('browser');
  });

  it.each(errorCodes.filter((code) => !ofCode.includes(code)))('has words of its own for %s', (code) => {
    const { title, advice } = explain(errorOf(code));
    expect(title).not.toBe('Something went wrong');
    // Nothing that only makes sense to somebody who writes code.
    expect(`${title} ${advice}`).not.toMatch(/Pass |\(\)|true|undefined|npm|@docclf/);
  });

  it('gives the message for all others', () => {
    const error = errorOf('CLOSED');
    expect(explain(error)).toEqual({ title: 'Something went wrong', advice: error.message });
    expect(explain(new Error('why')).advice).toBe('why');
    expect(explain('why').advice).toBe('why');
  });

  it('names the facts', () => {
    const conflict = { id: 'a', existing: 'id/front', requested: 'id/back' };
    expect(explain(new DocclfError('LABEL_CONFLICT', conflict)).advice).toContain('id/front');
  });
});

it('tells the technical facts in one line, causes too', () => {
  const error = new DocclfError('RUNTIME_FAILED', { operation: 'start' }, { cause: new Error('no SIMD') });
  expect(technical(error)).toBe(`RUNTIME_FAILED: ${error.message} (no SIMD)`);
  expect(technical(7)).toBe('7');
});
