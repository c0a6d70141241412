/** Files that ask for a password, by a reader that knows some. */
import { DocclfError } from '../errors.ts';
import type { PageReader } from './contract.ts';

/**
 * A reader that tries passwords in turn on each file that asks for one.
 *
 * @param passwords what may open a file; a `password` of a call's own options is tried before them
 * @returns a reader of the same kind; closing it closes `reader`
 *
 * @example
 * const pdf = withPasswords(await createThreadReader(import.meta.resolve('@docclf/pdf/thread')), ['april-2026']);
 * const classifier = await createDocClassifier({ readers: [pdf] });
 */
export function withPasswords(reader: PageReader, passwords: readonly string[]): PageReader {
  const { scans, split } = reader;

  async function* tried<Result>(
    own: string | undefined,
    read: (password: string | undefined) => AsyncGenerator<Result, void, void>,
  ): AsyncGenerator<Result, void, void> {
    let refusal: unknown;
    for (const password of [own, ...passwords]) {
      try {
        yield* read(password);
        return;
      } catch (error) {
        // Said when a file is opened: nothing has come of it yet.
        if (!DocclfError.is(error, 'PDF_ENCRYPTED')) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  return {
    ...reader,
    pages: (bytes, options) =>
      tried(options?.password, (password) => reader.pages(bytes, { ...options, password })),
    scans:
      scans &&
      ((bytes, options) => tried(options?.password, (password) => scans(bytes, { ...options, password }))),
    split:
      split &&
      ((bytes, parts, options) =>
        tried(options?.password, (password) => split(bytes, parts, { ...options, password }))),
    close: () => reader.close(),
  };
}
