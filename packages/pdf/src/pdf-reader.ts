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
import type { RasterImage } from '@docclf/preprocess';
import { openDocument } from './document.ts';
import { loadPdfium, type Pdfium } from './pdfium.ts';
import { renderPage } from './render.ts';

export interface PdfReaderOptions {
  /**
   * PDFium itself: the URL or the bytes of `@hyzyla/pdfium/pdfium.wasm`. Default: in Node, the file of that package. A
   * browser needs it.
   */
  readonly wasm?: string | ArrayBuffer | undefined;
  /** Bytes that one open document may take in all. Default 512 MiB. */
  readonly maximumMemory?: number | undefined;
}

export interface PdfPagesOptions extends WithSignal {
  /** Names the document in errors. Default `the PDF`. */
  readonly source?: string | undefined;
  readonly password?: string | undefined;
  /** First page, from 1. Default 1. */
  readonly from?: number | undefined;
  /** Last page, included. Default: the document's last. */
  readonly to?: number | undefined;
  /** Pixels of a page's longer side. Default 512, four times the default model's input. */
  readonly side?: number | undefined;
  /** Most pages that a document may have. Default 10,000. */
  readonly maximumPages?: number | undefined;
}

const readerOptions: OptionTable<PdfReaderOptions> = { wasm: anything, maximumMemory: anything };
const pagesOptions: OptionTable<PdfPagesOptions> = {
  source: text,
  password: text,
  from: anything,
  to: anything,
  side: anything,
  maximumPages: anything,
  signal: abortSignal,
};

/** A page, or why it is none: the pages behind a damaged one come all the same. */
export type PdfPage = {
  /** From 1. */
  readonly number: number;
  /** How many the document has. */
  readonly pages: number;
} & ({ readonly image: RasterImage } | { readonly error: DocclfError });

export interface PdfReader {
  /**
   * The pages of a PDF, drawn one by one as they are asked for: RGB, upright, within their crop box, on white paper.
   * Between pages it can be stopped; opening a document and drawing one page cannot: read files of strangers in a worker
   * that can be ended.
   *
   * @param bytes the whole file
   * @throws PDF_CORRUPT, PDF_ENCRYPTED, PDF_TOO_MANY_PAGES, PDF_TOO_COSTLY, INVALID_ARGUMENT, ABORTED, CLOSED
   */
  pages(bytes: Uint8Array, options?: PdfPagesOptions): AsyncGenerator<PdfPage, void, void>;
  /** Lets PDFium go. Pages of documents that are open still come. */
  close(): void;
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

  async function* pages(bytes: Uint8Array, options?: PdfPagesOptions): AsyncGenerator<PdfPage, void, void> {
    const asked = checkOptions('pages', options, pagesOptions);
    if (!(bytes instanceof Uint8Array)) {
      const details = { argument: 'bytes', expected: 'the bytes of a PDF', received: describe(bytes) };
      throw new DocclfError('INVALID_ARGUMENT', details);
    }
    if (closed) throw new DocclfError('CLOSED', { what: 'PDF reader' });
    throwIfAborted(asked.signal, 'Reading a PDF');
    const pdfium = idle.pop() ?? (await loadPdfium(wasm, maximumMemory));
    try {
      yield* pagesOf(pdfium, bytes, asked);
    } finally {
      if (pdfium.healthy && !closed && pdfium.memory <= keptMemory) idle.push(pdfium);
    }
  }

  return {
    pages,
    close() {
      closed = true;
      idle.length = 0;
    },
  };
}

async function* pagesOf(
  pdfium: Pdfium,
  bytes: Uint8Array,
  options: PdfPagesOptions,
): AsyncGenerator<PdfPage, void, void> {
  const { source = 'the PDF', password = '', signal } = options;
  const side = positiveInteger('side', options.side ?? 512);
  const from = positiveInteger('from', options.from ?? 1);
  const maximumPages = positiveInteger('maximumPages', options.maximumPages ?? 10_000);
  const document = guarded(pdfium, source, undefined, () =>
    openDocument(pdfium, bytes, { source, password }),
  );
  try {
    const pages = pdfium.module._FPDF_GetPageCount(document.pointer);
    if (pages > maximumPages) throw new DocclfError('PDF_TOO_MANY_PAGES', { source, pages, maximumPages });
    if (pages < 1) throw new DocclfError('PDF_CORRUPT', { source });
    for (let number = from; number <= Math.min(pages, options.to ?? pages); number++) {
      throwIfAborted(signal, 'Reading a PDF');
      let page: PdfPage;
      try {
        const image = guarded(pdfium, source, number, () =>
          renderPage(pdfium, document.pointer, number - 1, { source, side }),
        );
        page = { number, pages, image };
      } catch (error) {
        if (!pdfium.healthy || !DocclfError.is(error)) throw error;
        page = { number, pages, error };
      }
      yield page;
    }
  } finally {
    if (pdfium.healthy) document.close();
  }
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
