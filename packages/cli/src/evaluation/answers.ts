/** What a mail room wants to know first, in one sentence: how many answers are right, none, wrong. */
import type { Evaluated } from './evaluated.ts';
import { percent } from './numbers.ts';

/** Shares from 0 to 1 of the answers that users get with one reference a type, the second look among them; null is what the data cannot say. */
export interface AnswerShares {
  readonly right: number | null;
  /** Only a parent of the right label: right as far as it goes. `right` to `wrong` add up to 1. */
  readonly parent: number | null;
  readonly unknown: number | null;
  readonly wrong: number | null;
  readonly strangersAccepted: number | null;
}

export function answerShares({ answers }: Evaluated): AnswerShares {
  const share = (count: number, of: number) => (of > 0 ? count / of : null);
  const { asked, right, parent, unknown, wrong, strangers } = answers;
  return {
    right: share(right, asked),
    parent: share(parent, asked),
    unknown: share(unknown, asked),
    wrong: share(wrong, asked),
    strangersAccepted: share(strangers.accepted, strangers.asked),
  };
}

/** For readers who have never heard of a rate. */
export function answerSentence(evaluated: Evaluated): string {
  const { right, parent, unknown, wrong, strangersAccepted } = answerShares(evaluated);
  const strangers =
    strangersAccepted === null
      ? 'nothing can be said about strangers'
      : `${percent(strangersAccepted)} of strangers are taken for a registered type`;
  if (right === null) {
    return `Nothing can be said about right answers, for no type has a second image; ${strangers}.`;
  }
  const backedOff = parent ? `${percent(parent)} only the group that it belongs to, ` : '';
  return (
    `With the first image of each type registered, ${percent(right)} of the others get the right answer, ${backedOff}` +
    `${percent(unknown)} come back as unknown and ${percent(wrong)} get a wrong answer; ${strangers}.`
  );
}
