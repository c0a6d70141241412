/** Writes one after another: each waits for those before it, then runs to its end, for what it did must be known. */
export type InTurn = <Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
) => Promise<Result>;

/** @param assertNotAborted asked when a write's turn has come */
export function createQueue(assertNotAborted: (signal: AbortSignal | undefined) => void): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, work) => {
    const turn = last.then(() => {
      assertNotAborted(signal);
      return work();
    });
    last = turn.catch(() => {});
    return turn;
  };
}
