import { describe, expect, it } from 'vitest';
import { mapConcurrent, mapConcurrentBatches } from './streams.ts';
import { codeOf, collect, type Deferred, deferred, settle } from './testing.ts';

/** Work whose calls are finished by hand, by item. */
function createWork() {
  const calls = new Map<number, Deferred<string>>();
  let underWay = 0;
  let mostUnderWay = 0;
  return {
    calls,
    mostUnderWay: () => mostUnderWay,
    async work(item: number): Promise<string> {
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      const call = deferred<string>();
      calls.set(item, call);
      try {
        return await call.promise;
      } finally {
        underWay--;
      }
    },
    finish: (item: number) => calls.get(item)!.resolve(`${item} done`),
  };
}

/** An endless source that counts what was pulled from it and notes that it was closed. */
function createSource() {
  const state = { pulled: 0, closed: false };
  function* items() {
    try {
      while (true) yield state.pulled++;
    } finally {
      state.closed = true;
    }
  }
  return { state, items: items() };
}

/** An iterator, not a generator: it can be closed while it waits for its next item. */
function createSilentSource() {
  const state = { closed: false };
  const items: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      async return() {
        state.closed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { state, items };
}

const double = async (item: number) => item * 2;

describe('mapConcurrent', () => {
  it.each([
    ['an array', [1, 2, 3]],
    ['a set', new Set([1, 2, 3])],
    [
      'an async generator',
      (async function* () {
        yield* [1, 2, 3];
      })(),
    ],
  ])('maps %s in order', async (_, items) => {
    expect(await collect(mapConcurrent(items, 2, double))).toEqual([2, 4, 6]);
  });

  it('maps nothing', async () => {
    expect(await collect(mapConcurrent([], 2, double))).toEqual([]);
  });

  it('tells the work the index of its item', async () => {
    const indexes = mapConcurrent(['a', 'b', 'c'], 2, async (item, index) => `${index}${item}`);
    expect(await collect(indexes)).toEqual(['0a', '1b', '2c']);
  });

  it('yields in input order when work finishes in another', async () => {
    const { work, finish } = createWork();
    const results = collect(mapConcurrent([0, 1, 2], 3, work));
    await settle();
    for (const item of [2, 0, 1]) {
      finish(item);
      await settle();
    }
    expect(await results).toEqual(['0 done', '1 done', '2 done']);
  });

  it('keeps exactly `concurrency` calls under way', async () => {
    const { work, finish, calls, mostUnderWay } = createWork();
    const results = collect(mapConcurrent([0, 1, 2, 3, 4, 5, 6], 3, work));
    for (let item = 0; item < 7; item++) {
      await settle();
      expect(calls.size).toBe(Math.min(7, item + 3));
      finish(item);
    }
    await results;
    expect(mostUnderWay()).toBe(3);
  });

  it('pulls no more than `concurrency` items beyond those yielded, from an infinite source too', async () => {
    const { state, items } = createSource();
    const results = mapConcurrent(items, 3, double);
    await settle();
    expect(state.pulled).toBe(0);
    for (let yielded = 1; yielded <= 5; yielded++) {
      await results.next();
      await settle();
      expect(state.pulled).toBe(yielded + 3);
    }
  });

  it('starts new work while its consumer is busy', async () => {
    const { work, finish, calls } = createWork();
    const results = mapConcurrent([0, 1, 2, 3, 4], 2, work);
    const first = results.next();
    await settle();
    finish(0);
    await first;
    await settle();
    expect([...calls.keys()]).toEqual([0, 1, 2]);
  });

  it('yields a result while the source is still silent about the next item', async () => {
    async function* items() {
      yield 1;
      await new Promise(() => {});
    }
    expect(await mapConcurrent(items(), 4, double).next()).toEqual({ done: false, value: 2 });
  });

  it('closes the source when its consumer stops early', async () => {
    const { state, items } = createSource();
    for await (const result of mapConcurrent(items, 2, double)) if (result === 4) break;
    expect(state.closed).toBe(true);
  });

  it('does not wait for a silent source or for work under way when its consumer stops early', async () => {
    const { state, items } = createSilentSource();
    async function* oneThenSilence() {
      yield 1;
      yield* items;
    }
    for await (const _ of mapConcurrent(oneThenSilence(), 2, double)) break;

    const { work, finish } = createWork();
    const results = mapConcurrent([0, 1], 2, work);
    const first = results.next();
    await settle();
    finish(0);
    await first;
    await results.return();
    expect(state.closed).toBe(false);
  });

  it('closes at once a source that can be closed while it waits', async () => {
    const { state, items } = createSilentSource();
    const controller = new AbortController();
    const next = mapConcurrent(items, 2, double, controller.signal).next();
    await settle();
    controller.abort();
    expect(await codeOf(next)).toBe('ABORTED');
    expect(state.closed).toBe(true);
  });

  it('does not start work on an item that comes after its consumer stopped', async () => {
    const late = deferred<number>();
    async function* items() {
      yield 1;
      yield await late.promise;
    }
    const seen: number[] = [];
    const results = mapConcurrent(items(), 2, async (item) => seen.push(item));
    await results.next();
    await results.return();
    late.resolve(2);
    await settle();
    expect(seen).toEqual([1]);
  });

  it('reports a source that throws after the results of what it gave before', async () => {
    async function* items() {
      yield 0;
      yield 1;
      throw new Error('disk gone');
    }
    const { work, finish } = createWork();
    const results = mapConcurrent(items(), 4, work);
    const first = results.next();
    await settle();
    finish(1);
    finish(0);
    expect(await first).toEqual({ done: false, value: '0 done' });
    expect(await results.next()).toEqual({ done: false, value: '1 done' });
    await expect(results.next()).rejects.toThrow('disk gone');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('does not close a source that threw', async () => {
    let closed = false;
    const items: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next() {
          throw new Error('disk gone');
        },
        return() {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    await expect(collect(mapConcurrent(items, 2, double))).rejects.toThrow('disk gone');
    expect(closed).toBe(false);
  });

  it('reports work that rejects in its turn, pulls no more and closes the source', async () => {
    const { state, items } = createSource();
    const { work, finish, calls } = createWork();
    const results = mapConcurrent(items, 3, work);
    const first = results.next();
    await settle();
    calls.get(1)!.reject(new Error('no'));
    await settle();
    finish(0);
    expect(await first).toEqual({ done: false, value: '0 done' });
    await expect(results.next()).rejects.toThrow('no');
    expect(state).toEqual({ pulled: 3, closed: true });
  });

  it('treats work that throws before it returns a promise like work that rejects', async () => {
    const throwing = () => {
      throw new Error('at once');
    };
    await expect(collect(mapConcurrent([1], 2, throwing))).rejects.toThrow('at once');
  });

  it('leaves no rejection unhandled when several fail', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    // In a browser the runner itself fails because of one.
    globalThis.process?.on?.('unhandledRejection', note);
    const { work, calls } = createWork();
    const results = collect(mapConcurrent([0, 1, 2], 3, work));
    const failed = expect(results).rejects.toThrow('0');
    await settle();
    for (const item of [2, 1, 0]) calls.get(item)!.reject(new Error(String(item)));
    await failed;
    await settle();
    globalThis.process?.off?.('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('waits until an idle source is closed and passes on what it throws then', async () => {
    const closing = deferred();
    async function* items() {
      try {
        yield 1;
        yield 2;
      } finally {
        await closing.promise;
      }
    }
    const results = mapConcurrent(items(), 1, double);
    await results.next();
    await settle();
    const end = results.return();
    closing.reject(new Error('cannot close'));
    await expect(end).rejects.toThrow('cannot close');
  });

  describe('abort', () => {
    it('ends the wait for work, closes the source and keeps the reason as cause', async () => {
      const { state, items } = createSource();
      const controller = new AbortController();
      const next = mapConcurrent(items, 2, createWork().work, controller.signal).next();
      await settle();
      controller.abort('enough');
      await expect(next).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
      expect(state).toEqual({ pulled: 2, closed: true });
    });

    it('pulls nothing when the signal was raised before', async () => {
      const { state, items } = createSource();
      const results = mapConcurrent(items, 2, double, AbortSignal.abort());
      expect(await codeOf(results.next())).toBe('ABORTED');
      expect(state.pulled).toBe(0);
    });

    it('is noticed when the source itself raises the signal', async () => {
      const controller = new AbortController();
      const items: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next() {
            controller.abort();
            return new Promise(() => {});
          },
        }),
      };
      const results = mapConcurrent(items, 2, double, controller.signal);
      expect(await codeOf(results.next())).toBe('ABORTED');
    });

    it('starts nothing more while the consumer is away', async () => {
      const late = deferred<number>();
      async function* items() {
        yield 1;
        yield await late.promise;
      }
      const controller = new AbortController();
      const seen: number[] = [];
      const results = mapConcurrent(items(), 2, async (item) => seen.push(item), controller.signal);
      await results.next();
      controller.abort();
      late.resolve(2);
      await settle();
      expect(seen).toEqual([1]);
      expect(await codeOf(results.next())).toBe('ABORTED');
    });

    it('after the last result comes too late', async () => {
      const controller = new AbortController();
      expect(await collect(mapConcurrent([1], 2, double, controller.signal))).toEqual([2]);
      controller.abort();
      await settle();
    });

    it('leaves no listener behind', async () => {
      const listeners = new Set<() => void>();
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener: (_: 'abort', listener: () => void) => listeners.add(listener),
        removeEventListener: (_: 'abort', listener: () => void) => listeners.delete(listener),
      } as unknown as AbortSignal;
      const results = mapConcurrent([1, 2], 2, double, signal);
      await results.next();
      expect(listeners.size).toBe(1);
      await results.return();
      expect(listeners.size).toBe(0);
    });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %d', async (concurrency) => {
    expect(await codeOf(collect(mapConcurrent([1], concurrency, double)))).toBe('INVALID_ARGUMENT');
  });
});

describe('mapConcurrentBatches', () => {
  it('yields single results to a quick consumer', async () => {
    const { work, finish } = createWork();
    const batches = mapConcurrentBatches([0, 1], 2, { maximum: 10 }, work);
    for (const item of [0, 1]) {
      const batch = batches.next();
      await settle();
      finish(item);
      expect(await batch).toEqual({ done: false, value: [`${item} done`] });
    }
  });

  it('yields at once what became ready while its consumer was busy', async () => {
    const batches = mapConcurrentBatches([1, 2, 3, 4], 1, { maximum: 10 }, double);
    expect((await batches.next()).value).toEqual([2]);
    await settle();
    expect((await batches.next()).value).toEqual([4, 6, 8]);
    expect((await batches.next()).done).toBe(true);
  });

  it('bounds the batch, the waiting results and the work under way', async () => {
    const { state, items } = createSource();
    const batches = mapConcurrentBatches(items, 2, { maximum: 3 }, double);
    await batches.next();
    await settle();
    // One was yielded; three wait, one more would be under way if it were not done already.
    expect(state.pulled).toBe(1 + 2 + 3 - 1);
    expect((await batches.next()).value).toEqual([2, 4, 6]);
  });

  it('holds no more than `concurrency` under way while many results may wait', async () => {
    const { work, finish, mostUnderWay } = createWork();
    const batches = mapConcurrentBatches([0, 1, 2, 3, 4, 5], 2, { maximum: 10 }, work);
    const first = batches.next();
    for (const item of [1, 2, 3, 4, 5]) {
      await settle();
      finish(item);
    }
    await settle();
    finish(0);
    expect((await first).value).toEqual([0, 1, 2, 3, 4, 5].map((item) => `${item} done`));
    expect(mostUnderWay()).toBe(2);
  });

  it('delivers what was ready before a failure', async () => {
    async function* items() {
      yield* [1, 2, 3];
      throw new Error('disk gone');
    }
    const batches = mapConcurrentBatches(items(), 1, { maximum: 10 }, double);
    await batches.next();
    await settle();
    expect((await batches.next()).value).toEqual([4, 6]);
    await expect(batches.next()).rejects.toThrow('disk gone');
  });

  it('lets results gather until they are due, and hands over what is whole or all', async () => {
    const { work, finish } = createWork();
    let dueIn = 1e6;
    const batches = mapConcurrentBatches([0, 1, 2, 3, 4], 5, { maximum: 2, dueIn: () => dueIn }, work);
    const first = batches.next();
    let isThere = false;
    first.then(() => {
      isThere = true;
    });
    await settle();
    finish(0);
    await settle();
    expect(isThere).toBe(false);
    // Whole: waiting would bring no more.
    finish(1);
    expect((await first).value).toEqual(['0 done', '1 done']);
    const second = batches.next();
    finish(2);
    await settle();
    dueIn = 0;
    // Something has to happen for the clock to be looked at.
    finish(4);
    expect((await second).value).toEqual(['2 done']);
    dueIn = 1e6;
    const third = batches.next();
    finish(3);
    expect((await third).value).toEqual(['3 done', '4 done']);
    expect((await batches.next()).done).toBe(true);
  });

  it('looks at the clock by itself', async () => {
    const { work, finish } = createWork();
    let asked = 0;
    const dueIn = () => (asked++ < 4 ? 1 : 0);
    const batches = mapConcurrentBatches([0, 1], 2, { maximum: 2, dueIn }, work);
    const first = batches.next();
    await settle();
    finish(0);
    expect((await first).value).toEqual(['0 done']);
    finish(1);
    expect((await batches.next()).value).toEqual(['1 done']);
  });
});
