/** What the command line asks of the world around it, so that tests can be that world. */
import type { Writable } from 'node:stream';

/** `process.stdout`, or any stream. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** `process.stdin`, or any stream; without one the path `-` is a file of that name. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** Raised by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Print stack traces. Default false. */
  readonly debug?: boolean | undefined;
}
