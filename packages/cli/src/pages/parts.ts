/** Where in a batch scan one document ends and the next begins. */
import { type Classification, type Gallery, isWithin } from '@docclf/core';
import type { PageAttempt } from './file-answer.ts';
import { isFirstPage } from './reference-page.ts';

export interface Part {
  readonly from: number;
  /** Included. */
  readonly to: number;
  /** Null for what comes before the first page that is known. */
  readonly label: string | null;
  readonly score: number | null;
}

/**
 * A document begins at each page that is recognised by a reference of a first page. Pages that are unknown, blank, or
 * recognised as later pages belong to the document before them.
 */
export async function partsOf(
  pages: readonly PageAttempt[],
  gallery: Pick<Gallery, 'getMany'>,
): Promise<Part[]> {
  const results = pages.map((page) => ('error' in page ? undefined : page.result));
  const ids = new Set(results.flatMap((result) => deciding(result) ?? []));
  const references = await gallery.getMany([...ids]);
  const first = new Set(references.filter(isFirstPage).map(({ id }) => id));
  const parts: Part[] = [];
  for (const [index, result] of results.entries()) {
    const number = pages[index]!.input.page ?? 1;
    const id = deciding(result);
    const last = parts.at(-1);
    if (last && !(id !== undefined && first.has(id))) parts[parts.length - 1] = { ...last, to: number };
    else {
      const { label, score } = id === undefined ? { label: null, score: null } : result!;
      parts.push({ from: number, to: number, label, score });
    }
  }
  return parts;
}

/** Whether there are documents of several types. A label and one within it are one type, of which one page is less certain. */
export function areMixed(parts: readonly Part[]): boolean {
  const labels = parts.flatMap(({ label }) => label ?? []);
  const deepest = labels.reduce((deep, label) => (isWithin(label, deep) ? label : deep), labels[0] ?? '');
  return labels.some((label) => !isWithin(deepest, label));
}

/** `2-4`, or `7` for a single page. */
export const pagesOfPart = ({ from, to }: Part) => (from === to ? `${from}` : `${from}-${to}`);

function deciding(result: Classification | undefined): string | undefined {
  return result?.status === 'accepted' ? result.candidates[0]?.referenceId : undefined;
}
