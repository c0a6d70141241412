import { expectTypeOf, test } from 'vitest';
import type { Classification, Outcome } from './classifier-contract.ts';
import type { DocclfError } from './errors.ts';

test('after accepted the label is a text, after unknown there is none', () => {
  const answer = {} as Classification;
  if (answer.status === 'accepted') {
    expectTypeOf(answer.label).toEqualTypeOf<string>();
    expectTypeOf(answer.score).toEqualTypeOf<number>();
    expectTypeOf(answer.referenceId).toEqualTypeOf<string>();
  } else {
    expectTypeOf(answer.label).toEqualTypeOf<null>();
    expectTypeOf(answer.oneOf).toEqualTypeOf<readonly string[]>();
  }
});

test('a failed item of a stream has an error with a code', () => {
  const outcome = {} as Outcome<string, Classification>;
  if (!outcome.ok) expectTypeOf(outcome.error).toEqualTypeOf<DocclfError>();
});
