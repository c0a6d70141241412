import { expect, it } from 'vitest';
import { DocclfError } from '../errors.ts';
import { codeOf } from '../testing.ts';
import type { PageReader, ReadPagesOptions } from './contract.ts';
import { withPasswords } from './with-passwords.ts';

const bytes = Uint8Array.of(1);

/** A file that one password opens; `tried` tells with which it was read. */
function locked(secret: string | undefined, tried: (string | undefined)[] = []) {
  function open({ password, source = 'the file' }: ReadPagesOptions = {}): void {
    tried.push(password);
    if (password !== secret) throw new DocclfError('PDF_ENCRYPTED', { source });
  }
  const reader: PageReader & { closed?: boolean } = {
    formats: ['test'],
    tooCostly: 'PDF_TOO_COSTLY',
    async *pages(_, options) {
      open(options);
      for (const number of [1, 2])
        yield { number, pages: 2, image: { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } };
    },
    async *split(_, parts, options) {
      open(options);
      for (const { from, to } of parts) yield Uint8Array.of(from, to);
    },
    close() {
      reader.closed = true;
    },
  };
  return reader;
}

async function all<Result>(results: AsyncIterable<Result>): Promise<Result[]> {
  const list: Result[] = [];
  for await (const result of results) list.push(result);
  return list;
}

it('reads without a password first, then tries each until one opens the file', async () => {
  const tried: (string | undefined)[] = [];
  const reader = withPasswords(locked('b', tried), ['a', 'b', 'c']);
  expect((await all(reader.pages(bytes))).map(({ number }) => number)).toEqual([1, 2]);
  expect(tried.splice(0)).toEqual([undefined, 'a', 'b']);
  expect(await all(reader.split!(bytes, [{ from: 1, to: 2 }], { password: 'own' }))).toEqual([
    Uint8Array.of(1, 2),
  ]);
  expect(tried).toEqual(['own', 'a', 'b']);
  expect([reader.formats, reader.scans]).toEqual([['test'], undefined]);
});

it('says what the reader says where none opens it, and what else is wrong at once', async () => {
  const tried: (string | undefined)[] = [];
  const reader = withPasswords(locked('b', tried), ['a']);
  expect(await codeOf(all(reader.pages(bytes)))).toBe('PDF_ENCRYPTED');
  expect(tried).toEqual([undefined, 'a']);
  const broken: PageReader = {
    ...locked(undefined),
    // biome-ignore lint/correctness/useYield: it comes to no page
    async *pages(_, { password } = {}) {
      tried.push(password);
      throw new DocclfError('PDF_CORRUPT', { source: 'cut.pdf' });
    },
  };
  tried.length = 0;
  expect(await codeOf(all(withPasswords(broken, ['a']).pages(bytes)))).toBe('PDF_CORRUPT');
  expect(tried).toEqual([undefined]);
});

it('closes the reader', () => {
  const reader = locked('b');
  withPasswords(reader, []).close();
  expect(reader.closed).toBe(true);
});
