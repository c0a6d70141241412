/** Text from outside (file names, labels) made safe and aligned for a terminal. */
import stringWidth from 'string-width';

/**
 * Control characters steer the terminal, bidirectional ones reorder what is shown, and line and
 * paragraph separators end a line for some readers of NDJSON.
 */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text with unsafe characters written as \uXXXX. JSON stays the same JSON. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One line of NDJSON, without its line end. */
export function jsonLine(value: unknown): string {
  return printable(JSON.stringify(value));
}

/** The text with spaces behind it, up to `width` columns; a CJK character takes two. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Columns of the widest text, at most `maximum`: one very long label must not push all others aside. */
export function widest(texts: readonly string[], maximum = 48): number {
  return Math.min(
    maximum,
    texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0),
  );
}

/** How output names an image. Pages count from 1. */
export function nameOf({ file, page }: { readonly file: string; readonly page?: number }): string {
  return page === undefined ? file : `${file} (page ${page})`;
}
