/** Bounded concurrency over streams of work, with back-pressure: nothing is pulled before there is room. */
import { positiveInteger, throwIfAborted } from './errors.ts';
import type { Signal } from './platform.ts';

export type AnyIterable<Item> = Iterable<Item> | AsyncIterable<Item>;

/**
 * Maps items with at most `concurrency` calls of `work` under way, yielding results in input order.
 *
 * A result is yielded as soon as it and those before it are done, also while the next item is still
 * awaited, so a slow live stream is not held up. At most `concurrency` items are pulled beyond those
 * yielded. When `work` rejects, the source throws or the signal is raised, nothing more is pulled; a
 * failure takes its turn behind the results before it, an abort does not. The source is closed at the
 * end; work that is still under way then is not waited for.
 *
 * @throws INVALID_ARGUMENT, ABORTED, what the source throws and what `work` rejects with
 */
export async function* mapConcurrent<Item, Result>(
  items: AnyIterable<Item>,
  concurrency: number,
  work: (item: Item, index: number) => Promise<Result>,
  signal?: Signal,
): AsyncGenerator<Result, void, void> {
  for await (const batch of mapConcurrentBatches(items, concurrency, 1, work, signal)) yield* batch;
}

/** An item under way, or the place of the source's failure. */
interface Slot<Result> {
  outcome?: { readonly result: Result } | { readonly error: unknown };
}

/**
 * `mapConcurrent` for a consumer that handles several results as cheaply as one (a database): yields
 * whatever became ready while the consumer was busy, at most `maximumBatch` at once. That many results
 * may wait beside the work under way.
 */
export async function* mapConcurrentBatches<Item, Result>(
  items: AnyIterable<Item>,
  concurrency: number,
  maximumBatch: number,
  work: (item: Item, index: number) => Promise<Result>,
  signal?: Signal,
): AsyncGenerator<Result[], void, void> {
  throwIfAborted(signal, 'The stream');
  const maximumSlots = positiveInteger('concurrency', concurrency) + maximumBatch - 1;
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const slots: Slot<Result>[] = [];
  let busy = 0;
  let index = 0;
  let pulling = false;
  let stopped = false;
  let sourceEnded = false;
  let wake = () => {};

  // Called at each change, also while the consumer is away: the workers are kept busy without it.
  function advance(): void {
    const room = busy < concurrency && slots.length < maximumSlots;
    if (room && !pulling && !stopped && !sourceEnded) void pull();
    wake();
  }

  async function pull(): Promise<void> {
    pulling = true;
    try {
      const next = await iterator.next();
      if (next.done) sourceEnded = true;
      else if (!stopped) void run(next.value);
    } catch (error) {
      sourceEnded = true;
      slots.push({ outcome: { error } });
    }
    pulling = false;
    advance();
  }

  async function run(item: Item): Promise<void> {
    const slot: Slot<Result> = {};
    slots.push(slot);
    busy++;
    try {
      slot.outcome = { result: await work(item, index++) };
    } catch (error) {
      slot.outcome = { error };
      stopped = true;
    }
    busy--;
    advance();
  }

  function abort(): void {
    stopped = true;
    wake();
  }

  signal?.addEventListener('abort', abort);
  try {
    while (true) {
      // Before the look at the slots, since a source may fail or raise the signal while it is asked.
      advance();
      throwIfAborted(signal, 'The stream');
      const batch: Result[] = [];
      let head = slots[0]?.outcome;
      while (head && 'result' in head && batch.length < maximumBatch) {
        batch.push(head.result);
        slots.shift();
        head = slots[0]?.outcome;
      }
      if (batch.length > 0) {
        advance();
        yield batch;
      } else if (head && 'error' in head) throw head.error;
      else if (sourceEnded && slots.length === 0) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stopped = true;
    signal?.removeEventListener('abort', abort);
    if (!sourceEnded) {
      const closed = Promise.resolve(iterator.return?.());
      // A source that still waits for its next item may be closed only after it has come: not awaited then.
      if (pulling) closed.catch(() => {});
      else await closed;
    }
  }
}
