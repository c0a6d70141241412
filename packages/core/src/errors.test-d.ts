/** Checked by `tsc` alone: what must compile and what must not. */
import { DocclfError, type ErrorCode } from './errors.ts';

declare const caught: unknown;

if (DocclfError.is(caught, 'LABEL_TOO_LONG')) {
  const maximum: number = caught.details.maximum;
  // @ts-expect-error this code has no label
  caught.details.label;
  void maximum;
}

if (DocclfError.is(caught)) {
  const code: ErrorCode = caught.code;
  // @ts-expect-error without a code no fact is certain
  caught.details.maximum;
  void code;
}

new DocclfError('CLOSED', { what: 'gallery' }, { cause: caught });
// @ts-expect-error the set of codes is closed
new DocclfError('SOMETHING_ELSE', {});
// @ts-expect-error the facts belong to the code
new DocclfError('CLOSED', { label: 'a' });
// @ts-expect-error no fact may be left out
new DocclfError('LABEL_TOO_LONG', { length: 501 });
