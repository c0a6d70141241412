/** From errors to what the user reads and what a script gets. */
import { DocclfError, type ErrorCode } from '@docclf/core';
import { exitCodes } from './exit-codes.ts';
import { OutputClosed } from './screen.ts';
import { nameOf } from './text.ts';

/** Where the library's message names a call, what that is on the command line. */
const hints: { readonly [Code in ErrorCode]?: string } = {
  LABEL_NOT_FOUND: '`docclf labels` lists them.',
  LABEL_EXISTS: 'On the command line: --merge.',
  REFERENCE_EXISTS: 'When copying: --existing keep or --existing replace.',
  LABEL_CONFLICT: 'Or move it here with --replace.',
  REFERENCE_NOT_FOUND: '`docclf classify --json` names them as referenceId.',
  GALLERY_COPY_DIFFERS: 'The same command goes on where it stopped.',
  PDF_ENCRYPTED: 'On the command line: --pdf-password-file.',
  IMAGE_ANIMATED: 'Save the frame as a file of its own.',
};

/** `CODE: message`, with what the message leaves unsaid: the file, the page, the way out here. */
export function wordingOf(error: unknown, image?: { readonly file: string; readonly page?: number }): string {
  const code = DocclfError.is(error) ? error.code : 'UNEXPECTED';
  let text = error instanceof Error ? error.message : String(error);
  if (image && !text.includes(image.file)) text += ` (${nameOf(image)})`;
  else if (image?.page !== undefined) text += ` (page ${image.page})`;
  const hint = DocclfError.is(error) ? hints[error.code] : undefined;
  return `${code}: ${text}${hint ? ` ${hint}` : ''}`;
}

/** True for errors that every further image would meet too. */
export function endsTheRun(error: unknown): boolean {
  return (
    DocclfError.is(error) &&
    /^(ABORTED|CLOSED|GALLERY_.*|STORE_.*|FILE_UNWRITABLE|CAPABILITY_UNSUPPORTED)$/.test(error.code)
  );
}

const usageCodes: ReadonlySet<ErrorCode> = new Set([
  'INVALID_ARGUMENT',
  'LABEL_EMPTY',
  'LABEL_TOO_LONG',
  'LABEL_INVALID',
  'THRESHOLD_UNAVAILABLE',
]);

const inputCodes: ReadonlySet<ErrorCode> = new Set([
  'LABEL_NOT_FOUND',
  'LABEL_EXISTS',
  'LABEL_CONFLICT',
  'REFERENCE_EXISTS',
  'REFERENCE_NOT_FOUND',
]);

/** The exit code for an error that ended the command. Files here are galleries: images have their own line. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof OutputClosed) return exitCodes.outputClosed;
  if (!DocclfError.is(error)) return exitCodes.stopped;
  if (error.code === 'ABORTED') return exitCodes.interrupted;
  if (usageCodes.has(error.code)) return exitCodes.usage;
  return inputCodes.has(error.code) ? exitCodes.someFailed : exitCodes.stopped;
}
