/** The grammar of commands over images. */
import { type Command, Option } from 'commander';
import {
  type AddCommands,
  answersFiles,
  byOption,
  decides,
  fpirOption,
  fprOption,
  galleryOption,
  locateOption,
  modelOption,
  paragraph,
  readsFiles,
  rotationsOption,
  takesPaths,
  thresholdOption,
  wholeNumber,
} from './options.ts';

export function addImageCommands(...grammar: Parameters<AddCommands>): void {
  // In the order of the help: what a newcomer looks for comes first.
  addRegister(...grammar);
  addClassify(...grammar);
  addVerify(...grammar);
  addExplain(...grammar);
  addUnknowns(...grammar);
  addCrop(...grammar);
  addEmbed(...grammar);
}

const addEmbed: AddCommands = (program, context, finish) => {
  readsFiles(
    takesPaths(program.command('embed'))
      .summary('print a vector an image')
      .description(
        paragraph(
          'Prints one JSON object a line and image, in the order given: {"file","root","model","hash","vector"}, with "page" (from 1)',
          'for each page of a PDF or TIFF of several. Folders are walked recursively, sorted by path. An image that fails has',
          'no line here but one on standard error, so every line has a vector.',
        ),
      )
      .option('--ndjson', 'say so that the output is NDJSON, which it always is')
      .addOption(modelOption()),
  ).action(async (paths, options) => {
    const { embed } = await import('../commands/embed.ts');
    finish(await embed(context, paths, options));
  });
};

const addCrop: AddCommands = (program, context, finish) => {
  readsFiles(
    takesPaths(program.command('crop'))
      .summary('cut documents out of photos and straighten them')
      .description(
        paragraph(
          'Writes a JPEG an image: the document that is found in it, straightened, as large as it is in the photo. Which way is',
          'up is a guess (--turns corrects it). Images without a document are named and left out. Prints a line an image:',
          'status, size, degrees by which the document lay turned (clockwise), the file written, advice.',
        ),
      )
      .requiredOption('--output <folder>', 'where to write; made when missing')
      .addOption(
        new Option('--turns <count>', 'turn each result by so many quarters counter-clockwise').argParser(
          wholeNumber,
        ),
      )
      .option(
        '--json',
        'print NDJSON: "file", "page" (from 1, of a PDF or TIFF of several), "output", "corners", "advice"',
      ),
  ).action(async (paths, options) => {
    const { crop } = await import('../commands/crop.ts');
    finish(await crop(context, paths, options));
  });
};

const addRegister: AddCommands = (program, context, finish) => {
  readsFiles(
    takesPaths(program.command('register'))
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
      .addOption(galleryOption())
      .option('--label <label>', 'label of all images; sub-folders go under it')
      .addOption(
        new Option('--unknown', 'none of mine: images that resemble these come back unknown').conflicts(
          'label',
        ),
      )
      .addOption(
        new Option('--from <vectors>', 'register what embed printed (NDJSON; - is standard input)').conflicts(
          ['unknown', 'thumbnails', 'secondLook', 'rotations', 'filesFrom', 'pages'],
        ),
      )
      .option('--replace', 'write images again that are registered, also under another label')
      .option('--thumbnails', 'keep a small picture of each reference in the gallery')
      .option(
        '--no-second-look',
        'keep no local features, for a second look at doubtful images: 9 kB less each',
      )
      .option('--rotations', 'warn of images that lie on their side or head beside others of their label')
      .addOption(modelOption())
      .addOption(locateOption()),
  ).action(async (paths, options, command: Command) => {
    if (options.from !== undefined) {
      if (paths.length > 0) command.error('error: --from takes no paths: its lines have them');
      const { registerVectors } = await import('../commands/register-vectors.ts');
      finish(await registerVectors(context, options));
      return;
    }
    const { register } = await import('../commands/register.ts');
    finish(await register(context, paths, options));
  });
};

const addClassify: AddCommands = (program, context, finish) => {
  answersFiles(
    takesPaths(program.command('classify'))
      .summary('name the label of files')
      .description(
        paragraph(
          'Prints a line a file: status, label, score, margin to the next label, file. When the status is unknown,',
          'label and score are those of the best candidate, in parentheses. A PDF or TIFF of several pages gets the label',
          'of most of its pages that have one; pages on which nothing is are passed over. With --all, a line a document, the',
          'clearest first, and none where no document is; with --json, a line a picture with "documents".',
        ),
      )
      .addOption(galleryOption())
      .option(
        '--keep-unknown <inbox>',
        'keep the vectors of images that come back unknown in another gallery',
      )
      .option('--keep-thumbnails', 'with --keep-unknown: small pictures of them too')
      .option(
        '--json',
        'print NDJSON: "file", the whole result, and of several pages "page" (from 1), which decided, and "pages"',
      )
      .addOption(new Option('--csv', 'print a table for spreadsheets').conflicts('json'))
      .option('--each-page', 'an answer a page instead of one a file')
      .addOption(
        new Option('--all', 'an answer a document, where pictures show several').conflicts([
          'csv',
          'eachPage',
          'by',
          'keepUnknown',
        ]),
      )
      .addOption(byOption())
      .addOption(
        new Option('--top <count>', 'candidates to name (default: 1, with --json 5)').argParser(wholeNumber),
      )
      .addOption(
        new Option('--expected <label>', 'only this label and its sub-labels; may be repeated').argParser(
          (label: string, before: readonly string[] = []) => [...before, label],
        ),
      ),
  ).action(async (paths, options) => {
    if (options.all) {
      const { classifyAll } = await import('../commands/classify-all.ts');
      finish(await classifyAll(context, paths, options));
      return;
    }
    const { classify } = await import('../commands/classify.ts');
    finish(await classify(context, paths, options));
  });
};

const addExplain: AddCommands = (program, context, finish) => {
  decides(
    program
      .command('explain')
      .summary('show why an image got its label')
      .description(
        paragraph(
          'Writes a page (HTML, one file): the image, the reference that decided, the runner-up, the threshold, and which',
          'parts of the image carried the match. Pictures of references are shown when they were registered with',
          '--thumbnails. Of a PDF or TIFF, the first page.',
        ),
      )
      .argument('<file>', 'image')
      .addOption(galleryOption())
      .requiredOption('--output <file>', 'the page to write')
      .option('--json', 'print one JSON object: the result, and the heat maps')
      .addOption(rotationsOption()),
  ).action(async (file, options) => {
    const { explain } = await import('../commands/explain.ts');
    finish(await explain(context, file, options));
  });
};

const addUnknowns: AddCommands = (program, context, finish) => {
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
        'register the medoid of that group (or: the group of that id), and take the group out',
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
      const { unknowns } = await import('../commands/unknowns.ts');
      finish(await unknowns(context, inbox, options));
    });
};

const addVerify: AddCommands = (program, context, finish) => {
  decides(
    program
      .command('verify')
      .summary('ask whether an image is of a label')
      .description(
        'Compares an image with the references of one label and its sub-labels. Of a PDF or TIFF, the first page.',
      )
      .argument('<file>', 'image')
      .addOption(galleryOption())
      .requiredOption('--label <label>', 'label to compare with')
      .addOption(rotationsOption())
      .option('--json', 'print one JSON object'),
  ).action(async (file, options) => {
    const { verify } = await import('../commands/verify.ts');
    finish(await verify(context, file, options));
  });
};
