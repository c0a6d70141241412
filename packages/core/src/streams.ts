/** Bounded concurrency over streams of work, with back-pressure: nothing is pulled before there is room. */
import { DocclfError, describe, positiveInteger, throwIfAborted } from './errors.ts';
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
  for await (const batch of mapConcurrentBatches(items, concurrency, { maximum: 1 }, work, signal))
    yield* batch;
}

/** How a consumer takes what is ready. */
export interface Batches {
  /** Most results at once. */
  readonly maximum: number;
  /** Milliseconds until the next batch is wanted, unless it is full before or the source has ended. Default 0. */
  readonly dueIn?: () => number;
}

/**
 * `mapConcurrent` for a consumer that handles several results as cheaply as one (a database): yields
 * whatever became ready while the consumer was busy, at most `maximum` at once. That many results
 * may wait beside the work under way.
 */
export async function* mapConcurrentBatches<Item, Result>(
  items: AnyIterable<Item>,
  concurrency: number,
  { maximum: maximumBatch, dueIn = () => 0 }: Batches,
  work: (item: Item, index: number) => Promise<Result>,
  signal?: Signal,
): AsyncGenerator<Result[], void, void> {
  throwIfAborted(signal, 'The stream');
  const maximumSlots = positiveInteger('concurrency', concurrency) + maximumBatch - 1;
  const pipeline = createPipeline(items, concurrency, maximumSlots, work);
  signal?.addEventListener('abort', pipeline.stop);
  try {
    while (true) {
      // Before the look at what is done, since a source may fail or raise the signal while it is asked.
      pipeline.advance();
      throwIfAborted(signal, 'The stream');
      const delay = pipeline.isFull(maximumBatch) ? 0 : dueIn();
      const batch = delay > 0 ? [] : pipeline.take(maximumBatch);
      const failure = delay > 0 ? undefined : pipeline.failure();
      if (batch.length > 0) {
        pipeline.advance();
        yield batch;
      } else if (failure) throw failure.error;
      else if (pipeline.isEmpty()) return;
      else await pipeline.change(delay);
    }
  } finally {
    pipeline.stop();
    signal?.removeEventListener('abort', pipeline.stop);
    await pipeline.close();
  }
}

/** What a source gives and what became of it, in the source's order. */
interface Pipeline<Result> {
  /** Pulls where there is room. */
  advance(): void;
  /** The results at the head that are there, at most so many. */
  take(maximum: number): Result[];
  /** Of the head, when that is what became of it. */
  failure(): { readonly error: unknown } | undefined;
  /** True once nothing is left and nothing comes. */
  isEmpty(): boolean;
  /** Waiting brings no more: a batch of so many is whole, or nothing is under way that could be added to it. */
  isFull(maximum: number): boolean;
  /** Resolves at the next change, or after so many milliseconds; 0 is no limit. */
  change(delay: number): Promise<void>;
  /** Nothing more is pulled. */
  stop(): void;
  /** Closes the source. */
  close(): Promise<void>;
}

/** An item under way, or the place of the source's failure. */
interface Slot<Result> {
  outcome?: { readonly result: Result } | { readonly error: unknown };
}

function createPipeline<Item, Result>(
  items: AnyIterable<Item>,
  concurrency: number,
  maximumSlots: number,
  work: (item: Item, index: number) => Promise<Result>,
): Pipeline<Result> {
  const iterator = iteratorOf(items);
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

  return {
    advance,
    take: (maximum) => takeResults(slots, maximum),
    failure() {
      const head = slots[0]?.outcome;
      return head && 'error' in head ? head : undefined;
    },
    isEmpty: () => sourceEnded && slots.length === 0,
    isFull: (maximum) => isWhole(slots, maximum) || (busy === 0 && (sourceEnded || stopped)),
    change: (delay) =>
      new Promise((resolve) => {
        const timer = delay > 0 ? setTimeout(resolve, delay) : undefined;
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    stop() {
      stopped = true;
      wake();
    },
    async close() {
      if (sourceEnded) return;
      const closed = Promise.resolve(iterator.return?.());
      // A source that still waits for its next item may be closed only after it has come: not awaited then.
      if (pulling) closed.catch(() => {});
      else await closed;
    },
  };
}

/** A text and bytes can be gone through too, and mean one item here. */
function iteratorOf<Item>(items: AnyIterable<Item>): Iterator<Item> | AsyncIterator<Item> {
  if (typeof items === 'object' && items !== null && !ArrayBuffer.isView(items)) {
    if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
    if (Symbol.iterator in items) return items[Symbol.iterator]();
  }
  const expected = 'a list or a stream';
  throw new DocclfError('INVALID_ARGUMENT', { argument: 'items', expected, received: describe(items) });
}

function takeResults<Result>(slots: Slot<Result>[], maximum: number): Result[] {
  const results: Result[] = [];
  let head = slots[0]?.outcome;
  while (head && 'result' in head && results.length < maximum) {
    results.push(head.result);
    slots.shift();
    head = slots[0]?.outcome;
  }
  return results;
}

function isWhole<Result>(slots: readonly Slot<Result>[], maximum: number): boolean {
  const head = slots.slice(0, maximum);
  return head.length === maximum && head.every(({ outcome }) => outcome);
}
