/** The page's side of the worker: an embedder whose work is done elsewhere. */
import { DocclfError } from '@docclf/core';
import { createLifetime, throwIfAborted } from '@docclf/core/implementer';
import type { LoadProgress } from './model.ts';
import type { OpenedEmbedder, SessionSettings } from './session.ts';
import { transferablesOf } from './source.ts';
import type { CallKind, Calls, FromWorker, ToWorker, WireError } from './worker-protocol.ts';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/**
 * Opens an embedder in a worker that serves nobody else. The worker ends with the embedder.
 *
 * @throws as `openSession`; RUNTIME_FAILED when the worker cannot be started
 */
export async function openInWorker(
  worker: Worker,
  settings: SessionSettings,
  onProgress: (progress: LoadProgress) => void,
): Promise<OpenedEmbedder> {
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let failure: DocclfError | undefined;

  function fail(reason: string): void {
    failure = new DocclfError(
      'RUNTIME_FAILED',
      { operation: 'run its worker' },
      { cause: new Error(reason) },
    );
    for (const { reject } of pending.values()) reject(failure);
    pending.clear();
    worker.terminate();
  }
  worker.onerror = (event) => fail(event.message || 'the worker could not be loaded');
  worker.onmessageerror = () => fail('a message could not be read');
  worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
    if (message.kind === 'progress') {
      onProgress(message.progress);
      return;
    }
    // Nobody waits for an aborted call's answer any more.
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.kind === 'done') call?.resolve(message.answer);
    else call?.reject(fromWire(message.error));
  };

  function call<Kind extends CallKind>(
    kind: Kind,
    request: Calls[Kind]['request'],
    { transfer = [], signal }: { transfer?: Transferable[]; signal?: AbortSignal | undefined } = {},
  ): Promise<Calls[Kind]['answer']> {
    const id = nextId++;
    return new Promise<unknown>((resolve, reject) => {
      if (failure) throw failure;
      const onAbort = () => {
        pending.delete(id);
        worker.postMessage({ kind: 'abort', id } satisfies ToWorker);
        reject(new DocclfError('ABORTED', { operation: 'Embedding' }, { cause: signal?.reason }));
      };
      const settled = () => signal?.removeEventListener('abort', onAbort);
      pending.set(id, {
        resolve(answer) {
          settled();
          resolve(answer);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        worker.postMessage({ kind, id, ...request }, transfer);
      } catch (cause) {
        // A canvas with another origin's picture: its pixels may be shown and not read.
        pending.delete(id);
        settled();
        reject(new DocclfError('FILE_UNREADABLE', { file: 'the image' }, { cause }));
      }
    }) as Promise<Calls[Kind]['answer']>;
  }

  const lifetime = createLifetime('embedder', async () => {
    try {
      if (failure === undefined) await call('close', {});
    } finally {
      worker.terminate();
    }
  });

  try {
    const { manifest, cohort, facts } = await call('open', { settings });
    return {
      facts,
      embedder: {
        manifest,
        cohort,
        embed: (sources, { signal, ...options } = {}) =>
          lifetime.run(() => {
            throwIfAborted(signal, 'Embedding');
            const transfer = sources.flatMap(transferablesOf);
            return call('embed', { sources, options }, { transfer, signal });
          }),
        selfTest: () => lifetime.run(() => call('selfTest', {})),
        close: lifetime.close,
      },
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function fromWire({ message, code, details, cause }: WireError): Error {
  if (code === undefined || details === undefined) return new Error(message);
  return new DocclfError(code, details, cause === undefined ? {} : { cause: new Error(cause) });
}
