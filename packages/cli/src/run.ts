/** The command line's grammar. Each command's own file, and the model, are loaded only when it is called. */
import { Command, CommanderError } from 'commander';
import type { Context } from './context.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { addGalleryCommands } from './grammar/galleries.ts';
import { addImageCommands } from './grammar/images.ts';
import { addMailCommands } from './grammar/mail.ts';
import { addMeasureCommands } from './grammar/measures.ts';
import { addPdfPasswordOption } from './grammar/pdf-passwords.ts';
import { addStoreOption } from './grammar/store.ts';
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
  const context: Context = {
    screen,
    signal: io.signal,
    canAsk: io.canAsk ?? false,
    get stdin() {
      return io.stdin;
    },
  };
  // Subcommands take over the settings that `program` has by now.
  for (const add of [addImageCommands, addMailCommands, addMeasureCommands, addGalleryCommands]) {
    add(program, context, (result) => {
      code = result;
    });
  }
  addStoreOption(program);
  addPdfPasswordOption(program);
  try {
    if (io.surroundings) {
      const { applySettings } = await import('./settings.ts');
      await applySettings(program, io.surroundings);
    }
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

/** The arguments come back in what commander says, and may be long. */
function shorten(text: string): string {
  const line = text.trim().replaceAll('\n', ' ');
  return line.length > 400 ? `${line.slice(0, 200)} … ${line.slice(-100)}` : line;
}
