/** What went wrong: a picture, its corners, or another argument. */
export type PreprocessErrorCode = 'INVALID_IMAGE' | 'INVALID_CORNERS' | 'INVALID_ARGUMENT';

/**
 * The one error of this package. Its message says what was expected, what came, and what to do.
 *
 * This package imports nothing, so the class is its own; runtimes wrap it and keep it as `cause`.
 * Tell it by `name` and `code` rather than by `instanceof` when two copies may be installed.
 */
export class PreprocessError extends RangeError {
  override readonly name = 'PreprocessError';
  readonly code: PreprocessErrorCode;

  constructor(code: PreprocessErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
