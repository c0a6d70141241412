/** Where a sorted file goes: `{label}/{date}-{stem}`. */
import { createHash } from 'node:crypto';
import { DocclfError } from '@docclf/core';

export const defaultTemplate = '{label}/{date}-{stem}';

/** What a template may name. */
export interface TemplateFacts {
  /** Its segments become folders. */
  readonly label: string;
  /** Name of the file without its ending. */
  readonly stem: string;
  /** With its dot; empty for none. */
  readonly ending: string;
  /** When the file was last written to. */
  readonly modified: Date;
}

const fields: Readonly<Record<string, (facts: TemplateFacts) => string>> = {
  label: ({ label }) => label.split('/').map(safe).join('/'),
  type: ({ label }) => safe(label.split('/').at(-1)!),
  stem: ({ stem }) => safe(stem),
  date: ({ modified }) => [yearOf(modified), monthOf(modified), dayOf(modified)].join('-'),
  year: ({ modified }) => yearOf(modified),
  month: ({ modified }) => monthOf(modified),
  day: ({ modified }) => dayOf(modified),
};

const yearOf = (date: Date) => String(date.getFullYear()).padStart(4, '0');
const monthOf = (date: Date) => String(date.getMonth() + 1).padStart(2, '0');
const dayOf = (date: Date) => String(date.getDate()).padStart(2, '0');

/**
 * The template as a function from facts to a path below the archive, with `/` between its parts and the file's ending
 * behind it. Dates are local ones.
 *
 * @throws INVALID_ARGUMENT for a field that there is not, and for a path that leads out of the archive
 */
export function parseTemplate(text: string): (facts: TemplateFacts) => string {
  const refuse = (expected: string) =>
    new DocclfError('INVALID_ARGUMENT', { argument: '--template', expected, received: text.slice(0, 200) });
  const names = Object.keys(fields).map((name) => `{${name}}`);
  for (const [, name] of text.matchAll(/\{([^{}]*)\}/g)) {
    if (!Object.hasOwn(fields, name!)) throw refuse(`fields out of ${names.join(', ')}`);
  }
  if (/[{}]/.test(text.replaceAll(/\{[^{}]*\}/g, ''))) throw refuse('each { with its }');
  const parts = text.split('/');
  if (parts.some((part) => part === '' || part.startsWith('.') || part !== literally(part))) {
    throw refuse('a path below the archive, with / between its parts and none of them hidden');
  }
  return (facts) => {
    const path = text.replaceAll(/\{(\w+)\}/g, (_, name: string) => fields[name]!(facts));
    return path.split('/').map(short).join('/') + safeEnding(facts.ending);
  };
}

/** Characters that some file system refuses, or that would hide the file or make it a path. */
const unsafe = /[\\/:*?"<>|\p{Cc}\p{Cs}]/gu;

const literally = (part: string) => part.replaceAll(unsafe, '_');

/** As one part of a path on every system: no dot at its start, no dot or space at its end, no name of a device. */
function safe(text: string): string {
  const name = literally(text)
    .replace(/^\.+/, (dots) => '_'.repeat(dots.length))
    .replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) || name === '' ? `_${name}` : name;
}

function safeEnding(ending: string): string {
  const text = literally(ending);
  return Buffer.byteLength(text) > 20 ? '' : text;
}

/** Names have 255 bytes at most; numbers and the ending come behind. What was cut is told apart by its hash. */
const mostBytes = 200;

function short(part: string): string {
  if (Buffer.byteLength(part) <= mostBytes) return part;
  const hash = createHash('sha256').update(part).digest('hex').slice(0, 8);
  let bytes = 0;
  let kept = '';
  for (const character of part) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes - 9) break;
    kept += character;
  }
  return `${kept}~${hash}`;
}
