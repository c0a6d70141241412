/** What the command line asks of the world around it, so that tests can be that world. */
import type { Writable } from 'node:stream';

/** `process.stdout`, or any stream. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** Where settings are looked for. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly folder: string;
}

export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** `process.stdin`, or any stream; without one the path `-` is a file of that name. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** Whether somebody sits there who can be asked. Default false. */
  readonly canAsk?: boolean | undefined;
  /** Without them there are no settings. */
  readonly surroundings?: Surroundings | undefined;
  /** Raised by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Print stack traces. Default false. */
  readonly debug?: boolean | undefined;
}
