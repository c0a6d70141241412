/** One answer a file, made of those of its pages. */
import type { Classification } from '@docclf/core';
import type { FoundFile } from '../files/find-files.ts';
import type { Attempt, Job } from '../job.ts';

/** `majority`: the label of most pages that have one; `best`: that of the page with the highest score. */
export type AnswerBy = 'majority' | 'best';

/** What became of a page; `undefined` when it is blank, and was not looked at further. */
export type PageAttempt = Attempt<Classification | undefined>;

export interface FileAnswer {
  readonly found: FoundFile;
  /** In their order; one without a number for a file without pages. */
  readonly pages: readonly PageAttempt[];
  /** The page that decides; undefined when all are blank or failed. */
  readonly page: number | undefined;
  /** The answer of that page. */
  readonly result: Classification | undefined;
  /** Pages that were answered with the same label. */
  readonly agreeing: number;
}

/** Files in their order, each as soon as its last page is there. */
export async function* answersByFile(
  attempts: AsyncIterable<PageAttempt>,
  by: AnswerBy = 'majority',
): AsyncGenerator<FileAnswer, void, void> {
  let pages: PageAttempt[] = [];
  for await (const attempt of attempts) {
    pages.push(attempt);
    if (!attempt.input.isLast) continue;
    yield answerOf(attempt.input.found, pages, by);
    pages = [];
  }
}

type Answered = { readonly page: number | undefined; readonly result: Classification };

/** Pages without an answer have no vote: of a contract often only the first page is registered. */
function answerOf(found: FoundFile, pages: readonly PageAttempt[], by: AnswerBy): FileAnswer {
  const answered = pages.flatMap((attempt): Answered[] =>
    'error' in attempt || !attempt.result ? [] : [{ page: attempt.input.page, result: attempt.result }],
  );
  const accepted = answered.filter(({ result }) => result.status === 'accepted');
  const votes = new Map<string | null, number>();
  for (const { result } of accepted) votes.set(result.label, (votes.get(result.label) ?? 0) + 1);
  const most = Math.max(...votes.values());
  const running = accepted.filter(({ result }) => by === 'best' || votes.get(result.label) === most);
  const decisive = bestOf(running.length > 0 ? running : answered);
  return {
    found,
    pages,
    page: decisive?.page,
    result: decisive?.result,
    agreeing: decisive ? (votes.get(decisive.result.label) ?? 0) : 0,
  };
}

/** The first of the highest score. */
function bestOf(answered: readonly Answered[]): Answered | undefined {
  return answered.reduce<Answered | undefined>(
    (best, one) => (best && (best.result.score ?? -1) >= (one.result.score ?? -1) ? best : one),
    undefined,
  );
}

/**
 * Reports the pages that failed, and counts the others but for one, for which the file is counted.
 *
 * @returns whether there is such a one
 */
export function settlePages(job: Job, { pages }: FileAnswer): boolean {
  let left = 0;
  for (const page of pages) {
    if ('error' in page) job.failed(page.input, page.error);
    else if (left++ > 0) job.step();
  }
  return left > 0;
}
