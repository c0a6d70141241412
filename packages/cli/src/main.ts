#!/usr/bin/env node
/** The process around `run`: real streams, real signals, an exit code. */
import { isatty } from 'node:tty';
import { run } from './run.ts';

const interruption = new AbortController();
let interruptedAt = 0;
/** Milliseconds in which a run that was interrupted finishes what it is writing. */
const longestEnding = 30_000;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!interruption.signal.aborted) {
      interruptedAt = performance.now();
      interruption.abort();
      // A thread that waits for a dead mount never comes back.
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), longestEnding).unref();
    } else if (performance.now() - interruptedAt > 1000) {
      // Asked again: no more waiting. Earlier it is the same key press, passed on by npm as well. An exit of its own
      // would wait for threads that a dead mount holds.
      process.kill(process.pid, 'SIGKILL');
    }
  });
}

const { DOCCLF_DEBUG } = process.env;
// Set, not called: what was written to a pipe must still reach it.
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  get stdin() {
    // Not before it is asked for: touching it keeps a process with an open terminal from ending.
    return process.stdin;
  },
  // A question is read from there and shown here.
  canAsk: isatty(0) && process.stderr.isTTY === true,
  surroundings: { environment: process.env, folder: process.cwd() },
  signal: interruption.signal,
  debug: DOCCLF_DEBUG !== undefined && DOCCLF_DEBUG !== '' && DOCCLF_DEBUG !== '0',
});
