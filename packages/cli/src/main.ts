#!/usr/bin/env node
/** The process around `run`: real streams, real signals, an exit code. */
import { exitCodes } from './exit-codes.ts';
import { run } from './run.ts';

const interruption = new AbortController();
let interruptedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!interruption.signal.aborted) {
      interruptedAt = performance.now();
      interruption.abort();
    } else if (performance.now() - interruptedAt > 1000) {
      // Asked again: no more waiting. Earlier it is the same key press, passed on by npm as well.
      process.exit(exitCodes.interrupted);
    }
  });
}

const { DOCCLF_DEBUG } = process.env;
// Set, not called: what was written to a pipe must still reach it.
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  debug: DOCCLF_DEBUG !== undefined && DOCCLF_DEBUG !== '' && DOCCLF_DEBUG !== '0',
});
