/** Reading what cannot be read twice, and what may never answer. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { DocclfError } from '@docclf/core';
import { imageLimits, throwIfAborted } from '@docclf/core/implementer';

/** Milliseconds without a byte after which a pipe counts as dead. */
const silence = 60_000;

/**
 * All bytes of a pipe, or of a stream such as standard input.
 *
 * A pipe's path is opened without waiting for its other end: on a thread that waits for one no signal could end the
 * program. So one that nobody writes to is empty.
 *
 * @throws FILE_UNREADABLE, IMAGE_TOO_MANY_BYTES, ABORTED
 */
export async function readPipe(
  source: string | AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { maximumBytes } = imageLimits({});
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = typeof source === 'string' ? openPipe(source, signal) : source;
    for await (const chunk of stream) {
      throwIfAborted(signal, 'Reading a pipe');
      chunks.push(chunk);
      length += chunk.length;
      if (length > maximumBytes)
        throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: name, maximumBytes });
    }
  } catch (cause) {
    throwIfAborted(signal, 'Reading a pipe');
    throw DocclfError.is(cause) ? cause : new DocclfError('FILE_UNREADABLE', { file: name }, { cause });
  }
  return Buffer.concat(chunks);
}

async function* openPipe(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // Of a pipe that no writer has opened, the system would tell us nothing, not even an end.
  const first = readNow(fd);
  if (first?.length === 0) return closeSync(fd);
  const socket = new Socket({ fd, readable: true, writable: false, signal });
  socket.setTimeout(silence, () => socket.destroy(new Error(`Nothing came for ${silence / 1000} s.`)));
  if (first) yield first;
  yield* socket;
}

/** Undefined when there is nothing to read yet. */
function readNow(fd: number): Uint8Array | undefined {
  const bytes = Buffer.alloc(65_536);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    closeSync(fd);
    throw cause;
  }
}
