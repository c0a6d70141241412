/** Which pages of a file are read: `--pages`. Pages count from 1, as people do. */
import { InvalidArgumentError } from 'commander';

export interface PageRange {
  readonly from: number;
  /** Included; Infinity for the last one that there is. */
  readonly to: number;
}

export const allPages: PageRange = { from: 1, to: Number.POSITIVE_INFINITY };

/** `first`, `all`, `3`, `2-5`, or `2-` to the end. */
export function parsePages(text: string): PageRange {
  if (text === 'all') return allPages;
  if (text === 'first') return { from: 1, to: 1 };
  const [, first, dash, last] = /^(\d{1,6})(?:(-)(\d{1,6})?)?$/.exec(text) ?? [];
  const from = Number(first);
  const to = dash === undefined ? from : last === undefined ? allPages.to : Number(last);
  if (from >= 1 && to >= from) return { from, to };
  throw new InvalidArgumentError('Expected first, all, a page or pages such as 1-3.');
}
