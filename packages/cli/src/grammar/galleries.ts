/** The grammar of commands over galleries. */
import { type Command, Option } from 'commander';
import { type AddCommands, concurrencyOption, galleryOption, modelOption, paragraph } from './options.ts';

export function addGalleryCommands(...grammar: Parameters<AddCommands>): void {
  const [program, ...rest] = grammar;
  addLabels(...grammar);
  addRemove(...grammar);
  addRename(...grammar);
  const gallery = program.command('gallery').summary('move galleries between stores and models');
  addCopy(gallery, ...rest);
  addMigrate(gallery, ...rest);
  addInfo(...grammar);
}

const addLabels: AddCommands = (program, context, finish) => {
  program
    .command('labels')
    .summary('list the labels of a gallery')
    .description('Prints each label and how many references it has, those of its sub-labels not counted.')
    .addOption(galleryOption())
    .option('--json', 'print NDJSON: {"label","references"}')
    .action(async (options) => {
      const { labels } = await import('../commands/labels.ts');
      finish(await labels(context, options));
    });
};

const addRemove: AddCommands = (program, context, finish) => {
  program
    .command('remove')
    .summary('remove a label or a reference')
    .description('Removes one reference, or all of a label and its sub-labels.')
    .addOption(galleryOption())
    .addOption(new Option('--label <label>', 'label to remove').conflicts('id'))
    .option('--id <id>', 'reference to remove')
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .option('--yes', 'remove many without asking')
    .action(async (options, command: Command) => {
      const { label, id } = options;
      if (label === undefined && id === undefined) command.error('error: remove needs --label or --id');
      const { remove } = await import('../commands/remove.ts');
      finish(await remove(context, label === undefined ? { id } : { label }, options));
    });
};

const addRename: AddCommands = (program, context, finish) => {
  program
    .command('rename')
    .summary('move a label')
    .description('Moves a label with its sub-labels.')
    .argument('<from>', 'label')
    .argument('<to>', 'new label')
    .addOption(galleryOption())
    .option('--merge', 'join the references of both, when <to> has some already')
    .action(async (from, to, options) => {
      const { rename } = await import('../commands/rename.ts');
      finish(await rename(context, from, to, options));
    });
};

const addCopy: AddCommands = (gallery, context, finish) => {
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
      const { galleryCopy } = await import('../commands/gallery-copy.ts');
      finish(await galleryCopy(context, from, to, options));
    });
};

const addMigrate: AddCommands = (gallery, context, finish) => {
  gallery
    .command('migrate')
    .summary('embed the references of a gallery again, by another model')
    .description(
      paragraph(
        'Writes a new gallery whose references have the same ids, labels and facts, and vectors of the model. Each is',
        'embedded from its image, when a source folder has it (recognised by its hash), else from its thumbnail. Says',
        'how many references have another neighbour than before. The old gallery stays as it is. The same command goes',
        'on after an interruption. A gallery of the same model is completed: its references get the states and local',
        'features that they lack.',
      ),
    )
    .argument('<from>', 'gallery of the old model')
    .argument('<to>', 'gallery, made when missing')
    .addOption(
      new Option('--source <path>', 'folder or image to embed from; may be repeated').argParser(
        (path: string, before: readonly string[] = []) => [...before, path],
      ),
    )
    .option(
      '--no-second-look',
      'keep no local features, for a second look at doubtful images: 9 kB less each',
    )
    .option(
      '--relocate',
      'look for the document in each picture: references that are whole photos become what is cut out of them',
    )
    .option('--json', 'print one JSON object')
    .addOption(modelOption())
    .addOption(concurrencyOption())
    .action(async (from, to, options) => {
      const { galleryMigrate } = await import('../commands/gallery-migrate.ts');
      finish(await galleryMigrate(context, from, to, options));
    });
};

const addInfo: AddCommands = (program, context, finish) => {
  program
    .command('info')
    .summary('show version, model and gallery')
    .description('Shows the release, the model after checking its hash, and the gallery.')
    .option('--gallery <file>', 'gallery file')
    .option('--json', 'print one JSON object')
    .addOption(modelOption())
    .action(async (options) => {
      const { info } = await import('../commands/info.ts');
      finish(await info(context, options));
    });
};
