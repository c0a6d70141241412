/** A server that says nothing is given up: TCP alone would wait for ever. */

/** An answer that did not come in time: the connection it should have come through is of no use any more. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  constructor(milliseconds: number) {
    super(`There was no answer within ${milliseconds} ms.`);
  }
}

/** A timer of more would go off at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * @param onLate is given what comes after all
 * @throws NoAnswerError, and what `answer` rejects with
 */
export async function within<Answer>(
  milliseconds: number,
  answer: Promise<Answer>,
  onLate: (answer: Answer) => void = () => {},
): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLate = false;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        isLate = true;
        reject(new NoAnswerError(milliseconds));
      },
      Math.min(milliseconds, longestTimer),
    );
  });
  answer.then(
    (late) => isLate && onLate(late),
    () => {},
  );
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
