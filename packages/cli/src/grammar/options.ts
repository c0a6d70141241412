/** What commands share: how they are added, options, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import { parsePages } from '../pages/range.ts';

/** Adds a command, or several; `finish` gets the exit code. */
export type AddCommands = (program: Command, context: Context, finish: (code: number) => void) => void;

/** A command and all below it. */
export function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** The command takes paths, typed or listed. */
export function takesPaths(command: Command, description = 'images, PDFs or folders'): Command {
  return command
    .argument('[paths...]', description)
    .option('--files-from <list>', 'file that lists further paths, a line each; - is standard input')
    .addOption(new Option('-0, --null', 'with --files-from: a NUL ends each path, as of find -print0'))
    .hook('preAction', (_, action) => {
      const { filesFrom, from, undo } = action.opts();
      if (action.args.length > 0 || [filesFrom, from, undo].some((other) => other !== undefined)) return;
      action.error("error: missing required argument 'paths'");
    });
}

/** One paragraph, which commander breaks to the terminal's width. */
export function paragraph(...sentences: readonly string[]): string {
  return sentences.join(' ');
}

export const galleryOption = (isMandatory = true) =>
  new Option('--gallery <file>', 'gallery file').makeOptionMandatory(isMandatory);
export const rotationsOption = () =>
  new Option('--rotations', 'images may lie on their side or head: try all four quarter turns');
export const locateOption = () =>
  new Option('--no-locate', 'take pictures as they are, without looking for the document in them');

export const modelOption = () =>
  new Option('--model <manifest>', 'model manifest (default: of @docclf/model)');
export const concurrencyOption = () =>
  new Option('--concurrency <count>', 'images under way at once (default: cores + 1)').argParser(wholeNumber);
export const leftOutOption = () =>
  new Option('--list-left-out', 'name the files of folders that are left out, instead of counting them only');
const pagesOption = () =>
  new Option(
    '--pages <pages>',
    'of PDFs and TIFFs: first, all, or pages such as 1-3 (default: all)',
  ).argParser(parsePages);
export const byOption = () =>
  new Option('--by <way>', 'of several pages: the label of most, or of the highest score')
    .choices(['majority', 'best'])
    .default('majority');
export const thresholdOption = () =>
  new Option('--threshold <score>', 'smallest score to accept, 0 to 1')
    .conflicts(['fpr', 'fpir'])
    .argParser(share);
export const fpirOption = () =>
  new Option('--fpir <rate>', 'or: accept that share of unknown documents (default: 0.01)')
    .conflicts('fpr')
    .argParser(share);
export const fprOption = () =>
  new Option('--fpr <rate>', 'or: accept that share of pairs of different types').argParser(share);

/** Which answers are accepted, and what looks at the pictures. */
export const decides = (command: Command) =>
  command
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .addOption(locateOption());

/** How files are read. */
export const readsFiles = (command: Command) =>
  command.addOption(concurrencyOption()).addOption(pagesOption()).addOption(leftOutOption());

/** Both, for answers about files. */
export const answersFiles = (command: Command) => readsFiles(decides(command.addOption(rotationsOption())));

export const rateOption = (name: string, description: string) =>
  new Option(`${name} <rate>`, description).argParser(openShare);

/** Far beyond any use, and below the number of files that a process may hold open. */
const largestCount = 1000;

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= largestCount) return value;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${largestCount}.`);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1.');
}

function openShare(text: string): number {
  const value = share(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number between 0 and 1.');
}

/** A day is as good as never. */
const mostSeconds = 86_400;

export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= mostSeconds) return value;
  throw new InvalidArgumentError(`Expected a number of seconds from 0 to ${mostSeconds}.`);
}

export function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a port, 1 to 65535.');
}
