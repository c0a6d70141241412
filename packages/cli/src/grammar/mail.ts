/** The grammar of commands that sort files by what they are. */
import { type Command, Option } from 'commander';
import { defaultTemplate } from '../archive/template.ts';
import {
  type AddCommands,
  byOption,
  concurrencyOption,
  fpirOption,
  fprOption,
  galleryOption,
  leftOutOption,
  modelOption,
  pagesOption,
  paragraph,
  rotationsOption,
  seconds,
  thresholdOption,
} from './options.ts';

export function addMailCommands(...grammar: Parameters<AddCommands>): void {
  addSort(...grammar);
  addWatch(...grammar);
}

/** Of both: what is sorted, how it is named, by which answers. */
function withSortingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--template <path>', `path in the archive (default: ${defaultTemplate})`).conflicts('undo'),
    )
    .addOption(new Option('--copy', 'copy the files; a file that was copied before is not copied again'))
    .addOption(new Option('--link', 'give the files a second name, without a second copy').conflicts('copy'))
    .addOption(rotationsOption())
    .addOption(byOption())
    .option('--json', 'print NDJSON: "file", "label", "score", "became", "to"')
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .addOption(pagesOption())
    .addOption(leftOutOption());
}

const addSort: AddCommands = (program, context, finish) => {
  const command = program
    .command('sort')
    .summary('move files to where their label says')
    .description(
      paragraph(
        'Classifies files and moves those that are recognised into the archive, by a template of {label}, {type} (its last',
        'part), {stem} (the name without its ending), {date}, {year}, {month} and {day} (when the file was last written to).',
        'Nothing is overwritten: a name that is taken gets a number. What is unknown stays. A journal in the archive lets',
        '--undo take back the last run, and the next run finish what a crash left. Look with --dry-run first.',
      ),
    )
    .argument('[paths...]', 'files and folders; the archive may lie in one of them')
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
    if (paths.length === 0) command.error("error: missing required argument 'paths'");
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
