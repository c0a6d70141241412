/** The grammar of commands that measure. */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import {
  concurrencyOption,
  fpirOption,
  fprOption,
  galleryOption,
  leftOutOption,
  locateOption,
  modelOption,
  paragraph,
  rateOption,
  thresholdOption,
} from './options.ts';

export function addMeasureCommands(program: Command, context: Context, finish: (code: number) => void): void {
  program
    .command('evaluate')
    .summary('measure the model on labelled images of your own')
    .description(
      paragraph(
        'Registers the first image of each type of a folder, classifies all others, and says how many answers are right;',
        'the folders between it and an image are the label, as for register. Then, by vectors alone, from comparing all',
        'images with each other: how many pairs of one type are recognised at given false-positive rates (TPR at FPR),',
        'and, with one reference a type, how often the right type is named (rank 1) and how often it is not returned',
        'when few unknown images are accepted (FNIR at FPIR), each with its 95 % interval.',
      ),
    )
    .argument('<folder>', 'folder of images')
    .option('--unknown <folder>', 'images of no type of the folder, to be refused')
    .option('--report <file>', 'write a page with curves, confusions and the worst pairs (HTML, one file)')
    .option('--no-second-look', 'answer by vectors alone, as a gallery without local features does')
    .option('--json', 'print one JSON object')
    .addOption(thresholdOption())
    .addOption(fpirOption())
    .addOption(fprOption())
    .addOption(modelOption())
    .addOption(locateOption())
    .addOption(concurrencyOption())
    .addOption(leftOutOption())
    .action(async (folder, options) => {
      const { evaluate } = await import('../commands/evaluate.ts');
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
      const { lint } = await import('../commands/lint.ts');
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
    .addOption(locateOption())
    .addOption(concurrencyOption())
    .addOption(leftOutOption())
    .action(async (folder, options) => {
      const { calibrate } = await import('../commands/calibrate.ts');
      finish(await calibrate(context, folder, options));
    });
}
