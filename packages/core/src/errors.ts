/**
 * The one error class of docclf and its closed set of codes.
 *
 * Each code fixes the facts it carries; the message is built from those facts and says what was
 * expected, what came and what to do. Callers branch on `code`, never on the text.
 */
import type { Signal } from './platform.ts';

/** The facts that come with each code. `source` is a file name, a URL or a word such as `bytes`. */
export interface ErrorDetails {
  INVALID_ARGUMENT: { argument: string; expected: string; received: string };
  ABORTED: { operation: string };
  CLOSED: { what: string };

  FILE_NOT_FOUND: { file: string };
  FILE_UNREADABLE: { file: string };
  FILE_UNWRITABLE: { file: string };
  FILE_CHANGED: { file: string };
  FOLDER_WITHOUT_IMAGES: { folder: string };

  IMAGE_EMPTY: { source: string };
  IMAGE_FORMAT_UNSUPPORTED: { source: string; format: string };
  IMAGE_TRUNCATED: { source: string };
  IMAGE_CORRUPT: { source: string };
  IMAGE_WITHOUT_PIXELS: { source: string; width: number; height: number };
  IMAGE_TOO_SMALL: { source: string; width: number; height: number; minimumSide: number };
  IMAGE_TOO_NARROW: { source: string; width: number; height: number; maximumAspect: number };
  IMAGE_TOO_LARGE: { source: string; width: number; height: number; maximumPixels: number };
  IMAGE_TOO_MANY_BYTES: { source: string; maximumBytes: number };
  IMAGE_TOO_COSTLY: { source: string; page?: number; limit: string };
  IMAGE_ANIMATED: { source: string; frames: number };
  IMAGE_PAGE_MISSING: { source: string; page: number; pages: number };

  PDF_CORRUPT: { source: string; page?: number };
  PDF_ENCRYPTED: { source: string };
  PDF_TOO_MANY_PAGES: { source: string; pages: number; maximumPages: number };
  PDF_TOO_COSTLY: { source: string; page?: number; limit: string };

  MANIFEST_INVALID: { problems: readonly string[] };
  MODEL_NOT_FOUND: { file: string; installed?: boolean };
  MODEL_HASH_MISMATCH: { file: string; expected: string; received: string };
  MODEL_SELF_TEST_FAILED: { model: string; cosine: number; minimumCosine: number };
  PIXELS_ALTERED: { difference: number; maximumDifference: number };
  RUNTIME_FAILED: { operation: string };
  THRESHOLD_UNAVAILABLE: { fpr: number; minimumFpr: number; maximumFpr: number };

  VECTOR_DIMENSION: { expected: number; received: number };
  VECTOR_NOT_FINITE: { index: number };
  VECTOR_NOT_UNIT: { norm: number };

  LABEL_EMPTY: { label: string };
  LABEL_TOO_LONG: { length: number; maximum: number };
  LABEL_INVALID: { label: string; problem: string };
  LABEL_NOT_FOUND: { label: string };
  LABEL_EXISTS: { label: string; references: number };
  LABEL_CONFLICT: { id: string; existing: string; requested: string };

  REFERENCE_EXISTS: { id: string; label: string };
  REFERENCE_NOT_FOUND: { id: string };
  REFERENCE_INVALID: { id: string; problem: string };
  REFERENCE_WITHOUT_IMAGE: { id: string; label: string };

  GALLERY_SPACE_MISMATCH: { expected: string; received: string };
  GALLERY_LOCKED: { gallery: string; holder: string };
  GALLERY_FILE_FOREIGN: { gallery: string };
  GALLERY_FILE_VERSION: { gallery: string; supported: number; received: number };
  GALLERY_FILE_TRUNCATED: { gallery: string; expectedBytes: number; receivedBytes: number };
  GALLERY_FILE_CORRUPT: { gallery: string; problem: string };
  GALLERY_COPY_DIFFERS: { missing: number; different: number; id: string };
  CAPABILITY_UNSUPPORTED: { store: string; capability: string };
  STORE_UNREACHABLE: { store: string; address: string };
  STORE_ACCESS_DENIED: { store: string; address: string };
  STORE_REQUIREMENT_MISSING: { store: string; requirement: string };
  GALLERY_FULL: { gallery: string };
  STORE_FAILED: { store: string; operation: string };
}

export type ErrorCode = keyof ErrorDetails;

const messages: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => string } = {
  INVALID_ARGUMENT: (d) => `Expected ${d.expected} for ${d.argument} but received ${d.received}.`,
  ABORTED: (d) => `${d.operation} was aborted by its signal; what had completed before is kept.`,
  CLOSED: (d) => `This ${d.what} is closed. Create a new one to go on.`,

  FILE_NOT_FOUND: (d) => `No file at ${d.file}. Check the path.`,
  FILE_UNREADABLE: (d) => `${d.file} could not be read. Check that it is a file and its permissions.`,
  FILE_UNWRITABLE: (d) => `${d.file} could not be written. Check the folder, its permissions and free space.`,
  FILE_CHANGED: (d) =>
    `${d.file} changed after it was looked at, and was left where it is. Try again when nobody writes to it any more.`,
  FOLDER_WITHOUT_IMAGES: (d) =>
    `${d.folder} holds no image file. Add .jpg, .png, .webp, .tiff, .avif, .gif or .bmp files or choose another folder.`,

  IMAGE_EMPTY: (d) => `${d.source} has no bytes. The upload or copy probably failed; send it again.`,
  IMAGE_FORMAT_UNSUPPORTED: (d) =>
    `${d.source} is not an image that can be decoded here (seen: ${d.format}). Convert it to JPEG, PNG or WebP.`,
  IMAGE_TRUNCATED: (d) =>
    `${d.source} ends before its last pixel. The upload or copy was cut; send it again.`,
  IMAGE_CORRUPT: (d) => `${d.source} has a damaged image stream. Save or export it again.`,
  IMAGE_WITHOUT_PIXELS: (d) => `${d.source} is ${d.width}x${d.height} and has no pixels. Send another image.`,
  IMAGE_TOO_SMALL: (d) =>
    `${d.source} is ${d.width}x${d.height}; each side needs at least ${d.minimumSide} pixels. Send a larger image.`,
  IMAGE_TOO_NARROW: (d) =>
    `${d.source} is ${d.width}x${d.height}; one side may be at most ${d.maximumAspect} times the other. Crop it to the document.`,
  IMAGE_TOO_LARGE: (d) =>
    `${d.source} declares ${d.width}x${d.height} pixels, more than the limit of ${d.maximumPixels}. Send a smaller image or raise maximumPixels.`,
  IMAGE_TOO_MANY_BYTES: (d) =>
    `${d.source} is larger than the limit of ${d.maximumBytes} bytes. Send a smaller file or raise maximumBytes.`,
  IMAGE_TOO_COSTLY: (d) =>
    `${d.source} takes more than the limit of ${d.limit} to decode. Save it as JPEG or PNG.`,
  IMAGE_ANIMATED: (d) =>
    `${d.source} is an animation of ${d.frames} frames; a document is a still image. Choose a frame: { source, page: 0 }.`,
  IMAGE_PAGE_MISSING: (d) =>
    `${d.source} has ${d.pages} page(s); page ${d.page} (counted from 0) does not exist. Choose one from 0 to ${d.pages - 1}.`,

  PDF_CORRUPT: (d) =>
    `${d.page === undefined ? d.source : `Page ${d.page} of ${d.source}`} is not a PDF that can be read: it is damaged or cut. Save or export it again.`,
  PDF_ENCRYPTED: (d) =>
    `${d.source} is encrypted and no password given opens it. Give it (withPasswords) or save it without one.`,
  PDF_TOO_MANY_PAGES: (d) =>
    `${d.source} has ${d.pages} pages, more than the limit of ${d.maximumPages}. Save it in parts or raise maximumPages.`,
  PDF_TOO_COSTLY: (d) =>
    `${d.page === undefined ? d.source : `Page ${d.page} of ${d.source}`} takes more than the limit of ${d.limit}. Save it in a simpler way or raise the limit.`,

  MANIFEST_INVALID: (d) =>
    `The model manifest is not valid: ${d.problems.join('; ')}. Export the model again.`,
  MODEL_NOT_FOUND: (d) =>
    d.installed
      ? `No model at ${d.file}, although @docclf/model comes with @docclf/node: a bundler has taken the code and left the files. Keep it out of the bundle, with external: ['@docclf/node'] (Next.js: serverExternalPackages), or pass the path of a manifest.`
      : /^(https?|blob):/.test(d.file)
        ? `The model's file ${d.file} could not be fetched. See the cause; check the connection and that the site serves this file.`
        : `No model at ${d.file}. Install @docclf/model or pass the path of a manifest.`,
  MODEL_HASH_MISMATCH: (d) =>
    `${d.file} is not the model of its manifest: expected SHA-256 ${d.expected} but received ${d.received}. Install the model again.`,
  MODEL_SELF_TEST_FAILED: (d) =>
    `Model ${d.model} gives another vector here than where it was made: cosine ${d.cosine.toFixed(6)}, at least ${d.minimumCosine} expected. This runtime would return wrong labels; update or change it.`,
  PIXELS_ALTERED: (d) =>
    `This browser alters the pixels of pictures that pages read: a known one came back ${d.difference} of 255 levels off on average, at most ${d.maximumDifference} is expected. Answers would be noise. Give this page leave to read pictures (in Firefox: privacy.resistFingerprinting), or use another browser.`,
  RUNTIME_FAILED: (d) => `The inference runtime failed to ${d.operation}. See the cause.`,
  THRESHOLD_UNAVAILABLE: (d) =>
    `The model's score table covers false-positive rates from ${d.minimumFpr} to ${d.maximumFpr}, not ${d.fpr}. Choose a rate within it or give the threshold as a number.`,

  VECTOR_DIMENSION: (d) =>
    `Expected a vector of ${d.expected} numbers but received ${d.received}. Embed with the model that this was made for.`,
  VECTOR_NOT_FINITE: (d) => `The vector's element ${d.index} is not a finite number. Embed the image again.`,
  VECTOR_NOT_UNIT: (d) => `Expected a vector of length 1 but its norm is ${d.norm}. Normalise it first.`,

  LABEL_EMPTY: () => 'The label is empty. Give a path such as insurance/acme/claim-form.',
  LABEL_TOO_LONG: (d) =>
    `The label has ${d.length} characters; at most ${d.maximum} are allowed. Shorten it.`,
  LABEL_INVALID: (d) =>
    `Label ${JSON.stringify(d.label)} ${d.problem}. Give a path such as insurance/acme/claim-form.`,
  LABEL_NOT_FOUND: (d) => `No reference is registered under ${JSON.stringify(d.label)}. See labels().`,
  LABEL_EXISTS: (d) =>
    `${JSON.stringify(d.label)} has ${d.references} reference(s) already. Pass merge: true to join the two branches.`,
  LABEL_CONFLICT: (d) =>
    `This image is registered as ${JSON.stringify(d.existing)} (reference ${d.id}) and cannot also be ${JSON.stringify(d.requested)}. Remove or rename the first.`,

  REFERENCE_EXISTS: (d) =>
    `Reference ${d.id} is registered already (${JSON.stringify(d.label)}). Pass existing: 'keep' to leave it, or 'replace'.`,
  REFERENCE_NOT_FOUND: (d) => `No reference has the id ${d.id}. See references().`,
  REFERENCE_INVALID: (d) => `Reference ${d.id} cannot be stored: ${d.problem}.`,
  REFERENCE_WITHOUT_IMAGE: (d) =>
    `Reference ${d.id} (${JSON.stringify(d.label)}) keeps no thumbnail, and none of the images given is the one it was made from. Give the folder that has it.`,

  GALLERY_SPACE_MISMATCH: (d) =>
    `The gallery holds vectors of ${d.received} but the model makes ${d.expected}; their scores mean nothing to each other. Open it with its own model, or embed its images again into a new one: docclf gallery migrate.`,
  GALLERY_LOCKED: (d) =>
    `${d.gallery} is in use by ${d.holder}. Try again when that is done. If a process that is gone left ${d.gallery}.lock behind, remove that.`,
  GALLERY_FILE_FOREIGN: (d) => `${d.gallery} is not a docclf gallery file. Check the path.`,
  GALLERY_FILE_VERSION: (d) =>
    `${d.gallery} has format version ${d.received}; this release reads version ${d.supported}. Update docclf.`,
  GALLERY_FILE_TRUNCATED: (d) =>
    `${d.gallery} should have ${d.expectedBytes} bytes but has ${d.receivedBytes}. It was cut; restore it from a copy.`,
  GALLERY_FILE_CORRUPT: (d) => `${d.gallery} is damaged: ${d.problem}. Restore it from a copy.`,
  GALLERY_COPY_DIFFERS: (d) =>
    `After copying, the target lacks ${d.missing} reference(s) and has ${d.different} with another content, such as ${d.id}. Something may have written to one of them meanwhile; try again.`,
  CAPABILITY_UNSUPPORTED: (d) =>
    `The ${d.store} store does not support ${d.capability}. See its capabilities.`,
  STORE_UNREACHABLE: (d) =>
    `The ${d.store} store at ${d.address} did not answer, or its connection broke. Check that the server runs and can be reached, then try again; a write that was under way has happened whole or not at all.`,
  STORE_ACCESS_DENIED: (d) =>
    `The ${d.store} store at ${d.address} refused these credentials or this user's rights. See the cause; check user, password and what the user may do.`,
  STORE_REQUIREMENT_MISSING: (d) => `The ${d.store} store needs ${d.requirement}. See the cause.`,
  GALLERY_FULL: (d) =>
    `There is no space left for ${d.gallery}; nothing of this was written. Remove references or free space elsewhere.`,
  STORE_FAILED: (d) => `The ${d.store} store failed to ${d.operation}. See the cause.`,
};

/** Every code, for whoever must know them all: a table of translations, a check of the documentation. */
export const errorCodes = /* @__PURE__ */ Object.keys(messages) as readonly ErrorCode[];

// A registered symbol, so that two installed copies of this package recognise each other's errors.
const marker = Symbol.for('docclf.error');

/**
 * Every error that docclf throws on purpose.
 *
 * @example
 * try { await classifier.register('form.jpg', { label: 'acme/form' }) }
 * catch (error) { if (DocclfError.is(error, 'REFERENCE_EXISTS')) console.log(error.details.label) }
 */
export class DocclfError<Code extends ErrorCode = ErrorCode> extends Error {
  /** `AbortError` for ABORTED, as platforms name theirs, so that whoever looks for an abort finds it. */
  override readonly name: 'DocclfError' | 'AbortError';
  readonly code: Code;
  /** The facts behind the message; their type follows from the code. */
  readonly details: Readonly<ErrorDetails[Code]>;
  readonly [marker] = true;

  constructor(code: Code, details: ErrorDetails[Code], options?: { cause?: unknown }) {
    const facts = shortened(details);
    super(printable(messages[code](facts)), options);
    this.name = code === 'ABORTED' ? 'AbortError' : 'DocclfError';
    this.code = code;
    this.details = facts;
  }

  /** Without the cause, which may be anything. */
  toJSON(): { name: string; code: Code; message: string; details: Readonly<ErrorDetails[Code]> } {
    const { name, code, message, details } = this;
    return { name, code, message, details };
  }

  /** True for errors of this class, also of another installed copy; with `code`, only for that code. */
  static is<Code extends ErrorCode>(error: unknown, code?: Code): error is DocclfError<Code> {
    const known = error instanceof Error && (error as { [marker]?: unknown })[marker] === true;
    return known && (code === undefined || (error as DocclfError).code === code);
  }
}

/** Longer than any path that a system takes is shown of; a log is no place for what a caller sent. */
const longestText = 1000;
/** A data: URL is the picture itself. */
const longestDataUrl = 30;

function shortened<Details>(details: Details): Details {
  const shorten = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shorten);
    if (typeof value !== 'string') return value;
    const longest = /^data:/i.test(value) ? longestDataUrl : longestText;
    return value.length > longest ? `${value.slice(0, longest)}…` : value;
  };
  const entries = Object.entries(details as object).map(([name, value]) => [name, shorten(value)]);
  return Object.fromEntries(entries) as Details;
}

/** One line of text for a terminal and a log: what steers either, or turns the reading direction, is written out. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Throws ABORTED, with the signal's reason as cause, when the signal has been raised. */
export function throwIfAborted(signal: Signal | undefined, operation: string): void {
  if (signal?.aborted) throw new DocclfError('ABORTED', { operation }, { cause: signal.reason });
}

/** Names a received value for an error message without printing all of it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (value === null || typeof value !== 'object') return String(value);
  return value.constructor?.name || 'object';
}

/**
 * Returns `value` when it is a positive whole number.
 *
 * @throws INVALID_ARGUMENT
 */
export function positiveInteger(argument: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  const expected = 'a positive whole number';
  throw new DocclfError('INVALID_ARGUMENT', { argument, expected, received: describe(value) });
}

/** For a promise of an inference runtime: rejects with RUNTIME_FAILED, what was rejected being the cause. */
export function runtimeFailed(operation: string): (cause: unknown) => never {
  return (cause) => {
    throw new DocclfError('RUNTIME_FAILED', { operation }, { cause });
  };
}
