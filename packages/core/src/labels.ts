/** Label paths: `insurance/acme/claim-form`, any Unicode, compared by segment and never by prefix text. */
import { DocclfError, describe } from './errors.ts';

/** Longest label in UTF-16 units, separators included. Keeps every database's index limits out of reach. */
export const maximumLabelLength = 500;

/**
 * The label of negative references, "this is none of mine": found by every search, answered by none.
 * `parseLabel` refuses it, so no document type can have it.
 */
export const negativeLabel = '.';

// Control characters break terminals and SQL clients; a lone surrogate cannot be stored as UTF-8.
const unstorable = /[\p{Cc}\p{Cs}]/u;

/**
 * Checks a label and returns its canonical form (Unicode NFC, so that `é` typed in two ways is one label).
 *
 * @throws LABEL_EMPTY, LABEL_TOO_LONG, LABEL_INVALID, INVALID_ARGUMENT
 */
export function parseLabel(text: string): string {
  if (typeof text !== 'string') {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'label',
      expected: 'a string',
      received: describe(text),
    });
  }
  if (text.trim() === '') throw new DocclfError('LABEL_EMPTY', { label: text });
  // Before any other work: the length may be that of an upload.
  if (text.length > maximumLabelLength) {
    throw new DocclfError('LABEL_TOO_LONG', { length: text.length, maximum: maximumLabelLength });
  }
  const label = text.normalize('NFC');
  const refuse = (problem: string) => new DocclfError('LABEL_INVALID', { label: text, problem });
  if (unstorable.test(label)) throw refuse('holds a control character or half of a surrogate pair');
  for (const segment of label.split('/')) {
    if (segment === '') throw refuse('has an empty segment');
    if (segment === '.' || segment === '..') throw refuse(`has the segment ${segment}, which names no type`);
    if (segment !== segment.trim()) throw refuse('has a segment that begins or ends with white space');
  }
  if (label.length > maximumLabelLength) {
    throw new DocclfError('LABEL_TOO_LONG', { length: label.length, maximum: maximumLabelLength });
  }
  return label;
}

/** As `parseLabel`, for what a gallery stores: a label, or `negativeLabel`. */
export function parseStoredLabel(text: string): string {
  return text === negativeLabel ? text : parseLabel(text);
}

/** The segments of a canonical label, root first. */
export function labelPath(label: string): readonly string[] {
  return label.split('/');
}

/** True when `label` is `ancestor` or lies under it: `a/b` is within `a`, `ab` is not. */
export function isWithin(label: string, ancestor: string): boolean {
  return label === ancestor || label.startsWith(`${ancestor}/`);
}

/** `a`, `a/b` and `a/b/c` for `a/b/c`: the label and all that it lies within. */
export function labelAndAncestors(label: string): string[] {
  const path = labelPath(label);
  return path.map((_, i) => path.slice(0, i + 1).join('/'));
}

/** What a label with a `*` before its last segment says: a state of every document of a branch. */
export interface BranchState {
  /** Null for the whole gallery. */
  readonly branch: string | null;
  readonly name: string;
}

/** Undefined for a label that names a document. With `*` between them, `insurance` and `stained` are a branch and a state. */
export function branchStateOf(label: string): BranchState | undefined {
  const path = labelPath(label);
  if (path.at(-2) !== everyDocument) return undefined;
  return { branch: path.length > 2 ? path.slice(0, -2).join('/') : null, name: path.at(-1)! };
}

/** In a label: any document that lies here. */
const everyDocument = '*';
