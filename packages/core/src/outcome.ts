/** One item of a stream: a bad image does not stop the others. */
import type { Outcome } from './classifier-contract.ts';
import { DocclfError } from './errors.ts';

/** Runs one item of a stream. Only what no further item can escape ends it; for an abort the stream itself sees to that. */
export async function outcome<Source, Result>(
  index: number,
  source: Source,
  work: () => Promise<Result>,
): Promise<Outcome<Source, Result>> {
  try {
    return { index, source, ok: true, result: await work() };
  } catch (error) {
    if (DocclfError.is(error, 'CLOSED')) throw error;
    return { index, source, ok: false, error: asDocclfError(error) };
  }
}

/** What a source, a store or a runtime of somebody else's threw is kept as the cause. */
function asDocclfError(error: unknown): DocclfError {
  if (DocclfError.is(error)) return error;
  return new DocclfError('RUNTIME_FAILED', { operation: 'work on this item' }, { cause: error });
}
