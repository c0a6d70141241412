/** Questions to a worker and its answers: each has a number, so that several may be under way. */
import { DocclfError } from '@docclf/core';
import { fromWire } from '@docclf/core/implementer';
import type { LoadProgress } from './download.ts';
import type { CallKind, Calls, FromWorker, ToWorker } from './worker-protocol.ts';

export interface WorkerCalls {
  /** True once the worker is gone; each call is refused from then on. */
  readonly hasFailed: boolean;
  /** @throws what the worker's side throws; ABORTED, FILE_UNREADABLE for what cannot be sent, RUNTIME_FAILED */
  call<Kind extends CallKind>(
    kind: Kind,
    request: Calls[Kind]['request'],
    options?: { readonly transfer?: Transferable[]; readonly signal?: AbortSignal | undefined },
  ): Promise<Calls[Kind]['answer']>;
}

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Ends the worker when it fails. */
export function createCalls(worker: Worker, onProgress: (progress: LoadProgress) => void): WorkerCalls {
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

  const call: WorkerCalls['call'] = <Kind extends CallKind>(
    kind: Kind,
    request: Calls[Kind]['request'],
    { transfer = [], signal }: { transfer?: Transferable[]; signal?: AbortSignal | undefined } = {},
  ): Promise<Calls[Kind]['answer']> => {
    const id = nextId++;
    return new Promise<unknown>((resolve, reject) => {
      if (failure) throw failure;
      const onAbort = () => {
        pending.delete(id);
        worker.postMessage({ kind: 'abort', id } satisfies ToWorker);
        const operation = kind === 'open' ? 'Loading' : 'Embedding';
        reject(new DocclfError('ABORTED', { operation }, { cause: signal?.reason }));
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
  };
  return {
    call,
    get hasFailed() {
      return failure !== undefined;
    },
  };
}
