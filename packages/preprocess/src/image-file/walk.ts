/**
 * A way through a file that stops now and then, so that whoever leads it can let others work in between: a hostile file may
 * be a quarter of a gigabyte of what a reader has to step over two bytes at a time.
 */
export type Walk<Result> = Generator<void, Result, void>;

/** Steps between two stops: some milliseconds. */
export const stepsAtOnce = 2 ** 20;

/** Goes the whole way at once. */
export function finish<Result>(walk: Walk<Result>): Result {
  while (true) {
    const { done, value } = walk.next();
    if (done) return value;
  }
}
