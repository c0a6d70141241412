/** Markup in which text from outside (labels, file names) cannot become markup. */
import { printable } from './text.ts';

/** What `html` made: the one thing that it does not escape. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | null | undefined | false | readonly Content[];

/** For the head of every page: it loads nothing and runs nothing, whatever a label or a file name says. */
export const pagePolicy = new Markup(
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
);

/** A template whose holes are escaped; lists are joined, and nothing is left of null, undefined and false. */
export function html(strings: TemplateStringsArray, ...holes: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, part, i) => text + written(holes[i - 1]) + part));
}

function written(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(written).join('');
  return printable(String(content)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
