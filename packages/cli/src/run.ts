/** The command line's grammar. Each command's own file, and the model, are loaded only when it is called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createScreen } from './screen.ts';
import { version } from './version.ts';

/**
 * Runs one command line.
 *
 * @param argv the arguments, without the program's own name
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const screen = createScreen(io);
  let code: number = exitCodes.done;
  let complaint = '';
  const program = new Command('docclf')
    .description('Which document is this? Register one image a type, classify the next.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Commander writes before it throws; what is said, and how, is decided below.
      writeErr: (text) => {
        complaint += text;
      },
      getOutHelpWidth: () => io.stdout.columns || 100,
    })
    .addHelpText('afterAll', exitCodesHelp);
  addCommands(program, { screen, signal: io.signal }, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    await screen.flush();
    return code;
  } catch (error) {
    screen.endProgress();
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      if (error.code === 'commander.help') io.stderr.write(complaint);
      else screen.note(`docclf: INVALID_ARGUMENT: ${shorten(complaint.replace(/^error: /, ''))}`);
      return exitCodes.usage;
    }
    const { exitCodeOf, wordingOf } = await import('./failures.ts');
    const result = exitCodeOf(error);
    if (result !== exitCodes.outputClosed) screen.note(`docclf: ${wordingOf(error)}`);
    if (io.debug && error instanceof Error) {
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
        for (const line of (cause.stack ?? cause.message).split('\n')) screen.note(line);
      }
    }
    return result;
  }
}

/** Subcommands take over the settings that `program` has by now. */
function addCommands(program: Command, context: Context, finish: (code: number) => void): void {
  program
    .command('embed')
    .summary('print a vector an image')
    .description(
      paragraph(
        'Prints one JSON object a line and image, in the order given: {"file","model","vector"}, with "page" (from 0)',
        'for each page of a TIFF of several. Folders are walked recursively, sorted by path. An image that fails has',
        'no line here but one on standard error, so every line has a vector.',
      ),
    )
    .argument('<paths...>', 'images or folders')
    .option('--ndjson', 'say so that the output is NDJSON, which it always is')
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (paths, options) => {
      const { embed } = await import('./commands/embed.ts');
      finish(await embed(context, paths, options));
    });

  program
    .command('crop')
    .summary('cut documents out of photos and straighten them')
    .description(
      paragraph(
        'Writes a JPEG an image: the document that is found in it, straightened, as large as it is in the photo. Which way is',
        'up is a guess (--turns corrects it). Images without a document are named and left out. Prints a line an image:',
        'status, size, degrees by which the document lay turned (clockwise), the file written, advice.',
      ),
    )
    .argument('<paths...>', 'images or folders')
    .requiredOption('--output <folder>', 'where to write; made when missing')
    .addOption(
      new Option('--turns <count>', 'turn each result by so many quarters counter-clockwise').argParser(
        wholeNumber,
      ),
    )
    .option(
      '--json',
      'print NDJSON: "file", "page" (from 0, of a TIFF of several), "output", "corners", "advice"',
    )
    .addOption(concurrencyOption())
    .action(async (paths, options) => {
      const { crop } = await import('./commands/crop.ts');
      finish(await crop(context, paths, options));
    });

  program
    .command('register')
    .summary('make images references of a label')
    .description(
      paragraph(
        'Registers images; the gallery file is made when missing, as an SQLite database if its name ends in .db,',
        '.sqlite or .sqlite3. In a folder, the folders are the label:',
        '`register documents` gives documents/insurance/acme/claim-form/1.jpg the label insurance/acme/claim-form.',
        'An image directly in it, or given by itself, is labelled by its name: passport.jpg is a passport.',
        'An image that is registered already under its label is left as it is, so a run can be repeated.',
      ),
    )
    .argument('<paths...>', 'images or folders')
    .addOption(galleryOption())
    .option('--label <label>', 'label of all images; sub-folders go under it')
    .addOption(
      new Option('--unknown', 'none of mine: images that resemble these come back unknown').conflicts(
        'label',
      ),
    )
    .option('--replace', 'write images again that are registered, also under another label')
    .option('--thumbnails', 'keep a small picture of each reference in the gallery')
    .option('--rotations', 'warn of images that lie on their side or head beside others of their label')
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (paths, options) => {
      const { register } = await import('./commands/register.ts');
      finish(await register(context, paths, options));
    });

  program
    .command('classify')
    .summary('name the label of images')
    .description(
      paragraph(
        'Prints a line an image: status, label, score, margin to the next label, file. When the status is unknown,',
        'label and score are those of the best candidate, in parentheses.',
      ),
    )
    .argument('<paths...>', 'images or folders')
    .addOption(galleryOption())
    .addOption(rotationsOption())
    .option('--keep-unknown <inbox>', 'keep the vectors of images that come back unknown in another gallery')
    .option('--keep-thumbnails', 'with --keep-unknown: small pictures of them too')
    .option('--json', 'print NDJSON: "file", "page" (from 0, of a TIFF of several) and the whole result')
    .addOption(
      new Option('--top <count>', 'candidates to name (default: 1, with --json 5)').argParser(wholeNumber),
    )
    .addOption(
      new Option('--expected <label>', 'only this label and its sub-labels; may be repeated').argParser(
        (label: string, before: readonly string[] = []) => [...before, label],
      ),
    )
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (paths, options) => {
      const { classify } = await import('./commands/classify.ts');
      finish(await classify(context, paths, options));
    });

  program
    .command('explain')
    .summary('show why an image got its label')
    .description(
      paragraph(
        'Writes a page (HTML, one file): the image, the reference that decided, the runner-up, the threshold, and which',
        'parts of the image carried the match. Pictures of references are shown when they were registered with',
        '--thumbnails. Of a TIFF, the first page.',
      ),
    )
    .argument('<file>', 'image')
    .addOption(galleryOption())
    .requiredOption('--output <file>', 'the page to write')
    .option('--json', 'print one JSON object: the result, and the heat maps')
    .addOption(rotationsOption())
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .action(async (file, options) => {
      const { explain } = await import('./commands/explain.ts');
      finish(await explain(context, file, options));
    });

  program
    .command('unknowns')
    .summary('propose new types from documents that came back unknown')
    .description(
      paragraph(
        'Groups what classify --keep-unknown kept and prints a line a group: number, documents, the id of its medoid (the',
        'document most like the others), when they came, and the label most like it. Two groups are joined while the',
        'mean score between them reaches the threshold of the gallery.',
      ),
    )
    .argument('<inbox>', 'gallery of unknown documents')
    .addOption(galleryOption())
    .option('--sheet <file>', 'write a page with their pictures, as far as they were kept (HTML, one file)')
    .addOption(
      new Option(
        '--accept <number>',
        'register the medoid of that group (or: its id), and take the group out',
      ),
    )
    .option('--label <label>', 'with --accept: the label to register it under')
    .option('--json', 'print NDJSON, a group a line')
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .action(async (inbox, options, command: Command) => {
      if ((options.accept === undefined) !== (options.label === undefined)) {
        command.error('error: --accept and --label belong together');
      }
      const { unknowns } = await import('./commands/unknowns.ts');
      finish(await unknowns(context, inbox, options));
    });

  program
    .command('verify')
    .summary('ask whether an image is of a label')
    .description(
      'Compares an image with the references of one label and its sub-labels. Of a TIFF, the first page.',
    )
    .argument('<file>', 'image')
    .addOption(galleryOption())
    .requiredOption('--label <label>', 'label to compare with')
    .addOption(rotationsOption())
    .option('--json', 'print one JSON object')
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .action(async (file, options) => {
      const { verify } = await import('./commands/verify.ts');
      finish(await verify(context, file, options));
    });

  program
    .command('evaluate')
    .summary('measure the model on labelled images of your own')
    .description(
      paragraph(
        'Compares all images of a folder with each other; the folders between it and an image are the label, as for',
        'register. Prints how many pairs of one type are recognised at given false-positive rates (TPR at FPR), and,',
        'with one reference a type, how often the right type is named (rank 1) and how often it is not returned when',
        'few unknown images are accepted (FNIR at FPIR), each with its 95 % interval.',
      ),
    )
    .argument('<folder>', 'folder of images')
    .option('--unknown <folder>', 'images of no type of the folder, to be refused')
    .option('--report <file>', 'write a page with curves, confusions and the worst pairs (HTML, one file)')
    .option('--json', 'print one JSON object')
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (folder, options) => {
      const { evaluate } = await import('./commands/evaluate.ts');
      finish(await evaluate(context, folder, options));
    });

  program
    .command('lint')
    .summary('find what is wrong with a gallery')
    .description(
      paragraph(
        'Prints a line a warning: code, label, reference, what was found. Duplicates, labels that are confusable at the',
        'threshold or written in two ways, and pictures that were blurred, glaring or too small when they were',
        'registered. The exit code is 4 when there are warnings.',
      ),
    )
    .addOption(galleryOption())
    .option('--json', 'print NDJSON: {"id","label","code"} and the facts of the warning')
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .action(async (options) => {
      const { lint } = await import('./commands/lint.ts');
      finish(await lint(context, options));
    });

  program
    .command('calibrate')
    .summary('find the threshold for a rate, on labelled images of your own')
    .description(
      paragraph(
        'Prints the smallest score that keeps the share of falsely accepted images of a folder within the rate asked',
        'for, its 95 % interval, and whether there are enough images to say so; hand it to --threshold. The folders',
        'are the labels, as for register. --fpir counts unknown documents, searched in a gallery of one image a label.',
      ),
    )
    .argument('<folder>', 'folder of images')
    .option('--unknown <folder>', 'images of no type of the folder, for --fpir')
    .option('--per-label', 'also a threshold for each label, by its own comparisons')
    .option('--json', 'print one JSON object')
    .addOption(rateOption('--fpir', 'share of unknown documents to accept (default: 0.01)').conflicts('fpr'))
    .addOption(rateOption('--fpr', 'or: share of pairs of different types to accept'))
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (folder, options) => {
      const { calibrate } = await import('./commands/calibrate.ts');
      finish(await calibrate(context, folder, options));
    });

  program
    .command('labels')
    .summary('list the labels of a gallery')
    .description('Prints each label and how many references it has, those of its sub-labels not counted.')
    .addOption(galleryOption())
    .option('--json', 'print NDJSON: {"label","references"}')
    .action(async (options) => {
      const { labels } = await import('./commands/labels.ts');
      finish(await labels(context, options));
    });

  program
    .command('remove')
    .summary('remove a label or a reference')
    .description('Removes one reference, or all of a label and its sub-labels.')
    .addOption(galleryOption())
    .addOption(new Option('--label <label>', 'label to remove').conflicts('id'))
    .option('--id <id>', 'reference to remove')
    .action(async (options, command: Command) => {
      const { label, id } = options;
      if (label === undefined && id === undefined) command.error('error: remove needs --label or --id');
      const { remove } = await import('./commands/remove.ts');
      finish(await remove(context, label === undefined ? { id } : { label }, options));
    });

  program
    .command('rename')
    .summary('move a label')
    .description('Moves a label with its sub-labels.')
    .argument('<from>', 'label')
    .argument('<to>', 'new label')
    .addOption(galleryOption())
    .option('--merge', 'join the references of both, when <to> has some already')
    .action(async (from, to, options) => {
      const { rename } = await import('./commands/rename.ts');
      finish(await rename(context, from, to, options));
    });

  const gallery = program.command('gallery').summary('move galleries between stores and models');
  gallery
    .command('copy')
    .summary('copy a gallery into another, of whatever store')
    .description(
      paragraph(
        'Copies every reference, then reads the target and compares. What is there already is not written again, so',
        'the same command goes on after an interruption. Nothing of the target is removed.',
      ),
    )
    .argument('<from>', 'gallery: a file or an address')
    .argument('<to>', 'gallery, made when missing')
    .addOption(
      new Option('--existing <way>', 'references that the target has with another content').choices([
        'error',
        'keep',
        'replace',
      ]),
    )
    .option('--no-attachments', 'leave thumbnails and other attachments behind')
    .option('--json', 'print one JSON object')
    .action(async (from, to, options) => {
      const { galleryCopy } = await import('./commands/gallery-copy.ts');
      finish(await galleryCopy(context, from, to, options));
    });
  gallery
    .command('migrate')
    .summary('embed the references of a gallery again, by another model')
    .description(
      paragraph(
        'Writes a new gallery whose references have the same ids, labels and facts, and vectors of the model. Each is',
        'embedded from its image, when a source folder has it (recognised by its hash), else from its thumbnail. Says',
        'how many references have another neighbour than before. The old gallery stays as it is. The same command goes',
        'on after an interruption.',
      ),
    )
    .argument('<from>', 'gallery of the old model')
    .argument('<to>', 'gallery, made when missing')
    .addOption(
      new Option('--source <path>', 'folder or image to embed from; may be repeated').argParser(
        (path: string, before: readonly string[] = []) => [...before, path],
      ),
    )
    .option('--json', 'print one JSON object')
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (from, to, options) => {
      const { galleryMigrate } = await import('./commands/gallery-migrate.ts');
      finish(await galleryMigrate(context, from, to, options));
    });

  program
    .command('info')
    .summary('show version, model and gallery')
    .description('Shows the release, the model after checking its hash, and the gallery.')
    .option('--gallery <file>', 'gallery file')
    .option('--json', 'print one JSON object')
    .addOption(modelOption())
    .action(async (options) => {
      const { info } = await import('./commands/info.ts');
      finish(await info(context, options));
    });
}

/** One paragraph, which commander breaks to the terminal's width. */
function paragraph(...sentences: readonly string[]): string {
  return sentences.join(' ');
}

const galleryOption = () => new Option('--gallery <file>', 'gallery file').makeOptionMandatory();
const rotationsOption = () =>
  new Option('--rotations', 'images may lie on their side or head: try all four quarter turns');
const modelOption = () => new Option('--model <manifest>', 'model manifest (default: of @docclf/model)');
const concurrencyOption = () =>
  new Option('--concurrency <count>', 'images under way at once (default: cores + 1)').argParser(wholeNumber);
const thresholdOption = () =>
  new Option('--threshold <score>', 'smallest score to accept, 0 to 1')
    .conflicts(['fpr', 'fpir'])
    .argParser(share);
const fpirOption = () =>
  new Option('--fpir <rate>', 'or: accept that share of unknown documents (default: 0.01)')
    .conflicts('fpr')
    .argParser(share);
const fprOption = () =>
  new Option('--fpr <rate>', 'or: accept that share of pairs of different types').argParser(share);

const rateOption = (name: string, description: string) =>
  new Option(`${name} <rate>`, description).argParser(openShare);

/** Far beyond any use, and below the number of files that a process may hold open. */
const largestCount = 1000;

function wholeNumber(text: string): number {
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

/** The arguments come back in what commander says, and may be long. */
function shorten(text: string): string {
  const line = text.trim().replaceAll('\n', ' ');
  return line.length > 400 ? `${line.slice(0, 200)} … ${line.slice(-100)}` : line;
}
