/** Errors in the words of somebody who uses the page and writes no code. Pure. */
import { DocclfError, type ErrorCode, type ErrorDetails } from '@docclf/web';
import { NoSimdError } from './simd.ts';

export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

type Words<Code extends ErrorCode> = readonly [
  title: string,
  advice: string | ((details: ErrorDetails[Code]) => string),
];

const sendAgain = 'Choose another picture, or save this one again.';
const labelExample = 'A name is a path such as insurance/acme/claim-form.';
const anotherCopy = 'Nothing was changed. Try another copy of the file.';
const tryAgain = 'Try again. If that does not help, use a current version of this browser or another one.';

const words: { readonly [Code in ErrorCode]?: Words<Code> } = {
  IMAGE_EMPTY: ['This file is empty', sendAgain],
  IMAGE_FORMAT_UNSUPPORTED: ['This is no picture that can be read here', 'JPEG, PNG and WebP always work.'],
  IMAGE_TRUNCATED: ['This picture is cut off', sendAgain],
  IMAGE_CORRUPT: ['This picture is damaged', sendAgain],
  IMAGE_WITHOUT_PIXELS: ['This picture shows nothing', sendAgain],
  IMAGE_TOO_SMALL: [
    'This picture is too small',
    ({ minimumSide }) => `Each side needs at least ${minimumSide} pixels.`,
  ],
  IMAGE_TOO_NARROW: ['This picture is too narrow', 'Crop it to the document.'],
  IMAGE_TOO_LARGE: ['This picture is too large', 'Choose one with fewer pixels.'],
  IMAGE_TOO_MANY_BYTES: ['This file is too large', 'Choose a smaller one.'],
  IMAGE_ANIMATED: ['This picture moves', 'A document is a still picture. Choose another one.'],
  FILE_UNREADABLE: ['This file could not be read', 'Check that it is still there and try again.'],

  LABEL_EMPTY: ['A name is missing', labelExample],
  LABEL_INVALID: ['This name cannot be used', ({ problem }) => `It ${problem}. ${labelExample}`],
  LABEL_TOO_LONG: ['This name is too long', ({ maximum }) => `At most ${maximum} characters are allowed.`],
  LABEL_EXISTS: [
    'This name is taken',
    ({ label }) => `${label} is there already. Join the two, or choose another name.`,
  ],
  LABEL_NOT_FOUND: ['This type is gone', ({ label }) => `${label} was removed, perhaps in another tab.`],
  LABEL_CONFLICT: [
    'This picture has another name already',
    ({ existing }) => `It is registered as ${existing}. Rename or delete that first.`,
  ],
  REFERENCE_EXISTS: ['This picture is registered already', ({ label }) => `It belongs to ${label}.`],
  REFERENCE_NOT_FOUND: ['This reference is gone', 'It was removed, perhaps in another tab.'],

  MODEL_NOT_FOUND: [
    'The model could not be loaded',
    'The server did not send it, or the network is down. Nothing in your gallery was touched. Try again in a moment.',
  ],
  MODEL_HASH_MISMATCH: [
    'The model is damaged and was not used',
    'What arrived is not the file that this page was made with: it was changed or cut on the way. Fetch it again.',
  ],
  MANIFEST_INVALID: ['The model could not be loaded', 'Its description is damaged. Try again in a moment.'],
  MODEL_SELF_TEST_FAILED: [
    'The model computes wrongly here',
    'On this device it gives other results than where it was made, so its answers would be wrong. Try another browser.',
  ],
  PIXELS_ALTERED: [
    'This browser hides pictures from pages',
    'It puts noise in their place, so that answers would be guesses. Allow this page to read pictures, or try another browser.',
  ],
  RUNTIME_FAILED: ['The model could not be started', tryAgain],

  GALLERY_SPACE_MISMATCH: [
    'This gallery belongs to another model',
    ({ expected, received }) =>
      `It was made with ${received}, and this page works with ${expected}. Their scores cannot be compared, so it was left as it is. A saved file of it can be imported: its pictures are then registered again.`,
  ],
  GALLERY_FILE_FOREIGN: ['This is no gallery file', 'Galleries end in .docclf. Nothing was changed.'],
  GALLERY_FILE_VERSION: [
    'This gallery file is newer than this page',
    'Nothing was changed. Update this page and try again.',
  ],
  GALLERY_FILE_TRUNCATED: ['This gallery file is cut off', anotherCopy],
  GALLERY_FILE_CORRUPT: ['This gallery file is damaged', anotherCopy],
  GALLERY_FULL: [
    'No space left for the gallery',
    'Nothing was lost, and nothing new was stored. Delete what you do not need, or free space on this device.',
  ],
  GALLERY_LOCKED: ['Another tab has this page open in an older version', 'Close that tab and try again.'],
  STORE_REQUIREMENT_MISSING: [
    'This window may not store anything',
    'The gallery is gone when you leave. Export it if you want to keep it.',
  ],
  REFERENCE_WITHOUT_IMAGE: [
    'A picture is missing',
    ({ label }) => `A reference of ${label} was kept without one, so it cannot be registered again.`,
  ],
  STORE_FAILED: [
    'The gallery could not be kept',
    'The browser refused to store it. What was there before is unharmed.',
  ],
};

const noSimd: Explanation = {
  title: 'This browser cannot run the model',
  advice:
    'It lacks fast WebAssembly (SIMD), or it is switched off. Chrome and Edge have it from version 91, Firefox from 89, Safari from 16.4.',
};

/** What happened and what to do, for any error. */
export function explain(error: unknown): Explanation {
  if (error instanceof NoSimdError) return noSimd;
  if (!DocclfError.is(error)) {
    return { title: 'Something went wrong', advice: error instanceof Error ? error.message : String(error) };
  }
  const found = words[error.code] as Words<ErrorCode> | undefined;
  if (found === undefined) return { title: 'Something went wrong', advice: error.message };
  const [title, advice] = found;
  return { title, advice: typeof advice === 'string' ? advice : advice(error.details as never) };
}

/** One line: what was thrown and by what, for whoever is asked for help. */
export function technical(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = DocclfError.is(error) ? `${error.code}: ` : '';
  return `${code}${error.message}${error.cause === undefined ? '' : ` (${technical(error.cause)})`}`;
}
