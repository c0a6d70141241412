/** What reads PDFs and HEIC here: each in threads that are started when the first such file is met. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PageReader, withPasswords } from '@docclf/core/readers';

/** Beside this program, as global packages are, or in the project where it is called. */
function installed(name: string): string | undefined {
  for (const from of [import.meta.url, join(process.cwd(), 'program.js')]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // The next place.
    }
  }
  return undefined;
}

type SplittingReader = PageReader & { readonly split: NonNullable<PageReader['split']> };

let passwords: readonly string[] = [];

/** What is tried on each PDF that asks for a password. */
export function usePdfPasswords(list: readonly string[]): void {
  passwords = list;
}

function lazily(thread: string, facts: Pick<PageReader, 'formats' | 'tooCostly'>): SplittingReader {
  let reader: Promise<PageReader> | undefined;
  const start = async () => (await import('@docclf/node')).createThreadReader(pathToFileURL(thread));
  const started = async () => {
    reader ??= start();
    return withPasswords(await reader, passwords);
  };
  return {
    ...facts,
    async *pages(bytes, options) {
      yield* (await started()).pages(bytes, options);
    },
    async *split(bytes, parts, options) {
      yield* (await started()).split!(bytes, parts, options);
    },
    // A thread that reads nothing keeps no process alive.
    close() {},
  };
}

export const pdfReader = lazily(installed('@docclf/pdf/thread')!, {
  formats: ['pdf'],
  tooCostly: 'PDF_TOO_COSTLY',
});

/** The package is installed by those who have such photos: libheif is a licence of its own, and two megabytes. */
export const heicPackage = '@docclf/heic';
const heicThread = installed(`${heicPackage}/thread`);

const heicReaders = heicThread
  ? [lazily(heicThread, { formats: ['heic'], tooCostly: 'IMAGE_TOO_COSTLY' as const })]
  : [];

export const canReadHeic = heicThread !== undefined;

/** For whatever takes pictures. */
export const readers: readonly PageReader[] = [pdfReader, ...heicReaders];
