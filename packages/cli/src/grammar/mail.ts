/** The grammar of commands that sort files by what they are. */
import { type Command, Option } from 'commander';
import { defaultTemplate } from '../archive/template.ts';
import {
  type AddCommands,
  answersFiles,
  byOption,
  concurrencyOption,
  decides,
  galleryOption,
  leftOutOption,
  paragraph,
  port,
  seconds,
  takesPaths,
} from './options.ts';

export function addMailCommands(...grammar: Parameters<AddCommands>): void {
  addSort(...grammar);
  addWatch(...grammar);
  addSplit(...grammar);
  addReview(...grammar);
}

/** Of both: what is sorted, how it is named, by which answers. */
function withSortingOptions(command: Command): Command {
  return answersFiles(
    command
      .addOption(
        new Option('--template <path>', `path in the archive (default: ${defaultTemplate})`).conflicts(
          'undo',
        ),
      )
      .addOption(new Option('--copy', 'copy the files; a file that was copied before is not copied again'))
      .addOption(
        new Option('--link', 'give the files a second name, without a second copy').conflicts('copy'),
      )
      .addOption(byOption())
      .option('--json', 'print NDJSON: "file", "label", "score", "became", "to", "parts" of what is mixed'),
  );
}

const addSort: AddCommands = (program, context, finish) => {
  const command = takesPaths(program.command('sort'), 'files and folders; the archive may lie in one of them')
    .summary('move files to where their label says')
    .description(
      paragraph(
        'Classifies files and moves those that are recognised into the archive, by a template of {label}, {type} (its last',
        'part), {stem} (the name without its ending), {date}, {year}, {month} and {day} (when the file was last written to).',
        'Nothing is overwritten: a name that is taken gets a number. What is unknown stays, and what holds documents of',
        'several types: docclf split cuts it, --pages first takes it for its first page. A journal in the archive lets',
        '--undo take back the last run, and the next run finish what a crash left. Look with --dry-run first.',
      ),
    )
    .requiredOption('--to <archive>', 'folder to sort into; made when missing')
    .addOption(galleryOption(false))
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(new Option('--undo', 'take back the last run').conflicts(['copy', 'link', 'dryRun']));
  withSortingOptions(command).action(async (paths, options, command: Command) => {
    if (options.undo) {
      if (paths.length > 0)
        command.error('error: --undo takes no paths: the journal of the archive has them');
      const { undo } = await import('../commands/undo.ts');
      finish(await undo(context, options));
      return;
    }
    if (options.gallery === undefined)
      command.error("error: required option '--gallery <file>' not specified");
    const { sort } = await import('../commands/sort.ts');
    finish(await sort(context, paths, options));
  });
};

const addWatch: AddCommands = (program, context, finish) => {
  const command = program
    .command('watch')
    .summary('sort files as they arrive')
    .description(
      paragraph(
        'Does what sort does, now and whenever a file arrives, until it is stopped. A file has arrived when nobody has',
        'written to it for some seconds. What is unknown stays, and is looked at again when the gallery has changed.',
      ),
    )
    .argument('<folder>', 'folder to watch')
    .requiredOption('--to <archive>', 'folder to sort into; made when missing')
    .addOption(galleryOption())
    .addOption(
      new Option('--settle <seconds>', 'how long a file must have been left alone')
        .default(2)
        .argParser(seconds),
    );
  withSortingOptions(command).action(async (folder, options) => {
    const { watch } = await import('../commands/watch.ts');
    finish(await watch(context, folder, options));
  });
};

const addSplit: AddCommands = (program, context, finish) => {
  decides(
    program
      .command('split')
      .summary('cut a batch scan into its documents')
      .description(
        paragraph(
          'Writes a PDF a document: one begins at each page that is recognised by a reference of a first page. Pages that are',
          'unknown, blank, or recognised as later pages of a file that was registered belong to the document before them. The',
          'PDFs that are split stay as they are. Prints a line a document: pages, label, the file written.',
        ),
      )
      .argument('<paths...>', 'PDFs and folders of them')
      .requiredOption('--to <folder>', 'where to write; made when missing')
      .addOption(galleryOption())
      .option('--template <path>', 'path in the folder; the pages come behind it (default: {label}/{stem})')
      .option('--dry-run', 'say what would be written, and write nothing')
      .option('--json', 'print NDJSON: "file", "from", "to", "label", "score", "output"')
      .addOption(concurrencyOption())
      .addOption(leftOutOption()),
  ).action(async (paths, options) => {
    const { split } = await import('../commands/split.ts');
    finish(await split(context, paths, options));
  });
};

const addReview: AddCommands = (program, context, finish) => {
  answersFiles(
    takesPaths(program.command('review'))
      .summary('say what unknown documents are')
      .description(
        paragraph(
          'Classifies files and prints the address of a page that shows those that came back unknown, one after the other:',
          'the picture, the candidates, and a key for each. What is answered becomes a reference, or with n one of none of',
          'mine, and the rest is judged by it. The page is for this machine alone. Prints a line for each that is settled.',
        ),
      )
      .addOption(galleryOption())
      .addOption(
        new Option('--port <port>', 'port of the page').default(0, 'one that is free').argParser(port),
      )
      .option('--thumbnails', 'keep a small picture of each reference in the gallery'),
  ).action(async (paths, options) => {
    const { review } = await import('../commands/review.ts');
    finish(await review(context, paths, options));
  });
};
