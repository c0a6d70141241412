/** Answers as lines: for people, as JSON, and as a table. */
import { type Classification, describeChance } from '@docclf/core';
import { csvLine } from '../csv.ts';
import { pad, printable } from '../text.ts';
import { fillOf } from './counsel.ts';
import type { FileAnswer } from './file-answer.ts';

/** An answer with what it is about: a file, or one page of it. */
export interface NamedAnswer {
  readonly file: string;
  /** From 1, of a file of several. */
  readonly page?: number | undefined;
  readonly pages?: number | undefined;
  /** Undefined: all pages are blank. */
  readonly result: Classification | undefined;
}

export const statusOf = ({ result }: NamedAnswer) => result?.status ?? 'blank';

/** Parentheses say: the best there is, but not the answer. */
export function answerRow(answer: NamedAnswer, name: string, columns: number): string {
  const { result } = answer;
  const best = result?.candidates[0];
  const wrap = (text: string) => (result?.status === 'accepted' ? text : `(${text})`);
  // An answer that backed off is an ancestor of the best candidate.
  const label = best ? wrap(printable(result.label ?? best.label)) : '-';
  const score = best ? wrap(best.score.toFixed(4)) : '-';
  return row(statusOf(answer), label, score, result?.margin?.toFixed(4) ?? '-', printable(name), columns);
}

export function row(
  status: string,
  label: string,
  score: string,
  margin: string,
  file: string,
  columns: number,
): string {
  return [pad(status, 8), pad(label, columns), pad(score, 8), pad(margin, 6), file].join('  ');
}

/** `scan.pdf (3 of 5 pages)`: so many gave the answer. */
export function nameOfAnswer({ found: { file }, pages, agreeing }: FileAnswer): string {
  return pages.length < 2 ? file : `${file} (${agreeing} of ${pages.length} pages)`;
}

const adviceText = {
  'nothing-found': 'no document was found in the picture: show all of its edges',
  'too-small': 'come nearer',
  'out-of-frame': 'the document reaches out of the picture: step back',
} as const;

/** What would have made an answer of it, and what a person with a camera can do; undefined when the status says all. */
export function whyUnknown(result: Classification): string | undefined {
  if (result.status === 'accepted') return undefined;
  const facts = [missingOf(result), fillOf(result), ...result.advice.map((advice) => adviceText[advice])];
  return facts.filter((fact) => fact !== undefined).join('; ') || undefined;
}

function missingOf({ reason, oneOf, score, threshold, evalue }: Classification): string | undefined {
  if (oneOf.length > 0) return `one of: ${oneOf.map(printable).join(', ')}`;
  // Rounded up: nothing missing would be an answer.
  if (reason === 'below-threshold' && score !== null) {
    const missing = `${(Math.ceil((threshold.value - score) * 1e4) / 1e4).toFixed(4)} missing`;
    return evalue === null ? missing : `${missing}: ${describeChance(evalue)}`;
  }
  return undefined;
}

/** Without what is no text: the vector and the picture. */
export function toldOf({ vector: _, thumbnail: __, ...told }: Classification) {
  return told;
}

/** Of each page of a file of several, what its JSON says beside the answer. */
export function pageFacts({ pages }: FileAnswer, keptAs: ReadonlyMap<number | undefined, string>) {
  if (pages.length < 2) return undefined;
  return pages.map((attempt) => {
    const { page } = attempt.input;
    if ('error' in attempt) return { page, status: 'failed' };
    if (!attempt.result) return { page, status: 'blank' };
    const { status, label, score, evalue } = attempt.result;
    return { page, status, label, score, evalue, keptAs: keptAs.get(page) };
  });
}

export const csvHeading = csvLine([
  'file',
  'page',
  'pages',
  'status',
  'label',
  'score',
  'margin',
  'evalue',
  'candidate',
]);

/** `label` is the answer and empty without one; `candidate` the best there is. */
export function csvRow(answer: NamedAnswer): string {
  const { file, page, pages, result } = answer;
  return csvLine([
    file,
    page,
    pages,
    statusOf(answer),
    result?.label,
    result?.score,
    result?.margin,
    result?.evalue,
    result?.candidates[0]?.label,
  ]);
}

/** What holds of the document beside its label, and what is seen on the picture; undefined when nothing is. */
export function stateNote({ label, states, seen }: Classification): string | undefined {
  // The last segment of the label says it already.
  const held = states.filter((name) => !label?.endsWith(`/${name}`)).map(printable);
  const parts = [
    ...(held.length > 0 ? [`state: ${held.join(', ')}`] : []),
    ...(seen.length > 0 ? [`seen: ${seen.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : undefined;
}
