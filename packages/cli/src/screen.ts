/** Prints results on stdout, notes on stderr, and keeps a progress bar out of the way of both. */
import { once } from 'node:events';
import type { Io, OutputStream } from './io.ts';
import { type Pace, progressBar, progressNote } from './progress.ts';
import { printable } from './text.ts';

/** The reader of our output has gone, as `head` does when it has seen enough: no fault of anybody. */
export class OutputClosed extends Error {}

export interface Screen {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /**
   * A line of results, made safe here like notes. Waits while the reader is slower than we are.
   *
   * @throws OutputClosed, FILE_UNWRITABLE
   */
  print(line: string): Promise<void>;
  /** A line for the human, made safe here. */
  note(line: string): void;
  /** Shows how far the work is: as a bar on a terminal, else as a line now and then. */
  progress(pace: Pace): void;
  /** Wipes the bar away. */
  endProgress(): void;
  /** Resolves when everything printed has been taken; throws as `print`. */
  flush(): Promise<void>;
}

const barMilliseconds = 100;
const noteMilliseconds = 10_000;

export function createScreen({ stdout, stderr, signal }: Io): Screen {
  const stdoutIsTerminal = stdout.isTTY === true;
  const stderrIsTerminal = stderr.isTTY === true;
  let failure: NodeJS.ErrnoException | undefined;
  let bar = '';
  let lastProgress = performance.now();

  stdout.on('error', (error) => {
    failure ??= error;
  });
  // Nobody is left to be told.
  stderr.on('error', () => {});

  async function assertOpen(): Promise<void> {
    if (failure === undefined && !stdout.destroyed) return;
    if (failure === undefined || failure.code === 'EPIPE') throw new OutputClosed();
    // Loaded when it is needed: `--help` shall not wait for it.
    const { DocclfError } = await import('@docclf/core');
    throw new DocclfError('FILE_UNWRITABLE', { file: 'Standard output' }, { cause: failure });
  }

  /** Writes with the bar out of the way, if `stream` ends on the same terminal. */
  function write(stream: OutputStream, text: string): boolean {
    if (bar === '' || !stream.isTTY) return stream.write(text);
    stderr.write('\r\x1b[2K');
    const hasRoom = stream.write(text);
    stderr.write(bar);
    return hasRoom;
  }

  return {
    stdoutIsTerminal,
    stderrIsTerminal,
    async print(line) {
      await assertOpen();
      // An interruption ends the waiting too: the line is in the buffer.
      if (!write(stdout, `${printable(line)}\n`)) await once(stdout, 'drain', { signal }).catch(() => {});
      await assertOpen();
    },
    note(line) {
      write(stderr, `${printable(line)}\n`);
    },
    progress(pace) {
      const now = performance.now();
      if (now - lastProgress < (stderrIsTerminal ? barMilliseconds : noteMilliseconds)) return;
      lastProgress = now;
      if (!stderrIsTerminal) {
        stderr.write(`${progressNote(pace)}\n`);
        return;
      }
      // A terminal that does not know its width says 0.
      bar = progressBar(pace, stderr.columns || 80);
      stderr.write(`\r\x1b[2K${bar}`);
    },
    endProgress() {
      if (bar !== '') stderr.write('\r\x1b[2K');
      bar = '';
    },
    async flush() {
      await assertOpen();
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      await assertOpen();
    },
  };
}
