/** Tables that spreadsheets open (RFC 4180). */
import { printable } from './text.ts';

/** One line, without its line end. A text that a spreadsheet would calculate gets a space before it. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return cells
    .map((cell) => (typeof cell === 'string' ? quoted(inert(printable(cell))) : `${cell ?? ''}`))
    .join(',');
}

function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets calculate what begins so, whatever it was meant to be: a space before it keeps it a text. */
function inert(text: string): string {
  return /^[=+\-@]/.test(text) ? ` ${text}` : text;
}
