/** The answer card: label, score against the threshold, and the reference that it is owed to. */
import { type Decision, negativeLabel } from '@docclf/web';
import { element, part, pathOf } from './elements.ts';
import type { Messages } from './messages.ts';
import type { Thumbnails } from './thumbnails.ts';
import { percentages, type Verdict } from './verdict.ts';

export interface Answer {
  /** A verdict, the decision that its reference comes from, and the one whose score is shown now. */
  show(verdict: Verdict, decision: Decision, now?: Decision): void;
  /** Instead of a verdict: why there is none, or that there is nothing to answer. */
  tell(heading: string, sentence: string): void;
}

export function createAnswer(thumbnails: Thumbnails, messages: Messages): Answer {
  const card = part('answer', HTMLElement);
  const label = part('answer-label', HTMLElement);
  const sentence = part('answer-sentence', HTMLElement);
  const score = part('score', HTMLElement);
  const meter = part('score-meter', HTMLMeterElement);
  const fill = part('score-fill', HTMLElement);
  const mark = part('score-threshold', HTMLElement);
  const scoreText = part('score-text', HTMLElement);
  const thresholdText = part('threshold-text', HTMLElement);
  const match = part('match', HTMLElement);
  const image = part('match-image', HTMLImageElement);
  const matchTitle = part('match-title', HTMLElement);
  const matchLabel = part('match-label', HTMLElement);
  let said = '';

  function showHeading({ kind, path, heading, sentence: words }: Verdict | Told): void {
    card.dataset.kind = kind;
    // Screen readers are told when the answer is another one, not at every frame.
    if (said !== kind + heading) {
      label.replaceChildren(...(path.length > 0 ? segments(path) : [heading]));
      if (kind !== 'looking' && kind !== 'waiting') messages.say(`${heading}. ${words}`);
    }
    said = kind + heading;
    if (sentence.textContent !== words) sentence.textContent = words;
  }

  function showScore({ score: best, threshold, reason, negative }: Decision): void {
    const value = reason === 'negative-reference' && negative ? negative.score : best;
    score.hidden = value === null;
    if (value === null) return;
    fill.style.width = `${value * 100}%`;
    mark.style.left = `${threshold.value * 100}%`;
    const [alike, enough] = percentages(value, threshold.value);
    scoreText.textContent = `${alike} % alike`;
    thresholdText.textContent = `${enough} % is enough`;
    meter.value = value;
    meter.low = threshold.value;
  }

  function showMatch({ reason, status, referenceId, negative, candidates }: Decision): void {
    const rejected = reason === 'negative-reference';
    const id = rejected ? negative?.referenceId : referenceId;
    match.hidden = id === undefined || id === null;
    if (match.hidden) return;
    const name = rejected ? negativeLabel : (candidates[0]?.label ?? '');
    const url = thumbnails.urlOf(id!);
    image.hidden = url === undefined;
    if (url !== undefined && image.src !== url) image.src = url;
    image.alt = `Your picture of ${nameOf(name)}`;
    matchTitle.textContent = status === 'accepted' || rejected ? 'Your picture of it' : 'Most like it';
    if (matchLabel.textContent !== nameOf(name)) matchLabel.replaceChildren(...pathOf(nameOf(name)));
  }

  return {
    show(verdict, decision, now = decision) {
      showHeading(verdict);
      showScore(now);
      showMatch(decision);
    },
    tell(heading, words) {
      showHeading({ kind: 'waiting', path: [], heading, sentence: words });
      score.hidden = true;
      match.hidden = true;
    },
  };
}

type Told = Omit<Verdict, 'kind'> & { readonly kind: 'waiting' };

/** What people read for a stored label. */
export function nameOf(label: string): string {
  return label === negativeLabel ? 'Not mine' : label;
}

/** `insurance / acme / claim-form`, the last one standing out. */
function segments(path: readonly string[]): Node[] {
  return path.map((segment, i) =>
    i < path.length - 1
      ? element('span', { class: 'ancestor' }, element('bdi', {}, segment), ' /')
      : element('bdi', {}, segment),
  );
}
