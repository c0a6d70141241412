/** What the page says about a decision: a heading, a sentence, and how sure. Pure. */
import type { Decision, StateFacts } from '@docclf/web';
import type { Announced } from './voting.ts';

export type VerdictKind = 'accepted' | 'backed-off' | 'unknown' | 'empty' | 'looking';

export interface Verdict {
  readonly kind: VerdictKind;
  /** The label's segments; empty when there is none to show. */
  readonly path: readonly string[];
  readonly heading: string;
  readonly sentence: string;
}

const looking: Verdict = {
  kind: 'looking',
  path: [],
  heading: 'Looking …',
  sentence: 'Hold the document still.',
};

/** A decision, and what is said of the state that the document is in. */
export type Judged = Decision & Partial<StateFacts>;

/** What helps against what is seen. */
const advice: Readonly<Record<string, string>> = {
  glare: 'There is glare: tilt the document or move the light.',
  blur: 'It is blurred: hold still, and a little farther away.',
  dark: 'It is dark: more light helps.',
  bright: 'It is overexposed: less light helps.',
  shadow: 'A shadow lies on it.',
  cover: 'Something covers a part of it.',
};

/** What one decision says. */
export function verdictOf(decision: Judged): Verdict {
  const verdict = verdictOfDecision(decision);
  const { states = [], seen = [] } = decision;
  const held = states.filter((name) => !verdict.path.includes(name));
  const hints = [
    ...(held.length > 0 ? [`State: ${held.join(', ')}.`] : []),
    ...seen.flatMap((word) => advice[word] ?? []),
  ];
  return hints.length === 0 ? verdict : { ...verdict, sentence: [verdict.sentence, ...hints].join(' ') };
}

function verdictOfDecision(decision: Decision): Verdict {
  const { status, label, path, reason, backedOffFrom } = decision;
  if (status === 'unknown' || label === null) return unknownVerdict(decision);
  if (reason === 'backed-off') {
    return {
      kind: 'backed-off',
      path,
      heading: label,
      sentence: `Sure as far as this. It may be ${backedOffFrom}, but another one is too much like it to tell.`,
    };
  }
  return { kind: 'accepted', path, heading: label, sentence: 'Recognised.' };
}

/** What the vote of the frames says; `decision` is that of the last frame that agreed with it. */
export function verdictOfVote(announced: Announced, decision: Judged): Verdict {
  if (decision.reason === 'empty-gallery') return unknownVerdict(decision);
  if (announced === undefined) return looking;
  // The frames agree on less than the last one said.
  if (announced !== null && announced !== decision.label) {
    const sentence = 'Sure as far as this: the frames do not agree on more.';
    return { kind: 'backed-off', path: announced.split('/'), heading: announced, sentence };
  }
  return verdictOf(decision);
}

function unknownVerdict({ reason, candidates, oneOf }: Decision): Verdict {
  const [best] = candidates;
  switch (reason) {
    case 'empty-gallery':
      return {
        kind: 'empty',
        path: [],
        heading: 'Nothing to compare with yet',
        sentence: 'Give this document a name below, and the next one like it is recognised.',
      };
    case 'negative-reference':
      return unknown('It looks like what you marked as not yours.');
    case 'not-confirmed':
      return unknown(`It is most like ${best?.label}, but the two pictures do not show the same print.`);
    case 'tied-labels':
      return unknown('Two different documents are exactly as much like it, so neither is the answer.');
    case 'look-alikes':
      return unknown(`It is one of these, but they are too alike to tell which: ${listed(oneOf)}.`);
    default:
      return unknown(
        `${best ? `It is most like ${best.label}, but not enough to be sure. ` : ''}If it is a new one, give it a name.`,
      );
  }
}

function unknown(sentence: string): Verdict {
  return { kind: 'unknown', path: [], heading: 'Unknown', sentence };
}

/** The first few names: more would fill the card. */
function listed(labels: readonly string[]): string {
  const more = labels.length > 3 ? ` and ${labels.length - 3} more` : '';
  return labels.slice(0, 3).join(', ') + more;
}

/** A score and what is enough, in percent: the first is below the second only where the score is. */
export function percentages(score: number, enough: number): readonly [alike: number, enough: number] {
  const asked = Math.ceil(100 * enough);
  const alike = Math.floor(100 * score);
  return [score < enough ? Math.min(alike, asked - 1) : Math.max(alike, asked), asked];
}
