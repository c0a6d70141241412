import { describe, expect, it } from 'vitest';
import { DocclfError } from '../errors.ts';
import { codeOf, deferred, settle } from '../testing.ts';
import type { PageReader, ReadPage } from './contract.ts';
import type { ReaderThread } from './conversation.ts';
import type { FromReader, ToReader } from './messages.ts';
import { createRemoteReader } from './remote.ts';
import { serveReader } from './serve.ts';

const bytes = Uint8Array.of(1, 2, 3);

/** A file of as many pages as asked, the third of them damaged; `drawn` tells which were made. */
function fileOf(pages: number, drawn: number[] = [], hang?: Promise<void>): PageReader {
  return {
    formats: ['test'],
    tooCostly: 'PDF_TOO_COSTLY',
    async *pages(_, { from = 1, to = pages, source = 'the file' } = {}) {
      if (source === 'locked') throw new DocclfError('PDF_ENCRYPTED', { source });
      for (let number = from; number <= Math.min(to, pages); number++) {
        if (number === 4) await hang;
        drawn.push(number);
        const place = { number, pages };
        if (number === 3) yield { ...place, error: new DocclfError('PDF_CORRUPT', { source, page: 3 }) };
        else yield { ...place, image: { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } };
      }
    },
    async *split(_, parts) {
      for (const { from, to } of parts) yield Uint8Array.of(from, to);
    },
    close() {},
  };
}

/** Both ends in one thread; messages are copied, and come later, as between two. */
function threadOf(createReader: () => PageReader, log: string[] = []): ReaderThread & { die(): void } {
  let [toReader, fromReader, onDeath] = [(_: ToReader) => {}, (_: FromReader) => {}, (_: unknown) => {}];
  let ended = false;
  const later =
    <Message>(take: () => (message: Message) => void) =>
    (message: Message) => {
      const copy = structuredClone(message);
      void Promise.resolve().then(() => !ended && take()(copy));
    };
  void serveReader(
    {
      send: later(() => fromReader),
      receive: (listener) => {
        toReader = listener;
      },
    },
    createReader,
  );
  return {
    send: later(() => toReader),
    receive(listener) {
      fromReader = listener;
    },
    onDeath(listener) {
      onDeath = listener;
    },
    die() {
      ended = true;
      onDeath(new Error('out of memory'));
    },
    end() {
      ended = true;
      log.push('ended');
    },
    setIdle: (isIdle) => log.push(isIdle ? 'idle' : 'busy'),
  };
}

async function all<Result>(results: AsyncIterable<Result>): Promise<Result[]> {
  const list: Result[] = [];
  for await (const result of results) list.push(result);
  return list;
}

const numbers = (pages: readonly ReadPage[]) =>
  pages.map((page) => ('error' in page ? page.error.code : page.number));

describe('createRemoteReader', () => {
  it('gives what the reader gives, errors too, and keeps its thread for the next file', async () => {
    const log: string[] = [];
    let started = 0;
    const reader = await createRemoteReader(() => {
      started++;
      return threadOf(() => fileOf(4), log);
    });
    expect([reader.formats, reader.tooCostly]).toEqual([['test'], 'PDF_TOO_COSTLY']);
    expect(numbers(await all(reader.pages(bytes)))).toEqual([1, 2, 'PDF_CORRUPT', 4]);
    await settle();
    expect(await all(reader.split!(bytes, [{ from: 1, to: 2 }]))).toEqual([Uint8Array.of(1, 2)]);
    await settle();
    expect(await codeOf(all(reader.pages(bytes, { source: 'locked' })))).toBe('PDF_ENCRYPTED');
    await settle();
    expect(numbers(await all(reader.pages(bytes, { from: 2, to: 2 })))).toEqual([2]);
    expect(started).toBe(1);
    reader.close();
    expect(await codeOf(all(reader.pages(bytes)))).toBe('CLOSED');
    await settle();
    expect(log).toEqual(['idle', 'busy', 'idle', 'busy', 'idle', 'busy', 'idle', 'busy', 'ended']);
  });

  it('makes one page ahead, and no more when it is left', async () => {
    const drawn: number[] = [];
    const reader = await createRemoteReader(() => threadOf(() => fileOf(9, drawn)));
    for await (const _ of reader.pages(bytes)) {
      await settle();
      expect(drawn).toEqual([1, 2]);
      break;
    }
    await settle();
    expect(drawn).toEqual([1, 2]);
    expect(numbers(await all(reader.pages(bytes, { to: 1 })))).toEqual([1]);
  });

  it('reads side by side, each file in a thread of its own', async () => {
    let started = 0;
    const reader = await createRemoteReader(() => {
      started++;
      return threadOf(() => fileOf(2));
    });
    const both = await Promise.all([all(reader.pages(bytes)), all(reader.pages(bytes))]);
    expect(both.map(numbers)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(started).toBe(2);
  });

  it('ends the thread of a file that takes too long, and reads the next in another', async () => {
    const log: string[] = [];
    const never = deferred();
    const reader = await createRemoteReader(() => threadOf(() => fileOf(5, [], never.promise), log), {
      seconds: 0.03,
      secondsAPage: 1e-9,
    });
    const seen: ReadPage[] = [];
    const reading = (async () => {
      for await (const page of reader.pages(bytes, { source: 'slow' })) seen.push(page);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'PDF_TOO_COSTLY',
      details: { source: 'slow', page: 4, limit: 'time' },
    });
    expect(numbers(seen)).toEqual([1, 2, 'PDF_CORRUPT']);
    expect(log).toEqual(['idle', 'busy', 'ended']);
    expect(numbers(await all(reader.pages(bytes, { to: 2 })))).toEqual([1, 2]);
  });

  it('ends the thread of a reader that is spent, behind its file', async () => {
    const log: string[] = [];
    const reader = await createRemoteReader(() => threadOf(() => ({ ...fileOf(2), isSpent: true }), log));
    expect(numbers(await all(reader.pages(bytes)))).toEqual([1, 2]);
    await settle();
    expect(log).toEqual(['idle', 'busy', 'ended']);
    expect(numbers(await all(reader.pages(bytes)))).toEqual([1, 2]);
  });

  it('is interrupted in the middle of a page', async () => {
    const never = deferred();
    const reader = await createRemoteReader(() => threadOf(() => fileOf(5, [], never.promise)));
    const controller = new AbortController();
    const reading = codeOf(all(reader.pages(bytes, { from: 4, signal: controller.signal })));
    await settle();
    controller.abort();
    expect(await reading).toBe('ABORTED');
  });

  it('tells of a thread that dies, and of one that does not start', async () => {
    const threads: { die(): void }[] = [];
    const never = deferred();
    const reader = await createRemoteReader(() => {
      const thread = threadOf(() => fileOf(5, [], never.promise));
      threads.push(thread);
      return thread;
    });
    const reading = all(reader.pages(bytes, { from: 4 }));
    await settle();
    threads[0]!.die();
    await expect(reading).rejects.toMatchObject({
      code: 'PDF_TOO_COSTLY',
      details: { limit: 'memory' },
      cause: { message: 'out of memory' },
    });
    const broken = createRemoteReader(() =>
      threadOf(() => {
        throw new Error('no WebAssembly');
      }),
    );
    await expect(broken).rejects.toMatchObject({
      code: 'RUNTIME_FAILED',
      cause: { message: 'Error: no WebAssembly' },
    });
  });
});
