/** @docclf/pdf: the pages of PDFs as pixels. */
export type { PagePart, ReadPage } from '@docclf/core/readers';
export {
  createPdfReader,
  type PdfDocumentOptions,
  type PdfPagesOptions,
  type PdfReader,
  type PdfReaderOptions,
} from './pdf-reader.ts';
