import { expect, describe as group, it } from 'vitest';
import {
  DocclfError,
  describe,
  type ErrorCode,
  type ErrorDetails,
  errorCodes,
  positiveInteger,
  throwIfAborted,
} from './errors.ts';
import { thrownCode } from './testing.ts';

const image = { source: 'scan.jpg', width: 31, height: 47 };

/** Facts of each code, no two alike within one. */
const examples: { readonly [Code in ErrorCode]: ErrorDetails[Code] } = {
  INVALID_ARGUMENT: { argument: 'topK', expected: 'a positive whole number', received: '-1' },
  ABORTED: { operation: 'The stream' },
  CLOSED: { what: 'gallery' },
  FILE_NOT_FOUND: { file: 'forms/a.jpg' },
  FILE_UNREADABLE: { file: 'forms/a.jpg' },
  FILE_UNWRITABLE: { file: 'types.docclf' },
  FILE_CHANGED: { file: 'types.docclf' },
  FOLDER_WITHOUT_IMAGES: { folder: 'forms' },
  IMAGE_EMPTY: { source: 'scan.jpg' },
  IMAGE_FORMAT_UNSUPPORTED: { source: 'scan.xyz', format: 'pdf' },
  IMAGE_TRUNCATED: { source: 'scan.jpg' },
  IMAGE_CORRUPT: { source: 'scan.jpg' },
  IMAGE_WITHOUT_PIXELS: image,
  IMAGE_TOO_SMALL: { ...image, minimumSide: 64 },
  IMAGE_TOO_NARROW: { ...image, maximumAspect: 8 },
  IMAGE_TOO_LARGE: { ...image, maximumPixels: 1000 },
  IMAGE_TOO_MANY_BYTES: { source: 'scan.jpg', maximumBytes: 5000 },
  IMAGE_ANIMATED: { source: 'scan.gif', frames: 12 },
  IMAGE_PAGE_MISSING: { source: 'scan.tiff', page: 7, pages: 3 },
  IMAGE_TOO_COSTLY: { source: 'photo.heic', limit: 'time' },
  PDF_CORRUPT: { source: 'letter.pdf', page: 2 },
  PDF_ENCRYPTED: { source: 'letter.pdf' },
  PDF_TOO_MANY_PAGES: { source: 'letter.pdf', pages: 20_000, maximumPages: 10_000 },
  PDF_TOO_COSTLY: { source: 'letter.pdf', page: 2, limit: 'memory' },
  MANIFEST_INVALID: { problems: ['input.width: expected number', 'id: expected string'] },
  MODEL_NOT_FOUND: { file: 'model/manifest.json' },
  MODEL_HASH_MISMATCH: { file: 'model.onnx', expected: 'aa11', received: 'bb22' },
  PIXELS_ALTERED: { difference: 84.93, maximumDifference: 1 },
  MODEL_SELF_TEST_FAILED: { model: 'tiny', cosine: 0.25, minimumCosine: 0.999 },
  RUNTIME_FAILED: { operation: 'run the model' },
  THRESHOLD_UNAVAILABLE: { fpr: 1e-9, minimumFpr: 0.001, maximumFpr: 0.5 },
  VECTOR_DIMENSION: { expected: 256, received: 128 },
  VECTOR_NOT_FINITE: { index: 17 },
  VECTOR_NOT_UNIT: { norm: 1.5 },
  LABEL_EMPTY: { label: '' },
  LABEL_TOO_LONG: { length: 501, maximum: 500 },
  LABEL_INVALID: { label: 'a//b', problem: 'has an empty segment' },
  LABEL_NOT_FOUND: { label: 'bank/form' },
  LABEL_EXISTS: { label: 'bank/form', references: 3 },
  LABEL_CONFLICT: { id: 'r1', existing: 'bank/form', requested: 'bank/card' },
  REFERENCE_EXISTS: { id: 'r1', label: 'bank/form' },
  REFERENCE_NOT_FOUND: { id: 'r1' },
  REFERENCE_INVALID: { id: 'r1', problem: 'its metadata must be a JSON object' },
  REFERENCE_WITHOUT_IMAGE: { id: 'ab12', label: 'id/front' },
  GALLERY_SPACE_MISMATCH: { expected: 'tiny@1', received: 'other@2' },
  GALLERY_LOCKED: { gallery: 'types.docclf', holder: 'process 4711' },
  GALLERY_FILE_FOREIGN: { gallery: 'types.docclf' },
  GALLERY_FILE_VERSION: { gallery: 'types.docclf', supported: 1, received: 2 },
  GALLERY_FILE_TRUNCATED: { gallery: 'types.docclf', expectedBytes: 900, receivedBytes: 800 },
  GALLERY_FILE_CORRUPT: { gallery: 'types.docclf', problem: 'its checksum does not match' },
  GALLERY_COPY_DIFFERS: { missing: 3, different: 2, id: 'ab12' },
  CAPABILITY_UNSUPPORTED: { store: 'sqlite', capability: 'filter' },
  STORE_UNREACHABLE: { store: 'pgvector', address: 'db.example:5432' },
  STORE_ACCESS_DENIED: { store: 'chroma', address: 'db.example:8000' },
  STORE_REQUIREMENT_MISSING: { store: 'pgvector', requirement: 'the extension vector' },
  GALLERY_FULL: { gallery: 'types' },
  STORE_FAILED: { store: 'sqlite', operation: 'search' },
};

/** These say what to do by their facts alone. */
const withoutAdvice: { readonly [Code in ErrorCode]?: string } = {
  INVALID_ARGUMENT: 'the expected value is the advice',
  ABORTED: 'the caller asked for it',
  REFERENCE_INVALID: 'the problem says what must be',
};

const messageOf = (code: ErrorCode) => new DocclfError(code, examples[code]).message;

group('messages', () => {
  it('there is one for each code', () => {
    expect([...errorCodes].sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(errorCodes)('%s tells all of its facts', (code) => {
    for (const [name, fact] of Object.entries(examples[code])) {
      if (code === 'LABEL_EMPTY' && name === 'label') continue;
      for (const part of Array.isArray(fact) ? fact : [fact]) expect(messageOf(code)).toContain(String(part));
    }
    expect(messageOf(code)).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it.each(errorCodes.filter((code) => !withoutAdvice[code]))('%s says what to do', (code) => {
    expect(messageOf(code)).toMatch(
      /[.;,] (add|check|choose|convert|create|crop|embed|export|give|install|normalise|open|pass|remove|restore|save|see|send|shorten|try|update)\b/i,
    );
  });

  it('quotes labels, so that white space and quotes in them can be seen', () => {
    const { message } = new DocclfError('LABEL_NOT_FOUND', { label: 'a "b" ' });
    expect(message).toContain('"a \\"b\\" "');
  });
});

group('DocclfError', () => {
  it('keeps its code, message and facts as JSON, and leaves the cause out', () => {
    const error = new DocclfError('CLOSED', { what: 'gallery' }, { cause: new Error('secret') });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'DocclfError',
      code: 'CLOSED',
      message: error.message,
      details: { what: 'gallery' },
    });
  });

  it('is an AbortError to those who look for one', () => {
    expect(new DocclfError('ABORTED', { operation: 'Embedding' })).toMatchObject({
      name: 'AbortError',
      code: 'ABORTED',
    });
  });

  const error = new DocclfError('LABEL_NOT_FOUND', { label: 'a' }, { cause: 'why' });

  it('carries code, facts and cause', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'DocclfError',
      code: 'LABEL_NOT_FOUND',
      details: { label: 'a' },
      cause: 'why',
    });
  });

  it('has no cause when none was given', () => {
    expect('cause' in new DocclfError('CLOSED', { what: 'gallery' })).toBe(false);
  });

  it('is told from others, and by its code', () => {
    expect(DocclfError.is(error)).toBe(true);
    expect(DocclfError.is(error, 'LABEL_NOT_FOUND')).toBe(true);
    expect(DocclfError.is(error, 'LABEL_EXISTS')).toBe(false);
    const others = [
      new Error('x'),
      { ...error },
      { code: 'LABEL_NOT_FOUND' },
      'LABEL_NOT_FOUND',
      null,
      undefined,
    ];
    for (const other of others) expect(DocclfError.is(other)).toBe(false);
  });

  it('is told by another installed copy of this package', async () => {
    // The query makes this a second module with a class of its own.
    const copy: typeof import('./errors.ts') = await import('./errors.ts?copy' as string);
    expect(copy.DocclfError).not.toBe(DocclfError);
    expect(error).not.toBeInstanceOf(copy.DocclfError);
    expect(copy.DocclfError.is(error, 'LABEL_NOT_FOUND')).toBe(true);
    expect(DocclfError.is(new copy.DocclfError('CLOSED', { what: 'gallery' }), 'CLOSED')).toBe(true);
  });
});

group('throwIfAborted', () => {
  it('does nothing without a raised signal', () => {
    throwIfAborted(undefined, 'It');
    throwIfAborted(new AbortController().signal, 'It');
  });

  it('keeps the reason as cause', () => {
    try {
      throwIfAborted(AbortSignal.abort('enough'), 'It');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ABORTED', details: { operation: 'It' }, cause: 'enough' });
    }
  });
});

group('describe', () => {
  it.each([
    ['text', '"text"'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    [7, '7'],
    [Number.NaN, 'NaN'],
    [10n, '10'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [new Uint8Array(9), 'Uint8Array'],
    [{ a: 1 }, 'Object'],
    [Object.create(null), 'object'],
    [new (class {})(), 'object'],
    [() => 'a long body', 'a function'],
  ])('names a value without printing all of it', (value, text) => {
    expect(describe(value)).toBe(text);
  });
});

group('positiveInteger', () => {
  it('returns what it accepts', () => {
    expect(positiveInteger('topK', 3)).toBe(3);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null])('refuses %s', (value) => {
    expect(thrownCode(() => positiveInteger('topK', value as number))).toBe('INVALID_ARGUMENT');
  });
});

group('what a caller sent', () => {
  const document = `data:image/jpeg;base64,${'QUJD'.repeat(50_000)}`;

  it('is shortened in the message and in the details', () => {
    const error = new DocclfError('FILE_NOT_FOUND', { file: document });
    expect(error.message).not.toContain('QUJDQUJDQ');
    expect(error.details.file).toBe('data:image/jpeg;base64,QUJDQUJ…');
    const long = new DocclfError('MANIFEST_INVALID', { problems: ['x'.repeat(5000)] });
    expect(long.details.problems[0]).toHaveLength(1001);
    expect(long.message.length).toBeLessThan(1100);
  });
});
