/** PDFs in, pages out. */
import { DocclfError, type WithSignal } from '@docclf/core';
import {
  abortSignal,
  anything,
  checkOptions,
  describe,
  type OptionTable,
  positiveInteger,
  text,
  throwIfAborted,
} from '@docclf/core/implementer';
import {
  type PagePart,
  type PageReader,
  type ReadPage,
  type ReadPagesOptions,
  readPagesOptions,
  type ScannedPage,
} from '@docclf/core/readers';
import type { RasterImage } from '@docclf/preprocess';
import { openDocument } from './document.ts';
import { loadPdfium, type Pdfium } from './pdfium.ts';
import { type PagePlace, renderPage, withPage } from './render.ts';
import { savePart } from './save.ts';
import { scanOf } from './scan.ts';

export interface PdfReaderOptions {
  /**
   * PDFium itself: the URL or the bytes of `@hyzyla/pdfium/pdfium.wasm`. Default: in Node, the file of that package. A
   * browser needs it.
   */
  readonly wasm?: string | ArrayBuffer | undefined;
  /** Bytes that one open document may take in all. Default 512 MiB. */
  readonly maximumMemory?: number | undefined;
}

export interface PdfDocumentOptions extends WithSignal {
  /** Names the document in errors. Default `the PDF`. */
  readonly source?: string | undefined;
  readonly password?: string | undefined;
  /** Most pages that a document may have. Default 10,000. */
  readonly maximumPages?: number | undefined;
}

export interface PdfPagesOptions extends PdfDocumentOptions, ReadPagesOptions {}

const readerOptions: OptionTable<PdfReaderOptions> = { wasm: anything, maximumMemory: anything };
const documentOptions: OptionTable<PdfDocumentOptions> = {
  source: text,
  password: text,
  maximumPages: anything,
  signal: abortSignal,
};
const pagesOptions: OptionTable<PdfPagesOptions> = { ...readPagesOptions, ...documentOptions };

export interface PdfReader extends PageReader {
  /**
   * The pages of a PDF, drawn one by one as they are asked for: RGB, upright, within their crop box, on white paper.
   * Between pages it can be stopped; opening a document and drawing one page cannot: read files of strangers in a thread
   * that can be ended (`@docclf/pdf/thread`).
   *
   * @param bytes the whole file
   * @throws PDF_CORRUPT, PDF_ENCRYPTED, PDF_TOO_MANY_PAGES, PDF_TOO_COSTLY, INVALID_ARGUMENT, ABORTED, CLOSED
   */
  pages(bytes: Uint8Array, options?: PdfPagesOptions): AsyncGenerator<ReadPage, void, void>;
  /** As `pages`, but a page that is one JPEG from rim to rim, as scanners write them, comes as that. */
  scans(bytes: Uint8Array, options?: PdfPagesOptions): AsyncGenerator<ReadPage | ScannedPage, void, void>;
  /**
   * Pages of a PDF as PDFs of their own, with all that is on them: text stays text.
   *
   * @param parts pages that the document has, each part in a file
   * @throws as `pages`
   */
  split(
    bytes: Uint8Array,
    parts: readonly PagePart[],
    options?: PdfDocumentOptions,
  ): AsyncGenerator<Uint8Array, void, void>;
}

/** An instance's memory never shrinks; one that has grown beyond this is not kept for the next document. */
const keptMemory = 64 * 2 ** 20;

/**
 * A reader of PDFs. Documents can be open side by side, each in an instance of its own.
 *
 * @example
 * const reader = await createPdfReader();
 * for await (const page of reader.pages(await readFile('letter.pdf')))
 *   if ('image' in page) console.log(page.number, await classifier.classify(page.image));
 *
 * @throws what loading the WebAssembly file throws
 */
export async function createPdfReader(options?: PdfReaderOptions): Promise<PdfReader> {
  const { wasm, maximumMemory = 512 * 2 ** 20 } = checkOptions('createPdfReader', options, readerOptions);
  positiveInteger('maximumMemory', maximumMemory);
  const idle: Pdfium[] = [await loadPdfium(wasm, maximumMemory)];
  let closed = false;
  let isSpent = false;

  /** With an instance that nobody else uses, given back when it is worth it. */
  async function* within<Result>(
    bytes: Uint8Array,
    signal: PdfDocumentOptions['signal'],
    work: (pdfium: Pdfium) => AsyncGenerator<Result, void, void>,
  ): AsyncGenerator<Result, void, void> {
    if (!(bytes instanceof Uint8Array)) {
      const details = { argument: 'bytes', expected: 'the bytes of a PDF', received: describe(bytes) };
      throw new DocclfError('INVALID_ARGUMENT', details);
    }
    if (closed) throw new DocclfError('CLOSED', { what: 'PDF reader' });
    throwIfAborted(signal, 'Reading a PDF');
    const pdfium = idle.pop() ?? (await loadPdfium(wasm, maximumMemory));
    try {
      yield* work(pdfium);
    } finally {
      if (pdfium.memory > keptMemory) isSpent = true;
      else if (pdfium.healthy && !closed) idle.push(pdfium);
    }
  }

  return {
    formats: ['pdf'],
    tooCostly: 'PDF_TOO_COSTLY',
    get isSpent() {
      return isSpent;
    },
    async *pages(bytes, options) {
      const asked = checkOptions('pages', options, pagesOptions);
      yield* within(bytes, asked.signal, (pdfium) =>
        pagesOf(pdfium, bytes, asked, (...page) => ({ image: renderPage(pdfium, ...page) })),
      );
    },
    async *scans(bytes, options) {
      const asked = checkOptions('scans', options, pagesOptions);
      yield* within(bytes, asked.signal, (pdfium) =>
        pagesOf<Seen>(pdfium, bytes, asked, (page, ...how) => {
          const jpeg = scanOf(pdfium, page);
          return jpeg ? { jpeg } : { image: renderPage(pdfium, page, ...how) };
        }),
      );
    },
    async *split(bytes, parts, options) {
      const asked = checkOptions('split', options, documentOptions);
      yield* within(bytes, asked.signal, (pdfium) => partsOf(pdfium, bytes, parts, asked));
    },
    close() {
      closed = true;
      idle.length = 0;
    },
  };
}

/** An open document and how many pages it has. */
async function* withDocument<Result>(
  pdfium: Pdfium,
  bytes: Uint8Array,
  options: PdfDocumentOptions,
  work: (pointer: number, pages: number, source: string) => AsyncGenerator<Result, void, void>,
): AsyncGenerator<Result, void, void> {
  const { source = 'the PDF', password = '' } = options;
  const maximumPages = positiveInteger('maximumPages', options.maximumPages ?? 10_000);
  const document = guarded(pdfium, source, undefined, () =>
    openDocument(pdfium, bytes, { source, password }),
  );
  try {
    const pages = pdfium.module._FPDF_GetPageCount(document.pointer);
    if (pages > maximumPages) throw new DocclfError('PDF_TOO_MANY_PAGES', { source, pages, maximumPages });
    if (pages < 1) throw new DocclfError('PDF_CORRUPT', { source });
    yield* work(document.pointer, pages, source);
  } finally {
    if (pdfium.healthy) document.close();
  }
}

/** What is made of an open page. */
type Seen = { readonly image: RasterImage } | { readonly jpeg: Uint8Array };

function pagesOf<As extends Seen>(
  pdfium: Pdfium,
  bytes: Uint8Array,
  options: PdfPagesOptions,
  see: (page: number, side: number, place: PagePlace) => As,
) {
  type Page = { readonly number: number; readonly pages: number } & (As | { readonly error: DocclfError });
  const { signal } = options;
  const side = positiveInteger('side', options.side ?? 512);
  const from = positiveInteger('from', options.from ?? 1);
  return withDocument(pdfium, bytes, options, async function* (pointer, pages, source): AsyncGenerator<
    Page,
    void,
    void
  > {
    for (let number = from; number <= Math.min(pages, options.to ?? pages); number++) {
      throwIfAborted(signal, 'Reading a PDF');
      const place = { source, page: number };
      let page: Page;
      try {
        const seen = guarded(pdfium, source, number, () =>
          withPage(pdfium, pointer, place, (page) => see(page, side, place)),
        );
        page = { number, pages, ...seen };
      } catch (error) {
        if (!pdfium.healthy || !DocclfError.is(error)) throw error;
        page = { number, pages, error };
      }
      yield page;
    }
  });
}

function partsOf(pdfium: Pdfium, bytes: Uint8Array, parts: readonly PagePart[], options: PdfDocumentOptions) {
  return withDocument(pdfium, bytes, options, async function* (pointer, pages, source) {
    for (const part of parts) {
      if (!(part.from >= 1 && part.to >= part.from && part.to <= pages)) {
        const expected = `pages from 1 to ${pages}`;
        const received = `${part.from} to ${part.to}`;
        throw new DocclfError('INVALID_ARGUMENT', { argument: 'parts', expected, received });
      }
      throwIfAborted(options.signal, 'Splitting a PDF');
      yield guarded(pdfium, source, undefined, () => savePart(pdfium, pointer, part, source));
    }
  });
}

/** A trap inside of WebAssembly leaves the instance in no state that can be used. */
function guarded<Result>(
  pdfium: Pdfium,
  source: string,
  page: number | undefined,
  work: () => Result,
): Result {
  try {
    return work();
  } catch (cause) {
    if (DocclfError.is(cause)) throw cause;
    pdfium.healthy = false;
    const where = { source, ...(page !== undefined && { page }) };
    throw pdfium.outOfMemory
      ? new DocclfError('PDF_TOO_COSTLY', { ...where, limit: 'memory' }, { cause })
      : new DocclfError('PDF_CORRUPT', where, { cause });
  }
}
